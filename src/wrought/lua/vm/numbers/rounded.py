"""Rounding a double to significant digits or to decimal places, fast or exactly."""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import bitcast
from wrought.lang.core.scalars import Ptr, i64, u64
from wrought.lua.vm.numbers.digits import (
    MOST_FAST,
    Digits,
    leading_digits,
    leading_exponent,
    normalised,
    scaled,
)
from wrought.lua.vm.numbers.double import SIGN
from wrought.lua.vm.numbers.exact import exact_digits, round_digits


@fn
def round_significant(d: Ptr[Digits], bits: u64, count: u64, even: bool) -> None:
    """|x| to `count` significant digits, at least 1; x is finite."""
    if bits & ~u64(SIGN) == 0:
        d.set(0, 0)
        return
    if count <= MOST_FAST:
        n, exponent, decided = leading_digits(bits, count, even)
        if decided:
            d.set(n, bitcast(i64, count) - 1 - exponent)
            return
    n, e = normalised(bits)
    # The first digit may stand one further left than this says: a digit more is no harm.
    exact_digits(d, bits, leading_exponent(n, e) - bitcast(i64, count))
    round_digits(d, bitcast(i64, count), even)


@fn
def round_places(d: Ptr[Digits], bits: u64, places: u64, even: bool) -> None:
    """|x| to `places` digits behind the point; x is finite."""
    if bits & ~u64(SIGN) == 0:
        d.set(0, 0)
        return
    n, e = normalised(bits)
    rounded, decided = scaled(n, e, bitcast(i64, places), even)
    if decided:
        d.set(rounded, bitcast(i64, places))
        return
    exact_digits(d, bits, -bitcast(i64, places) - 1)
    round_digits(d, d.exponent + 1 + bitcast(i64, places), even)
