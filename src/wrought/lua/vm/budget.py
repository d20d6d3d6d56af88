"""A budget of instructions for a state, so that an embedding program can stop any script.

While one is set, the entries of the table of handlers that every long-running program comes
through again and again charge it: a jump backward as many instructions as it jumps over, the entry
of a Lua function the number of its instructions, of a built-in function one.  Between two charges
code only runs forward, so no more instructions are executed than were charged.  Work inside of
built-in functions is charged where it has no bound of its own: building long strings by
`string.rep` and `table.concat`, sorting, the steps of pattern matching.  What is linear in data
that is there already costs one instruction however large that is: a concatenation, string.upper,
unpack, table.insert in front, compiling a source; a memory limit bounds it.

    set_budget(vm, 1_000_000)       # from now on
    remaining(vm)                   # 0 when it is used up
    was_exceeded(vm)
    no_budget(vm)

When it is used up, "instruction limit exceeded" is raised as an error that message handlers do not
see.  A script may catch it with pcall, but then its next loop or call raises it again: what is left
to it is at most the straight rest of each function that is active.
"""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import bitcast
from wrought.lang.core.scalars import Ptr, i64, u64
from wrought.lua.vm.charge import MOST, NO_BUDGET, remaining
from wrought.lua.vm.interp.budget import freeze
from wrought.lua.vm.objects import Vm

__all__ = ["NO_BUDGET", "no_budget", "remaining", "set_budget", "was_exceeded"]

@fn
def set_budget(vm: Ptr[Vm], n: u64) -> None:
    """Allow n instructions from now on, 2^62 at most."""
    vm.budget = bitcast(i64, min(n, u64(MOST)))
    vm.budget_on = 1
    freeze(vm)


@fn
def no_budget(vm: Ptr[Vm]) -> None:
    """Allow any number of instructions."""
    vm.budget_on = 0
    freeze(vm)


@fn
def was_exceeded(vm: Ptr[Vm]) -> bool:
    """Whether the error was raised since the budget was set, be it that the script has caught it.
    """
    return vm.budget_on != 0 and vm.budget < 0
