"""Variables that closures share while they live on a stack, and when they leave it."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast
from wrought.lang.core.scalars import Ptr, u64
from wrought.lua.vm.barrier import barrier
from wrought.lua.vm.new import new_upvalue
from wrought.lua.vm.objects import Header, UpValue, Vm


@unsafe
@fn
def find_upvalue(vm: Ptr[Vm], slot: Ptr[u64]) -> Ptr[UpValue]:
    """The current thread's open variable of a stack slot, made if there is none yet."""
    # SAFETY: the list holds live upvalues, by falling address of their slots.
    before: Ptr[UpValue] | None = None
    at = vm.current.open
    while at is not None:
        if u64(at.v) <= u64(slot):
            break
        before = at
        at = at.next
    if at is not None:
        if at.v == slot:
            return at
    made = new_upvalue(vm)
    made.v = slot
    made.is_open = 1
    made.next = at
    if before is None:
        vm.current.open = made
    else:
        before.next = made
    return made


@unsafe
@fn
def close_upvalues(vm: Ptr[Vm], level: Ptr[u64]) -> None:
    """Give every open variable at or above a slot of the current thread a place of its own."""
    # SAFETY: the slots are on the thread's stack.
    thread = vm.current
    at = thread.open
    while at is not None:
        if u64(at.v) < u64(level):
            break
        thread.open = at.next
        at.closed = at.v[0]
        at.v = addr_of(at.closed)
        at.is_open = 0
        at.next = None
        barrier(vm, bitcast(Ptr[Header], u64(at)), at.closed)
        at = thread.open


@unsafe
@fn
def move_upvalues(vm: Ptr[Vm], first: Ptr[UpValue] | None, old: u64, new: u64) -> None:
    """After a stack was moved from address `old` to `new`: point at the slots there."""
    # SAFETY: the slots keep their distance from the stack's start.
    at = first
    while at is not None:
        at.v = bitcast(Ptr[u64], u64(at.v) - old + new)
        at = at.next
