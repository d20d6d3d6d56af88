"""Powers of ten to 128 bits, and products with them.

10^k = (P(k) + d) * 2^q(k), with 2^127 <= P(k) < 2^128, 0 <= d < 1 and d = 0 where `is_exact(k)`.
The method is that of the Grisu, Ryu and Eisel-Lemire papers; the error bounds are worked out where
the products are used.
"""

from __future__ import annotations

from wrought.lang.core.function import fn, inline
from wrought.lang.core.intrinsics import add_ovf, bitcast, mul_wide
from wrought.lang.core.scalars import Array, i64, u64
from wrought.lang.core.static import constant

FIRST = -348
LAST = 348
"""The exponents that the table has: all that doubles with up to 19 digits need."""

LAST_EXACT = 55
"""5^55 is the last power of five below 2^128."""


def _significand(k: int) -> int:
    """P(k), by integers of Python."""
    power = 10 ** abs(k)
    if k >= 0:
        excess = power.bit_length() - 128
        return power >> excess if excess > 0 else power << -excess
    # 1 / power lies between two powers of two: the quotient has 128 bits.
    return (1 << power.bit_length() + 127) // power


def _words() -> list[int]:
    """High and low words of every P(k), in turn."""
    whole = [_significand(k) for k in range(FIRST, LAST + 1)]
    return [word for p in whole for word in (p >> 64, p & 0xFFFF_FFFF_FFFF_FFFF)]


POWERS = constant(Array[u64, 2 * (LAST - FIRST + 1)], _words())

SMALL = constant(Array[u64, 20], [10 ** k for k in range(20)])
"""The powers of ten that a word holds."""


@inline
@fn
def is_exact(k: i64) -> bool:
    """Whether P(k) * 2^q(k) is 10^k itself."""
    return k >= 0 and k <= LAST_EXACT


@inline
@fn
def binary_exponent(k: i64) -> i64:
    """floor(log2(10^k)), right for |k| <= 1233; q(k) is 127 less."""
    return (k * 217706) >> 16


@inline
@fn
def decimal_exponent(e: i64) -> i64:
    """floor(log10(2^e)), right for |e| <= 1650."""
    return (e * 78913) >> 18


@inline
@fn
def power(k: i64) -> tuple[u64, u64]:
    """P(k) as (high, low)."""
    at = 2 * bitcast(u64, k - FIRST)
    return POWERS[at], POWERS[at + 1]


@inline
@fn
def times_power(n: u64, k: i64) -> tuple[u64, u64, u64]:
    """The 192 bits of n * P(k): (high, middle, low).  The true n * (P + d) is less than n more."""
    power_high, power_low = power(k)
    low, carry = mul_wide(n, power_low)
    middle, high = mul_wide(n, power_high)
    middle, wrapped = add_ovf(middle, carry)
    return high + (1 if wrapped else 0), middle, low
