"""Arrays that grow: the parser's working memory, cells that nobody else knows."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, inline, noinline, unsafe
from wrought.lang.core.intrinsics import bitcast, copy_memory, sizeof, slice_from, unlikely
from wrought.lang.core.scalars import Ptr, Slice, type_param, u8, u32, u64
from wrought.lua.vm.memory import alloc, free
from wrought.lua.vm.objects import Vm

T = type_param("T")


@struct(params=(T,))
class Growable:
    """`used` items of a cell that has room for `size`."""

    items: Ptr[T]
    used: u32
    size: u32

    @inline
    @unsafe
    def at(self, i: u32) -> Ptr[T]:
        # SAFETY: the caller's index is below `used`.
        return self.items + i

    @inline
    @unsafe
    def all(self) -> Slice[T]:
        # SAFETY: `used` items have been written.
        return slice_from(self.items, self.used)


@unsafe
@fn
def open_growable(vm: Ptr[Vm], g: Ptr[Growable[T]], size: u32) -> None:
    """Make an empty one with room for `size` items."""
    # SAFETY: the cell has the size that is noted.
    g.items = bitcast(Ptr[T], alloc(vm, u64(size) * sizeof(T)))
    g.used = 0
    g.size = size


@unsafe
@fn
def close_growable(vm: Ptr[Vm], g: Ptr[Growable[T]]) -> None:
    """Give the memory back."""
    # SAFETY: nobody else knows the cell.
    free(vm, bitcast(Ptr[u8], g.items), u64(g.size) * sizeof(T))


@noinline
@unsafe
@fn
def enlarge(vm: Ptr[Vm], g: Ptr[Growable[T]]) -> None:
    """Double the room."""
    # SAFETY: `used` items of the old cell are copied into one that is larger.
    size = u64(g.size) * 2
    cell = alloc(vm, size * sizeof(T))
    copy_memory(cell, bitcast(Ptr[u8], g.items), u64(g.used) * sizeof(T))
    close_growable(vm, g)
    g.items = bitcast(Ptr[T], cell)
    g.size *= 2
    assert g.size != 0, "the source is below 4 GB"


@inline
@unsafe
@fn
def push(vm: Ptr[Vm], g: Ptr[Growable[T]], item: T) -> None:
    """Append an item."""
    # SAFETY: there is room.
    if unlikely(g.used == g.size):
        enlarge(vm, g)
    g.items[g.used] = item
    g.used += 1


@unsafe
@fn
def exact_copy(vm: Ptr[Vm], g: Ptr[Growable[T]]) -> Ptr[T]:
    """A cell with just the items."""
    # SAFETY: the new cell has room for `used` items.
    size = u64(g.used) * sizeof(T)
    cell = alloc(vm, size)
    copy_memory(cell, bitcast(Ptr[u8], g.items), size)
    return bitcast(Ptr[T], cell)
