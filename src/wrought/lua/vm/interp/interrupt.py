"""Interrupting a state from outside, as a signal does: the next instruction raises an error.

`interrupt` only stores into the table of handlers, so that it may come between any two
instructions of the machine.  One that comes while a hook is being set is lost.
"""

from __future__ import annotations

from wrought.lang.core.function import fn, handler, noinline
from wrought.lang.core.scalars import Ptr, u64
from wrought.lua.vm.errors import run_error
from wrought.lua.vm.interp.hooks import A_HEAD, CLASSES, NO_CLASS, refresh
from wrought.lua.vm.interp.step import save
from wrought.lua.vm.objects import Vm, function_of

MESSAGE = b"interrupted!"


@fn
def interrupt(vm: Ptr[Vm]) -> None:
    """Raise "interrupted!" where the state is, once."""
    for op in range(len(vm.handlers)):
        if CLASSES[op] == A_HEAD:
            vm.handlers[op] = interrupted_call
        elif CLASSES[op] != NO_CLASS:
            vm.handlers[op] = interrupted_instruction


@noinline
@handler("INTERRUPTED_INSTRUCTION")
def interrupted_instruction(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64],
                            n: u64, tag: u64) -> None:
    """In place of any instruction."""
    refresh(vm)
    save(vm, base, pc)
    run_error(vm, MESSAGE)


@noinline
@handler("INTERRUPTED_CALL")
def interrupted_call(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
                     tag: u64) -> None:
    """In place of the heads of functions; built-in ones go on to the instruction behind them."""
    if function_of(base[-2]).proto is None:
        return vm.frozen_handlers[w & 0xFF](w, pc, base, vm, k, n, tag)
    refresh(vm)
    save(vm, base, pc)
    vm.current.top = base + n
    run_error(vm, MESSAGE)
