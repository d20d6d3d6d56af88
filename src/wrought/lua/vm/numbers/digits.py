"""Decimal digits of a double, rounded at a place: fast where 192 bits decide, else exactly.

After Ryu printf (Adams, 2019) in its use of a table of powers, but with 128 bits of each power, a
test of whether they are enough, and long arithmetic where they are not.
"""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, inline
from wrought.lang.core.intrinsics import bitcast, count_leading_zeros
from wrought.lang.core.scalars import Array, Slice, i64, u8, u64
from wrought.lua.vm.numbers.double import split
from wrought.lua.vm.numbers.emit import decimal_length, put_digits
from wrought.lua.vm.numbers.powers import (
    SMALL,
    binary_exponent,
    decimal_exponent,
    is_exact,
    power,
    times_power,
)

MOST_FAST = 17
"""Significant digits that the fast way gives: twice as many units as that are below 2^63."""

ROOM = 448
"""The longest text of digits: 309 before the point, 99 behind it, and the rest of a chunk."""

ALL = 0xFFFF_FFFF_FFFF_FFFF


@struct
class Digits:
    """`count` decimal digits, in ASCII: d.ddd * 10^exponent.  Zero has none, and exponent 0.

    `more`: the number goes on with something that is not 0.
    """

    count: u64
    exponent: i64
    more: bool
    text: Array[u8, ROOM]

    def set(self, n: u64, places: i64) -> None:
        """n * 10^-places."""
        self.more = False
        self.count = decimal_length(n) if n != 0 else 0
        self.exponent = bitcast(i64, self.count) - 1 - places if n != 0 else 0
        put_digits(self.text, n, self.count)

    def shown(self) -> Slice[u8]:
        """The digits."""
        return self.text[:self.count]

    def strip(self) -> None:
        """Without the zeros at the end."""
        while self.count > 0 and self.text[self.count - 1] == ord("0"):
            self.count -= 1


@fn
def scaled(n: u64, e: i64, k: i64, even: bool) -> tuple[u64, bool]:
    """n * 2^e * 10^k rounded to an integer, for n from 2^63 on; False where it is not decided.

    Not decided: 2^63 and more, and what is too near to a tie for 128 bits of 10^k.
    """
    high, middle, low = times_power(n, k)
    drop = -(e + binary_exponent(k) + 1)   # the integer is high >> drop
    if drop >= 66:
        return 0, True               # below 1/4
    if drop < 1 or drop > 63:
        return 0, False
    kept = high >> bitcast(u64, drop)
    rest = high & ((u64(1) << bitcast(u64, drop)) - 1)
    half = u64(1) << bitcast(u64, drop - 1)
    if rest < half:
        # The product is less than 1 in `middle` too small, if 10^k is not exact.
        return kept, is_exact(k) or rest != half - 1 or middle != ALL
    tie = even and rest == half and middle == 0 and low == 0 and is_exact(k)
    return kept + (kept % 2 if tie else 1), True


@inline
@fn
def normalised(bits: u64) -> tuple[u64, i64]:
    """(n, e) with |x| = n * 2^e and n >= 2^63, of a finite x that is not 0."""
    m, e = split(bits)
    zeros = count_leading_zeros(m)
    return m << zeros, e - bitcast(i64, zeros)


@inline
@fn
def leading_exponent(n: u64, e: i64) -> i64:
    """floor(log10(n * 2^e)) for n >= 2^63, seldom 1 too little: next above a power of ten."""
    lower = decimal_exponent(e + 63)
    above = binary_exponent(lower + 1)
    first, _ = power(lower + 1)
    reached = above < e + 63 or (above == e + 63 and n > first)
    return lower + (1 if reached else 0)


@fn
def leading_digits(bits: u64, count: u64, even: bool) -> tuple[u64, i64, bool]:
    """`count` (1 to MOST_FAST) significant digits of a finite x that is not 0.

    Returns (n, exponent of the first digit, decided) with n of `count` digits.
    """
    n, e = normalised(bits)
    exponent = leading_exponent(n, e)
    places = bitcast(i64, count) - 1
    kept, decided = scaled(n, e, places - exponent, even)
    if kept >= SMALL[count] and decided:
        # Rounded up to a power of ten, or the estimate was too low: the place is one further left.
        exponent += 1
        kept, decided = scaled(n, e, places - exponent, even)
    return kept, exponent, decided
