"""Finalisers: the `__gc` of userdata, called after the cycle that found them unreachable.

Whether there is one is asked then, not before, as LuaJIT does.  They are called in the reverse
order of the objects' creation, each once.
"""

from __future__ import annotations

from wrought.lang.core.function import fn, noinline, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, throw
from wrought.lang.core.scalars import Ptr, i32, u64
from wrought.lua.vm.value import NIL, TAG_OBJECT, TAG_TABLE

ROUNDS = 10
"""Of finalisers that make objects with finalisers, when the state is closed; as in LuaJIT."""


@unsafe
@fn
def header_at(address: u64) -> Ptr[Header]:
    # SAFETY: the lists hold objects.
    return bitcast(Ptr[Header], address)


@unsafe
@fn
def value_at(address: u64) -> u64:
    """The value of a userdata or table by its address."""
    # SAFETY: as in header_at.
    return address | (TAG_TABLE if header_at(address).kind == Kind.TABLE else TAG_OBJECT)


@fn
def make_due(vm: Ptr[Vm], address: u64) -> None:
    """Have an object's finaliser called, if it has one."""
    if metamethod(vm, value_at(address), Mm.GC) == NIL:
        return
    header = header_at(address)
    if header.kind == Kind.TABLE:
        header.b |= FINALISED
    else:
        header.a |= FINALISED
    push(vm, addr_of(vm.gc.pending), address)


@fn
def room_for_pending(vm: Ptr[Vm]) -> bool:
    """Make room for all objects that might be due."""
    return try_room(addr_of(vm.gc.pending), vm.gc.pending.used + vm.gc.finalisable.used)


@fn
def separate(vm: Ptr[Vm], offset: u64) -> None:
    """Find the unreachable objects with a finaliser, the youngest first, and mark them."""
    if not room_for_pending(vm):
        give_up(vm)
        out_of_memory(vm)
    watched = addr_of(vm.gc.finalisable)
    i = watched.used
    while i > 0:
        i -= 1
        if not is_marked(offset, item(watched, i)):
            make_due(vm, item(watched, i))
            set_item(watched, i, 0)
    kept: u64 = 0
    for j in range(watched.used):
        if item(watched, j) != 0:
            set_item(watched, kept, item(watched, j))
            kept += 1
    watched.used = kept
    for j in range(vm.gc.pending_at, vm.gc.pending.used):
        mark_object(vm, offset, item(addr_of(vm.gc.pending), j))


@fn
def take_pending(vm: Ptr[Vm]) -> u64:
    """The next object whose finaliser is due, or 0."""
    if vm.gc.pending_at == vm.gc.pending.used:
        return 0
    address = item(addr_of(vm.gc.pending), vm.gc.pending_at)
    vm.gc.pending_at += 1
    if vm.gc.pending_at == vm.gc.pending.used:
        vm.gc.pending_at = 0
        vm.gc.pending.used = 0
    return address


@unsafe
@fn
def finalise(vm: Ptr[Vm], address: u64) -> i32:
    """Call an object's finaliser: 0, or the code of its error, whose value is in `vm.error`."""
    # SAFETY: the frame is laid out above all that is alive.
    v = value_at(address)
    f = metamethod(vm, v, Mm.GC)
    if f == NIL:
        return 0
    slot = ensure(vm, vm.current.top, CONT_HEAD + MIN_SLOTS)
    slot[2] = f
    slot[4] = v
    hooks = vm.hook_running
    vm.hook_running = 1
    vm.gc.in_step += 1
    back, count, code = call.pcall(vm, slot, 1)
    vm.gc.in_step -= 1
    vm.hook_running = hooks
    return code


@noinline
@fn
def call_pending(vm: Ptr[Vm], most: u64) -> bool:
    """Call up to so many finalisers; whether none is due any more.  Their errors pass through."""
    for _ in range(most):
        address = take_pending(vm)
        if address == 0:
            return True
        code = finalise(vm, address)
        if code != 0:
            throw(vm.frame, code)
    return vm.gc.pending.used == 0


@fn
def finalise_all(vm: Ptr[Vm]) -> None:
    """Call every finaliser there is, the youngest object's first: the state is closed.

    Errors are ignored.  Objects that finalisers make are finalised in another round, up to
    `ROUNDS`: a finaliser may make one like its own.
    """
    for _ in range(ROUNDS):
        if not room_for_pending(vm):
            return
        watched = addr_of(vm.gc.finalisable)
        while watched.used > 0:
            watched.used -= 1
            make_due(vm, item(watched, watched.used))
        address = take_pending(vm)
        if address == 0:
            return
        while address != 0:
            finalise(vm, address)
            address = take_pending(vm)


from wrought.lua.vm import call  # noqa: E402
from wrought.lua.vm.frame import CONT_HEAD, MIN_SLOTS  # noqa: E402
from wrought.lua.vm.gc.mark import is_marked, mark_object  # noqa: E402
from wrought.lua.vm.gc.sweep import give_up  # noqa: E402
from wrought.lua.vm.gc.vector import item, push, set_item, try_room  # noqa: E402
from wrought.lua.vm.gc.weak import FINALISED  # noqa: E402
from wrought.lua.vm.memory_arena import out_of_memory  # noqa: E402
from wrought.lua.vm.metamethods import Mm  # noqa: E402
from wrought.lua.vm.metatables import metamethod  # noqa: E402
from wrought.lua.vm.objects import Header, Kind, Vm  # noqa: E402
from wrought.lua.vm.stack import ensure  # noqa: E402
