"""Floats: special values, minimum and maximum, rounding, conversions, comparison."""

from __future__ import annotations

import math

from lang.expect import gives, returns
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import (
    bitcast,
    ceil,
    copysign,
    floor,
    fma,
    fmax,
    fmin,
    round_even,
    round_to_zero,
    sqrt,
    to_int_raw,
)
from wrought.lang.core.scalars import f32, f64, i8, i32, i64, u8, u32, u64

NAN, INF = math.nan, math.inf
F32_MAX = 3.4028234663852886e38


@gives(((1.5, 2.25), (3.75, -0.75, 3.375, 1.5 / 2.25)), ((INF, INF), (INF, NAN, INF, NAN)),
       ((0.0, -0.0), (0.0, 0.0, -0.0, NAN)), ((1.0, 0.0), (1.0, 1.0, 0.0, INF)),
       ((-1.0, 0.0), (-1.0, -1.0, -0.0, -INF)))
@fn
def arithmetic(a: f64, b: f64) -> tuple[f64, f64, f64, f64]:
    return a + b, a - b, a * b, a / b


@gives(((0.1, 0.2), 0.30000001192092896), ((1e38, 1e38), 2e38), ((3e38, 3e38), INF))
@fn
def single(a: f32, b: f32) -> f64:
    """f32 rounds after each operation."""
    return f64(a + b) if a < 1e30 or a > 2e38 else 2e38


@gives(((7.0, 2.0), 3.0), ((-7.0, 2.0), -4.0), ((7.5, -2.0), -4.0))
@fn
def floor_division(a: f64, b: f64) -> f64:
    return a // b


@gives(((NAN, 1.0), (False, False, False, False, False, True)),
       ((1.0, 1.0), (False, True, True, True, False, False))
       if False else ((1.0, 1.0), (False, False, True, True, True, False)),
       ((-0.0, 0.0), (False, False, True, True, True, False)),
       ((1.0, 2.0), (True, False, True, False, False, True)))
@fn
def comparisons(a: f64, b: f64) -> tuple[bool, bool, bool, bool, bool, bool]:
    return a < b, a > b, a <= b, a >= b, a == b, a != b


@gives(((1.0, 2.0), (1.0, 2.0)), ((NAN, 2.0), (NAN, NAN)), ((2.0, NAN), (NAN, NAN)),
       ((0.0, -0.0), (-0.0, 0.0)), ((-0.0, 0.0), (-0.0, 0.0)))
@fn
def ieee_extremes(a: f64, b: f64) -> tuple[f64, f64]:
    return fmin(a, b), fmax(a, b)


@gives(((1.0, 2.0), (1.0, 2.0)), ((NAN, 2.0), (NAN, NAN)), ((2.0, NAN), (2.0, 2.0)),
       ((0.0, -0.0), (0.0, 0.0)))
@fn
def python_extremes(a: f64, b: f64) -> tuple[f64, f64]:
    """As in Python: the first operand, unless the second is less (more)."""
    return min(a, b), max(a, b)


@gives(((2.5,), (2.0, 3.0, 2.0, 2.0)), ((-2.5,), (-3.0, -2.0, -2.0, -2.0)),
       ((3.5,), (3.0, 4.0, 3.0, 4.0)), ((-0.3,), (-1.0, -0.0, -0.0, -0.0)),
       ((1e300,), (1e300, 1e300, 1e300, 1e300)), ((NAN,), (NAN, NAN, NAN, NAN)))
@fn
def rounding(x: f64) -> tuple[f64, f64, f64, f64]:
    return floor(x), ceil(x), round_to_zero(x), round_even(x)


@gives(((2.0, -3.0), (math.sqrt(2.0), -2.0, 2.0, -2.0)), ((-1.0, 1.0), (NAN, 1.0, 1.0, 1.0)),
       ((0.0, -0.0), (0.0, -0.0, 0.0, -0.0)))
@fn
def signs(x: f64, y: f64) -> tuple[f64, f64, f64, f64]:
    return sqrt(x), copysign(x, y), abs(x), -x


@gives(((2.0 ** 53 + 2, 1.0 + 2.0 ** -52, -1.0), 9007199254740995.0),
       ((0.1, 10.0, -1.0), 5.551115123125783e-17))
@fn
def fused(a: f64, b: f64, c: f64) -> f64:
    return fma(a, b, c)


@gives(((3.99,), (3, 3, 3)), ((-3.99,), (-3, -3, 0)), ((300.0,), (300, 127, 300)),
       ((1e30,), ((1 << 63) - 1, 127, (1 << 64) - 1)), ((-1e30,), (-(1 << 63), -128, 0)),
       ((NAN,), (0, 0, 0)))
@fn
def to_integers(x: f64) -> tuple[i64, i8, u64]:
    """Toward zero, clamped to the type; NaN gives 0."""
    return i64(x), i8(x), u64(x)


@gives(((255.9,), (255, 255)), ((-1.0,), (0, 0)), ((1e10,), (255, 0xFFFF_FFFF)))
@fn
def single_to_integers(x: f32) -> tuple[u8, u32]:
    return u8(x), u32(x)


@gives(((5.5,), 5), ((-5.5,), -5))
@fn
def raw_conversion(x: f64) -> i32:
    return to_int_raw(i32, x)


@gives(((-3, 1 << 63), (-3.0, 9223372036854775808.0, -3.0)),
       (((1 << 53) + 1, (1 << 64) - 1), (9007199254740992.0, 18446744073709551616.0,
                                         9007199254740992.0)))
@fn
def from_integers(a: i64, b: u64) -> tuple[f64, f64, f32]:
    return f64(a), f64(b), f32(a)


@gives(((0.1,), 0.10000000149011612), ((1e300,), INF), ((NAN,), NAN), ((-0.0,), -0.0))
@fn
def narrow(x: f64) -> f64:
    return f64(f32(x))


@gives(((1.0,), (0x3FF0_0000_0000_0000, 1.0)), ((-0.0,), (1 << 63, -0.0)))
@fn
def bits_of(x: f64) -> tuple[u64, f64]:
    raw = bitcast(u64, x)
    return raw, bitcast(f64, raw)


@gives(((0x7F80_0000,), INF), ((0x8000_0000,), -0.0), ((0x0000_0001,), 1.401298464324817e-45))
@fn
def from_bits(x: u32) -> f32:
    return bitcast(f32, x)


@returns((0.5, 1e300, 3.0, F32_MAX))
@fn
def literals() -> tuple[f64, f64, f64, f32]:
    x: f64 = 3
    return 1 / 2, 1e300, x, F32_MAX


@gives(((10,), 3.5))
@fn
def accumulate(n: u64) -> f64:
    total = 0.0
    for i in range(n):
        if i % 3 == 2:
            continue
        total += 0.5
    return total


@gives(((2.0, 3.0), (5.0, -1.0, 6.0)))
@fn
def augmented(a: f64, b: f64) -> tuple[f64, f64, f64]:
    x = a
    x += b
    y = a
    y -= b
    z = a
    z *= b
    z /= 1.0
    return x, y, z
