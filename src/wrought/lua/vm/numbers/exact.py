"""All decimal digits of a double, by long arithmetic, and rounding them at any place."""

from __future__ import annotations

from wrought.lang.core.function import cold, fn
from wrought.lang.core.intrinsics import add_ovf, bitcast, mul_wide, zeroed
from wrought.lang.core.scalars import Array, Ptr, Slice, i64, u64
from wrought.lua.vm.numbers.big import Big
from wrought.lua.vm.numbers.digits import Digits
from wrought.lua.vm.numbers.double import split
from wrought.lua.vm.numbers.emit import decimal_length, put_digits

CHUNK_DIGITS = 19
CHUNK = 10 ** CHUNK_DIGITS
"""Digits of a fraction that come out of one pass over its words."""

PART_DIGITS = 9
PART = 10 ** PART_DIGITS
"""Digits of an integer that come out of one pass: as many as 32 bits hold."""

PARTS = 35
"""Parts of the largest double, which has 309 digits."""

FRACTION_WORDS = 17
"""Words of the longest fraction, 1,074 bits."""


@fn
def append(d: Ptr[Digits], part: u64, width: u64, place: i64) -> None:
    """So many more digits, the first of them at 10^place; leading zeros are left out."""
    length = width
    if d.count == 0:
        if part == 0:
            return
        length = decimal_length(part)
        d.exponent = place - bitcast(i64, width - length)
    put_digits(d.text[d.count:], part, length)
    d.count += length


@fn
def append_integer(d: Ptr[Digits], m: u64, twos: u64) -> None:
    """The digits of m * 2^twos."""
    number = zeroed(Big)
    number.push(m)
    number.shift_left(twos)
    parts = zeroed(Array[u64, PARTS])
    count: u64 = 0
    while number.used != 0:
        parts[count] = number.divide(PART)
        count += 1
    for i in range(count):
        left = count - i
        append(d, parts[left - 1], PART_DIGITS, bitcast(i64, left * PART_DIGITS) - 1)


@fn
def append_fraction(d: Ptr[Digits], m: u64, bits: u64, last: i64) -> None:
    """Digits of m * 2^-bits, which is below 1, until 10^last is written; `more` says of others."""
    words = (bits + 63) // 64
    shift = words * 64 - bits
    limbs = zeroed(Array[u64, FRACTION_WORDS + 1])
    low, high = mul_wide(m, u64(1) << shift)
    limbs[0] = low
    limbs[1] = high
    first: u64 = 0
    place: i64 = -1
    while True:
        while first < words and limbs[first] == 0:
            first += 1
        if first == words or place < last:
            break
        append(d, next_chunk(limbs[first:words]), CHUNK_DIGITS, place)
        place -= CHUNK_DIGITS
    d.more = first < words


@fn
def next_chunk(limbs: Slice[u64]) -> u64:
    """A fraction times CHUNK: its integer part, which is taken away."""
    carry: u64 = 0
    for i in range(len(limbs)):
        low, high = mul_wide(limbs[i], u64(CHUNK))
        low, wrapped = add_ovf(low, carry)
        limbs[i] = low
        carry = high + (1 if wrapped else 0)
    return carry


@cold
@fn
def exact_digits(d: Ptr[Digits], bits: u64, last: i64) -> None:
    """The digits of a finite x that is not 0, at least down to the one at 10^last."""
    m, e = split(bits)
    d.count = 0
    d.more = False
    if e >= 0:
        append_integer(d, m, bitcast(u64, e))
        return
    fraction = bitcast(u64, -e)
    if fraction < 64:
        append_integer(d, m >> fraction, 0)
        m &= (u64(1) << fraction) - 1
    append_fraction(d, m, fraction, last)


@fn
def round_digits(d: Ptr[Digits], keep: i64, even: bool) -> None:
    """Round to the first `keep` digits (none or fewer: to 0 or 1 at the place before).

    Ties go to the even digit or up.
    """
    if keep >= bitcast(i64, d.count):
        return
    if keep < 0:
        d.count = 0
        d.exponent = 0
        return
    kept = bitcast(u64, keep)
    up = rounds_up(d, kept, even)
    if up:
        while kept > 0 and d.text[kept - 1] == ord("9"):
            kept -= 1
        if kept > 0:
            d.text[kept - 1] += 1
        else:
            d.text[0] = ord("1")
            d.exponent += 1
            kept = 1
    elif kept == 0:
        d.exponent = 0
    d.count = kept
    d.more = False


@fn
def rounds_up(d: Ptr[Digits], keep: u64, even: bool) -> bool:
    """Whether what follows the first `keep` digits is above a half, or a tie that goes up."""
    if d.text[keep] != ord("5"):
        return d.text[keep] > ord("5")
    if not even or d.more or (keep > 0 and d.text[keep - 1] % 2 == 1):
        return True
    for i in range(keep + 1, d.count):
        if d.text[i] != ord("0"):
            return True
    return False
