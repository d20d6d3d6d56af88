"""Functions of one and two numbers."""

from __future__ import annotations

from typing import Any

from wrought.lang.core.function import Compiled, cold, fn, inline, unsafe
from wrought.lang.core.intrinsics import addr_of, format_to, to_int_raw, zeroed
from wrought.lang.core.intrinsics import ceil as ceiling
from wrought.lang.core.intrinsics import floor as floor_of
from wrought.lang.core.intrinsics import sqrt as square_root
from wrought.lang.core.scalars import Never, Ptr, Slice, f64, i32, u8, u64
from wrought.lua.lib.args import check_number, check_numeric
from wrought.lua.lib.math import libm
from wrought.lua.vm.buffer import contents, open_buffer
from wrought.lua.vm.convert import to_number
from wrought.lua.vm.errors import plain_error
from wrought.lua.vm.objects import Buffer, Vm
from wrought.lua.vm.types import type_name
from wrought.lua.vm.value import NIL, foreign_double, normal_number, number_of

LARGEST_EXPONENT = 5000.0
"""Beyond this every double is scaled to infinity or zero."""


@inline
@fn
def absolute(x: f64) -> f64:
    return -x if x < 0.0 else x + 0.0


@inline
@fn
def down(x: f64) -> f64:
    return floor_of(x)


@inline
@fn
def up(x: f64) -> f64:
    return ceiling(x)


@inline
@fn
def root(x: f64) -> f64:
    return square_root(x)


def unary(f: Any, result: Any) -> Compiled:
    """A function from number to number; `result` makes a value of a double."""
    @unsafe
    @fn
    def native(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
        # SAFETY: args has n values and MIN_SLOTS free slots behind.
        args[0] = result(f(check_number(vm, args, n, 0)))
        return 1
    return native


def binary(f: Any) -> Compiled:
    """A function of two numbers."""
    @unsafe
    @fn
    def native(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
        # SAFETY: as in unary.
        x = check_number(vm, args, n, 0)
        args[0] = foreign_double(f(x, check_number(vm, args, n, 1)))
        return 1
    return native


math_abs = unary(absolute, normal_number)
math_floor = unary(down, normal_number)
math_ceil = unary(up, normal_number)
math_sqrt = unary(root, foreign_double)
math_sin, math_cos, math_tan, math_asin, math_acos, math_atan = (
    unary(f, foreign_double)
    for f in (libm.sin, libm.cos, libm.tan, libm.asin, libm.acos, libm.atan))
math_sinh, math_cosh, math_tanh, math_exp, math_log10 = (
    unary(f, foreign_double) for f in (libm.sinh, libm.cosh, libm.tanh, libm.exp, libm.log10))
math_pow, math_fmod, math_atan2 = (binary(f) for f in (libm.pow, libm.fmod, libm.atan2))


@unsafe
@fn
def math_log(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """math.log(x [, base])."""
    # SAFETY: as in unary.
    x = check_number(vm, args, n, 0)
    if n > 1:
        base = check_number(vm, args, n, 1)
        args[0] = foreign_double(libm.log2(x) * (1.0 / libm.log2(base)))
    else:
        args[0] = foreign_double(libm.log(x))
    return 1


@unsafe
@fn
def math_ldexp(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """math.ldexp(m, e): m * 2^e, e toward zero."""
    # SAFETY: as in unary.
    x = check_number(vm, args, n, 0)
    e = check_number(vm, args, n, 1)
    if e != e:
        args[0] = foreign_double(e)
        return 1
    e = max(-LARGEST_EXPONENT, min(e, LARGEST_EXPONENT))
    args[0] = foreign_double(libm.ldexp(x, to_int_raw(i32, e)))
    return 1


@unsafe
@fn
def math_frexp(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """math.frexp(x): m, e with x = m * 2^e and 0.5 <= |m| < 1, or 0, 0."""
    # SAFETY: as in unary.
    e: i32 = 0
    args[0] = foreign_double(libm.frexp(check_number(vm, args, n, 0), addr_of(e)))
    args[1] = normal_number(f64(e))
    return 2


@unsafe
@fn
def math_modf(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """math.modf(x): the integral part and the rest, both with the sign of x."""
    # SAFETY: as in unary.
    whole = 0.0
    rest = libm.modf(check_number(vm, args, n, 0), addr_of(whole))
    args[0] = normal_number(whole)
    args[1] = foreign_double(rest)
    return 2


def extreme(is_max: bool) -> Compiled:
    """max or min: of two that are equal or have no order the later one, as SSE2 has it."""
    @unsafe
    @fn
    def native(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
        # SAFETY: as in unary.
        best = check_numeric(vm, args, n, 0)
        for i in range(1, n):
            other = check_numeric(vm, args, n, i)
            x, y = number_of(best), number_of(other)
            if not (x > y if is_max else x < y):
                best = other
        args[0] = best
        return 1
    return native


math_max, math_min = extreme(True), extreme(False)


@cold
@fn
def factor_error(vm: Ptr[Vm], name: Slice[u8], value: u64) -> Never:
    """LuaJIT has deg and rad in Lua, and the error is that of the multiplication."""
    given = type_name(value)
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    format_to(addr_of(b),
              f"[builtin:{name}]:0: attempt to perform arithmetic on a {given} value")
    plain_error(vm, contents(addr_of(b)))


def factor(name: bytes, by: float) -> Compiled:
    """A function that multiplies."""
    @unsafe
    @fn
    def native(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
        # SAFETY: as in unary.
        value = args[0] if n > 0 else NIL
        number, ok = to_number(value)
        if not ok:
            factor_error(vm, name, value)
        args[0] = foreign_double(number_of(number) * by)
        return 1
    return native


math_deg = factor(b"deg", 57.29577951308232)
math_rad = factor(b"rad", 0.017453292519943295)
