"""Lists of words for the collector's own use, in raw memory that no limit holds for."""

from __future__ import annotations

from wrought.lang.core.function import fn, inline, noinline, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, copy_memory, unlikely
from wrought.lang.core.scalars import Ptr, u8, u64
from wrought.lua.vm.system_memory import PAGE, map_pages, unmap_pages


@inline
@unsafe
@fn
def push(vm: Ptr[Vm], v: Ptr[Vector], word: u64) -> None:
    """Append a word.  Where the system has no more memory the cycle is given up and an error
    raised: nothing that the program can see has been changed by then."""
    # SAFETY: there is room for `size` words.
    if unlikely(v.used == v.size):
        grow(vm, v)
    bitcast(Ptr[u64], v.items)[v.used] = word
    v.used += 1


@inline
@unsafe
@fn
def pop(v: Ptr[Vector]) -> u64:
    """The last word, which is taken away; there is one."""
    # SAFETY: the caller has tested `used`.
    v.used -= 1
    return bitcast(Ptr[u64], v.items)[v.used]


@inline
@unsafe
@fn
def item(v: Ptr[Vector], i: u64) -> u64:
    """Word i < used."""
    # SAFETY: the callers count up to `used`.
    return bitcast(Ptr[u64], v.items)[i]


@inline
@unsafe
@fn
def set_item(v: Ptr[Vector], i: u64, word: u64) -> None:
    # SAFETY: as in item.
    bitcast(Ptr[u64], v.items)[i] = word


@inline
@unsafe
@fn
def table_at(address: u64) -> Ptr[Table]:
    """A table by its address in a list."""
    # SAFETY: the list's words are addresses of tables.
    return bitcast(Ptr[Table], address)


@inline
@unsafe
@fn
def thread_at(address: u64) -> Ptr[Thread]:
    """A thread by its address in a list."""
    # SAFETY: as in table_at.
    return bitcast(Ptr[Thread], address)


@noinline
@fn
def grow(vm: Ptr[Vm], v: Ptr[Vector]) -> None:
    """Double the room."""
    if not try_room(v, max(v.size * 2, PAGE // 8)):
        give_up = vm.gc.give_up
        if give_up is not None:
            give_up(vm)
        out_of_memory(vm)


@unsafe
@fn
def try_room(v: Ptr[Vector], size: u64) -> bool:
    """Whether there is room for `size` words, which is made in need."""
    # SAFETY: `used` words are copied into memory for more.
    if size <= v.size:
        return True
    bytes = (size * 8 + PAGE - 1) & ~(PAGE - 1)
    made = map_pages(bytes, PAGE)
    if made is None:
        return False
    if v.size > 0:
        old = bitcast(Ptr[u8], v.items)
        copy_memory(made, old, v.used * 8)
        unmap_pages(old, v.size * 8)
    v.items = u64(made)
    v.size = bytes // 8
    return True


@fn
def watch(vm: Ptr[Vm], address: u64) -> None:
    """From now on ask for a finaliser when this userdata or table dies."""
    if not try_room(addr_of(vm.gc.finalisable), vm.gc.finalisable.used + 1):
        out_of_memory(vm)
    push(vm, addr_of(vm.gc.finalisable), address)


@unsafe
@fn
def release(v: Ptr[Vector]) -> None:
    """Forget all, and give back the memory."""
    # SAFETY: the memory is the vector's.
    if v.size > 0:
        unmap_pages(bitcast(Ptr[u8], v.items), v.size * 8)
    v.items = 0
    v.used = 0
    v.size = 0


from wrought.lua.vm.memory_arena import out_of_memory  # noqa: E402
from wrought.lua.vm.objects import Table, Thread, Vector, Vm  # noqa: E402
