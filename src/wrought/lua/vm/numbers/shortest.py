"""The shortest decimal digits that read back as the same double.

Schubfach (Giulietti, "The Schubfach way to render doubles", 2020): of the decimal numbers between
the middles to both neighbours, one of the fewest digits, and of these the nearest.
"""

from __future__ import annotations

from wrought.lang.core.function import fn, inline
from wrought.lang.core.intrinsics import add_ovf, bitcast, mul_wide
from wrought.lang.core.scalars import i64, u64
from wrought.lua.vm.numbers.double import HIDDEN, LEAST_EXPONENT, split
from wrought.lua.vm.numbers.powers import binary_exponent, decimal_exponent, is_exact, power


@inline
@fn
def round_to_odd(high: u64, low: u64, n: u64) -> u64:
    """n * (high, low) >> 128, its lowest bit set where anything was cut off (paper, 9.9)."""
    _, carry = mul_wide(n, low)
    middle, top = mul_wide(n, high)
    middle, wrapped = add_ovf(middle, carry)
    return (top + (1 if wrapped else 0)) | (1 if middle > 1 else 0)


@inline
@fn
def ceiling(k: i64) -> tuple[u64, u64]:
    """10^k to 128 bits, rounded up."""
    high, low = power(k)
    if is_exact(k):
        return high, low
    low, wrapped = add_ovf(low, u64(1))
    return high + (1 if wrapped else 0), low


@fn
def shortest_digits(bits: u64) -> tuple[u64, i64]:
    """(n, k): |x| is what n * 10^k reads as, for a finite x that is not 0.

    n has up to 17 digits, zeros at its end among them.
    """
    m, e = split(bits)
    # Below a power of two the neighbour is half as far.
    narrow = m == HIDDEN and e > LEAST_EXPONENT
    # floor(log10(3/4 * 2^e)) or floor(log10(2^e))
    k = (e * 1262611 - 524031) >> 22 if narrow else decimal_exponent(e)
    high, low = ceiling(-k)
    shift = bitcast(u64, e + binary_exponent(-k) + 1)
    centre = 4 * m
    here = round_to_odd(high, low, centre << shift)
    below = round_to_odd(high, low, (centre - (1 if narrow else 2)) << shift)
    above = round_to_odd(high, low, (centre + 2) << shift)
    # The middles themselves read as x where its mantissa is even.
    least = below + m % 2
    most = above - m % 2
    return choose(here, least, most, k)


@inline
@fn
def choose(here: u64, least: u64, most: u64, k: i64) -> tuple[u64, i64]:
    """A number of units of 10^k, all in quarters: near `here`, and from `least` to `most`."""
    n = here // 4
    if n >= 10:
        tens = n // 10
        lower_in = least <= 40 * tens
        upper_in = 40 * tens + 40 <= most
        if lower_in != upper_in:
            return tens + (1 if upper_in else 0), k + 1
    lower_in = least <= 4 * n
    upper_in = 4 * n + 4 <= most
    if lower_in != upper_in:
        return n + (1 if upper_in else 0), k
    middle = 4 * n + 2
    up = here > middle or (here == middle and n % 2 == 1)
    return n + (1 if up else 0), k
