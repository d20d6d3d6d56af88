"""ADD, SUB and MUL: one family, made by an ordinary Python loop."""

from __future__ import annotations

from machine import Dispatch, Ins, Vm, next_ins

from wrought.lang.core.function import Compiled, cold, fn, handler
from wrought.lang.core.intrinsics import Intrinsic, add_ovf, mul_ovf, sub_ovf, tail
from wrought.lang.core.scalars import Ptr, i64

LARGEST, SMALLEST = (1 << 63) - 1, -1 << 63


@fn
def first_is_negative(a: i64, b: i64) -> bool:
    """The sign of a sum or difference that is too large."""
    return a < 0


@fn
def signs_differ(a: i64, b: i64) -> bool:
    """The sign of a product that is too large."""
    return a ^ b < 0


def arith_slow(name: str, is_low: Compiled) -> Compiled:
    """The way of an operation whose result does not fit: count it, take the nearest number."""
    @cold
    @handler(name)
    def slow(ins: Ins, pc: Ptr[Ins], base: Ptr[i64], dispatch: Ptr[Dispatch],
             vm: Ptr[Vm]) -> None:
        vm.overflows += 1
        nearest: i64 = SMALLEST if is_low(base[ins.b], base[ins.c]) else LARGEST
        base[ins.a] = nearest
        return next_ins(ins, pc, base, dispatch, vm)
    return slow


def arith(name: str, on_numbers: Intrinsic, is_low: Compiled) -> Compiled:
    """A = B op C."""
    slow = arith_slow(f"{name}_SLOW", is_low)

    @handler(name)
    def op(ins: Ins, pc: Ptr[Ins], base: Ptr[i64], dispatch: Ptr[Dispatch],
           vm: Ptr[Vm]) -> None:
        result, wrapped = on_numbers(base[ins.b], base[ins.c])
        if wrapped:
            return tail(slow)(ins, pc, base, dispatch, vm)
        base[ins.a] = result
        return next_ins(ins, pc, base, dispatch, vm)
    return op


ADD, SUB, MUL = (arith(*row) for row in (
    ("ADD", add_ovf, first_is_negative),
    ("SUB", sub_ovf, first_is_negative),
    ("MUL", mul_ovf, signs_differ)))
