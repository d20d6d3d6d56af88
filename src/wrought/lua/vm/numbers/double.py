"""The 64 bits of IEEE 754 doubles: taking them apart and rounding exact values to them."""

from __future__ import annotations

from wrought.lang.core.function import fn, inline
from wrought.lang.core.intrinsics import bitcast, count_leading_zeros, trunc
from wrought.lang.core.scalars import i32, i64, u64

SIGN = 1 << 63
INFINITY = 0x7FF << 52
NAN = 0x7FF8 << 48
"""The NaN that Lua values hold."""

HIDDEN = 1 << 52
"""The leading bit that normal numbers do not store."""

LEAST_EXPONENT = -1074
"""The exponent of the smallest double, 2^-1074."""


@inline
@fn
def is_finite(bits: u64) -> bool:
    """Neither infinite nor NaN."""
    return bits & INFINITY != INFINITY


@inline
@fn
def is_nan(bits: u64) -> bool:
    """Whether these are the bits of a NaN."""
    return bits & ~u64(SIGN) > INFINITY


@inline
@fn
def split(bits: u64) -> tuple[u64, i64]:
    """(m, e) with |x| = m * 2^e and m < 2^53, of a finite x."""
    fraction = bits & (HIDDEN - 1)
    biased = bitcast(i64, bits >> 52 & 0x7FF)
    if biased == 0:
        return fraction, LEAST_EXPONENT
    return fraction | HIDDEN, biased - 1075


@inline
@fn
def join(m: u64, e: i64) -> u64:
    """The bits of m * 2^e for m <= 2^53; infinite where that is too large.

    Below 2^52, m comes with the least exponent: such a number is subnormal.
    """
    if e > 971:
        return INFINITY
    # A mantissa that was rounded up to 2^53 carries into the exponent, as it should.
    return (bitcast(u64, e - LEAST_EXPONENT) << 52) + m


@fn
def round_binary(n: u64, e: i64, more: bool) -> u64:
    """The double nearest to n * 2^e, ties to even; `more` says that the value is a bit above."""
    if n == 0:
        return 0
    zeros = bitcast(i64, count_leading_zeros(n))
    mantissa = n << bitcast(u64, zeros)
    unit = max(e - zeros + 11, LEAST_EXPONENT)
    drop = unit - (e - zeros)
    if drop > 64:
        return 0
    if drop == 64:
        # Between 2^-1075 and 2^-1074: the half is a tie with zero.
        return 1 if more or mantissa != SIGN else 0
    kept = mantissa >> bitcast(u64, drop)
    rest = mantissa & ((u64(1) << bitcast(u64, drop)) - 1)
    half = u64(1) << bitcast(u64, drop - 1)
    if rest > half or (rest == half and (more or kept % 2 == 1)):
        kept += 1
    return join(kept, unit)


@fn
def to_int32(bits: u64) -> tuple[i32, bool]:
    """A double as the int32 that equals it, and whether there is one; -0 is none."""
    if bits == 0:
        return 0, True
    m, e = split(bits)
    if e > -21 or e < -52:           # at least 2^32, or below 1
        return 0, False
    fraction = bitcast(u64, -e)
    if m & ((u64(1) << fraction) - 1) != 0:
        return 0, False
    whole = bitcast(i64, m >> fraction)
    value = -whole if bits >= SIGN else whole
    if value < -0x8000_0000 or value > 0x7FFF_FFFF:
        return 0, False
    return trunc(i32, value), True
