"""Arithmetic on constants while compiling.

A result that is NaN or minus zero is left to the program, as in LuaJIT; so is any power that is
not exact, for it is the library's that counts.
"""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import bitcast, floor
from wrought.lang.core.scalars import Ptr, f64, u32, u64
from wrought.lua.front.state import Exp
from wrought.lua.front.tokens import Binary
from wrought.lua.vm.value import as_int, is_int, normal_number, number_of

EXACT = 1 << 53
MOST_FACTORS = 64


@fn
def power(x: f64, y: u64) -> tuple[f64, bool]:
    """x^y where it is exact: integers below 2^53, and powers of two; else False."""
    if not is_int(y) or floor(x) != x:
        return 0.0, False
    n = as_int(y)
    if x == 2.0 and n > -1023 and n < 1024:
        return bitcast(f64, u64(bitcast(u32, n + 1023)) << 52), True
    if n < 0 or n > MOST_FACTORS:
        return 0.0, False
    result: f64 = 1.0
    for _ in range(n):
        result *= x
        if result > f64(EXACT) or result < -f64(EXACT):
            return 0.0, False
    return result, True


@fn
def calculated(op: u32, a: u64, b: u64) -> tuple[f64, bool]:
    """The result of an operator on two numbers, and whether it is to be had."""
    x = number_of(a)
    y = number_of(b)
    match op:
        case Binary.ADD:
            return x + y, True
        case Binary.SUB:
            return x - y, True
        case Binary.MUL:
            return x * y, True
        case Binary.DIV:
            return x / y, True
        case Binary.MOD:
            return x - floor(x / y) * y, True
        case _:
            return power(x, b)


@fn
def fold(op: u32, a: Ptr[Exp], b: Ptr[Exp]) -> bool:
    """Put the result of an operator on two constants into the first; False if it is no constant."""
    result, known = calculated(op, a.value, b.value)
    if not known or not is_foldable(result):
        return False
    a.value = normal_number(result)
    return True


@fn
def is_foldable(x: f64) -> bool:
    """Neither NaN nor minus zero."""
    return x == x and bitcast(u64, x) != 1 << 63


@fn
def negated(value: u64) -> tuple[u64, bool]:
    """-value as a constant; False for zero."""
    x = number_of(value)
    return normal_number(-x), x != 0.0
