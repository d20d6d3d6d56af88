"""Charging the instruction budget, and the error when it is used up."""

from __future__ import annotations

from wrought.lang.core.function import cold, fn, inline
from wrought.lang.core.intrinsics import addr_of, bitcast, unlikely, zeroed
from wrought.lang.core.scalars import Never, Ptr, i64, u64
from wrought.lua.vm.buffer import open_buffer, put_bytes
from wrought.lua.vm.debug.frames import runs_native
from wrought.lua.vm.debug.position import position_prefix
from wrought.lua.vm.errors import ERRERR, throw_value
from wrought.lua.vm.objects import Buffer, Vm
from wrought.lua.vm.strings import close_to_string

MOST = 1 << 62
"""The largest budget, so that no charge wraps around."""

EXCEEDED = b"instruction limit exceeded"

PER_CHARGE = 32
"""Bytes that are copied or looked through for the price of an instruction."""

NO_BUDGET = (1 << 64) - 1
"""What `remaining` gives where no budget is set."""


@fn
def remaining(vm: Ptr[Vm]) -> u64:
    """Instructions that are left; NO_BUDGET where there is no limit."""
    if vm.budget_on == 0:
        return NO_BUDGET
    return bitcast(u64, max(vm.budget, i64(0)))


@inline
@fn
def spend(vm: Ptr[Vm], amount: u64) -> bool:
    """Take from the budget; whether it is used up."""
    vm.budget -= bitcast(i64, amount)
    return unlikely(vm.budget < 0)


@inline
@fn
def charge(vm: Ptr[Vm], amount: u64) -> None:
    """Charge work that a built-in function does, at most MOST; nothing where no budget is set."""
    if unlikely(vm.budget_on != 0):
        if spend(vm, amount):
            used_up(vm)


@cold
@fn
def used_up(vm: Ptr[Vm]) -> Never:
    """Raise "instruction limit exceeded".

    No message handler sees it.  A pcall catches it, but the budget stays used up: the next loop
    or call raises it again.
    """
    vm.budget = -1
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    position_prefix(vm, addr_of(b), 1 if runs_native(vm.current) else 0)
    put_bytes(addr_of(b), EXCEEDED)
    throw_value(vm, close_to_string(addr_of(b)), ERRERR)
