"""The handlers that charge the instruction budget (`vm.budget`)."""

from __future__ import annotations

from wrought.lang.core.function import fn, handler, noinline
from wrought.lang.core.intrinsics import addr_of, bitcast
from wrought.lang.core.scalars import Array, Ptr, i64, u64
from wrought.lang.core.static import constant
from wrought.lua.vm.bytecode import NUMBER, OP, jump_of
from wrought.lua.vm.charge import spend, used_up
from wrought.lua.vm.interp.dispatch import STEPPED, table_of_handlers
from wrought.lua.vm.interp.hooks import ENTRIES, refresh
from wrought.lua.vm.interp.step import save
from wrought.lua.vm.objects import BytecodeHandler, Vm, function_of

LOOPS = ("LOOP", "FORLOOP", "FORLOOP1", "ITERLOOP", "ITERCALL", "UCLO")
"""What can jump backward.  ITERCALL does the ITERLOOP behind it as well."""


@noinline
@handler("BUDGET_JUMP")
def budget_jump(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
                tag: u64) -> None:
    """In place of jumps backward: charge what is jumped over."""
    distance = jump_of(pc[0]) if w & 0xFF == OP.ITERCALL else jump_of(w)
    if spend(vm, bitcast(u64, max(-distance, i64(1)))):
        save(vm, base, pc)
        used_up(vm)
    return STEPPED[w & 0xFF](w, pc, base, vm, k, n, tag)


@noinline
@handler("BUDGET_CALL")
def budget_call(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
                tag: u64) -> None:
    """In place of the heads of functions: charge their instructions."""
    proto = function_of(base[-2]).proto
    cost: u64 = 1
    if proto is not None:
        cost = u64(proto.ncode)
    if spend(vm, cost):
        vm.current.base = base
        vm.current.top = base + n
        if proto is not None:
            vm.current.pc = pc
        used_up(vm)
    return STEPPED[w & 0xFF](w, pc, base, vm, k, n, tag)


def _counting() -> list:
    """The table under hooks with entries that charge."""
    table = table_of_handlers(stepped=True)
    for name in LOOPS:
        table[NUMBER[name]] = budget_jump
    for op in ENTRIES:
        table[op] = budget_call
    return table


COUNTING = constant(Array[BytecodeHandler, 256], _counting())


@fn
def freeze(vm: Ptr[Vm]) -> None:
    """Choose the table under the hooks: the one without extras, or that which charges."""
    vm.frozen_handlers = addr_of(STEPPED[0]) if vm.budget_on == 0 else addr_of(COUNTING[0])
    refresh(vm)
