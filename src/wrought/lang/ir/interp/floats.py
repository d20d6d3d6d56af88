"""What the float ops mean: IEEE 754 binary32 and binary64, rounding to nearest even.

A value of either type is a Python float; an f32 is one that binary32 holds exactly.  Sum,
difference, product, quotient and square root of f32 are computed in binary64 and rounded once
more, which gives the correctly rounded result (53 >= 2 * 24 + 2 bits); `fma` and conversions
from wide integers are computed exactly.  A NaN's payload is not promised.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from fractions import Fraction

FloatFn = Callable[..., float]
Unary = Callable[[float], float]
Binary = Callable[[float, float], float]
FLOAT_MAX = struct.unpack("<f", b"\xff\xff\x7f\x7f")[0]
_FORMATS = {"f32": (24, -126, 127), "f64": (53, -1022, 1023)}
"""Bits of precision, least and greatest exponent."""


def round32(x: float) -> float:
    """The nearest binary32 value."""
    try:
        return struct.unpack("<f", struct.pack("<f", x))[0]
    except OverflowError:
        return math.copysign(math.inf, x)


def round_exact(x: Fraction, type: str) -> float:
    """The nearest value of `type`, with one rounding; +0 for 0."""
    if x == 0:
        return 0.0
    sign = -1.0 if x < 0 else 1.0
    precision, least, greatest = _FORMATS[type]
    exponent = abs(x.numerator).bit_length() - x.denominator.bit_length()
    if abs(x) < Fraction(2) ** exponent:
        exponent -= 1
    quantum = max(exponent, least) - precision + 1
    digits = round(x / Fraction(2) ** quantum)
    if abs(digits) >= 1 << precision:
        digits //= 2
        quantum += 1
    if digits and quantum + abs(digits).bit_length() - 1 > greatest:
        return math.copysign(math.inf, sign)
    return math.copysign(math.ldexp(digits, quantum), sign)


def divide(a: float, b: float) -> float:
    """Quotient with IEEE's answers for a zero divisor."""
    if b != 0.0:
        return a / b
    if a == 0.0 or math.isnan(a):
        return math.nan
    return math.copysign(math.inf, a) * math.copysign(1.0, b)


def root(a: float) -> float:
    """Square root; NaN below zero."""
    return math.sqrt(a) if a >= 0.0 else (a if math.isnan(a) else math.nan)


def integral(how: Callable[[float], int]) -> Unary:
    """Round to an integral float by `how`, keeping the sign of zero, infinities and NaN."""
    def rounded(a: float) -> float:
        return math.copysign(float(how(a)), a) if math.isfinite(a) else a
    return rounded


def _pick(sign: float) -> Binary:
    """Minimum for `sign` 1, maximum for -1."""
    def pick(a: float, b: float) -> float:
        if math.isnan(a) or math.isnan(b):
            return math.nan
        if a == b:
            return a if math.copysign(1.0, a) * sign <= math.copysign(1.0, b) * sign else b
        return a if (a < b) == (sign > 0) else b
    return pick


def fused(type: str) -> FloatFn:
    """`a * b + c` with one rounding."""
    def fma(a: float, b: float, c: float) -> float:
        if not (math.isfinite(a) and math.isfinite(b) and math.isfinite(c)):
            return _product_with_infinity(a, b) + c
        exact = Fraction(a) * Fraction(b) + Fraction(c)
        if exact != 0:
            return round_exact(exact, type)
        product_sign = math.copysign(1.0, a) * math.copysign(1.0, b)
        negative = product_sign < 0 and math.copysign(1.0, c) < 0 and c == 0.0
        return -0.0 if negative else 0.0
    return fma


def _product_with_infinity(a: float, b: float) -> float:
    """`a * b`, but a finite product stays finite whatever its size."""
    if math.isfinite(a) and math.isfinite(b):
        return math.copysign(1.0, a) * math.copysign(1.0, b)
    return a * b


_EXACT_UNARY: dict[str, Unary] = {
    "fneg": lambda a: -a,
    "fabs": math.fabs,
    "ffloor": integral(math.floor),
    "fceil": integral(math.ceil),
    "ftrunc_": integral(math.trunc),
    "frint": integral(round),
}

_EXACT: dict[str, FloatFn] = {
    **_EXACT_UNARY, "fmin": _pick(1.0), "fmax": _pick(-1.0), "copysign": math.copysign}
"""Ops whose result needs no rounding."""

_ROUNDED_BINARY: dict[str, Binary] = {
    "fadd": lambda a, b: a + b,
    "fsub": lambda a, b: a - b,
    "fmul": lambda a, b: a * b,
    "fdiv": divide,
}

_ROUNDED: dict[str, FloatFn] = {**_ROUNDED_BINARY, "sqrt": root}

FLOATS = (*_EXACT, *_ROUNDED, "fma")
"""Float ops by name."""


def float_op(op: str, type: str) -> FloatFn:
    """The function of `op` on values of `type`."""
    if op == "fma":
        return fused(type)
    if op in _EXACT:
        return _EXACT[op]
    exact = _ROUNDED[op]
    return exact if type == "f64" else _rounded32(exact)


def _rounded32(exact: FloatFn) -> FloatFn:
    def rounded(*args: float) -> float:
        return round32(exact(*args))
    return rounded


FLOAT_COMPARES: dict[str, Callable[[float, float], bool]] = {
    "oeq": lambda a, b: a == b,
    "une": lambda a, b: a != b,
    "olt": lambda a, b: a < b,
    "ole": lambda a, b: a <= b,
    "ogt": lambda a, b: a > b,
    "oge": lambda a, b: a >= b,
}
"""`fcmp` by predicate; Python's comparisons have IEEE's answers for NaN."""
