"""Moves, branches, calls."""

from __future__ import annotations

from machine import Dispatch, Ins, Status, Vm, next_ins

from wrought.lang.core.function import cold, handler
from wrought.lang.core.intrinsics import tail
from wrought.lang.core.scalars import Ptr, i64


@handler("SET")
def set_number(ins: Ins, pc: Ptr[Ins], base: Ptr[i64], dispatch: Ptr[Dispatch],
               vm: Ptr[Vm]) -> None:
    """A = D."""
    base[ins.a] = ins.d
    return next_ins(ins, pc, base, dispatch, vm)


@handler("MOVE")
def move(ins: Ins, pc: Ptr[Ins], base: Ptr[i64], dispatch: Ptr[Dispatch],
         vm: Ptr[Vm]) -> None:
    """A = B."""
    base[ins.a] = base[ins.b]
    return next_ins(ins, pc, base, dispatch, vm)


@handler("LESS")
def less(ins: Ins, pc: Ptr[Ins], base: Ptr[i64], dispatch: Ptr[Dispatch],
         vm: Ptr[Vm]) -> None:
    """If A < B go by D."""
    if base[ins.a] < base[ins.b]:
        pc = pc + i64(ins.d)
    return next_ins(ins, pc, base, dispatch, vm)


@handler("LOOP")
def loop(ins: Ins, pc: Ptr[Ins], base: Ptr[i64], dispatch: Ptr[Dispatch],
         vm: Ptr[Vm]) -> None:
    """A -= 1; while it is above 0 go by D."""
    left = base[ins.a] - 1
    base[ins.a] = left
    if left > 0:
        pc = pc + i64(ins.d)
    return next_ins(ins, pc, base, dispatch, vm)


@handler("JUMP")
def jump(ins: Ins, pc: Ptr[Ins], base: Ptr[i64], dispatch: Ptr[Dispatch],
         vm: Ptr[Vm]) -> None:
    """Go by D."""
    return next_ins(ins, pc + i64(ins.d), base, dispatch, vm)


@cold
@handler("TOO_DEEP")
def too_deep(ins: Ins, pc: Ptr[Ins], base: Ptr[i64], dispatch: Ptr[Dispatch],
             vm: Ptr[Vm]) -> None:
    """No frame is left: stop."""
    vm.status = Status.TOO_DEEP


@handler("CALL")
def call(ins: Ins, pc: Ptr[Ins], base: Ptr[i64], dispatch: Ptr[Dispatch],
         vm: Ptr[Vm]) -> None:
    """Call the function at distance D; its registers begin at A."""
    frame = vm.top
    if frame == vm.limit:
        return tail(too_deep)(ins, pc, base, dispatch, vm)
    frame.pc = pc
    frame.base = base
    vm.top = frame + 1
    return next_ins(ins, pc + i64(ins.d), base + ins.a, dispatch, vm)


@handler("RETURN")
def return_value(ins: Ins, pc: Ptr[Ins], base: Ptr[i64], dispatch: Ptr[Dispatch],
                 vm: Ptr[Vm]) -> None:
    """Go back; A is what the caller finds in the first of the callee's registers."""
    base[0] = base[ins.a]
    frame = vm.top - 1
    vm.top = frame
    return next_ins(ins, frame.pc, frame.base, dispatch, vm)


@handler("HALT")
def halt(ins: Ins, pc: Ptr[Ins], base: Ptr[i64], dispatch: Ptr[Dispatch],
         vm: Ptr[Vm]) -> None:
    """Stop; A is the result."""
    vm.result = base[ins.a]
