"""The double nearest to a decimal number of any length, ties to even.

The first 19 digits times a power of ten to 128 bits decide nearly always (Lemire, "Number Parsing
at a Gigabyte per Second", 2021, with the error bounds below); what is too near to the middle
between two doubles is compared with it exactly.
"""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import cold, fn
from wrought.lang.core.intrinsics import addr_of, bitcast, count_leading_zeros, zeroed
from wrought.lang.core.scalars import Ptr, Slice, i64, u8, u64
from wrought.lua.vm.numbers.big import Big
from wrought.lua.vm.numbers.double import INFINITY, LEAST_EXPONENT, join
from wrought.lua.vm.numbers.powers import binary_exponent, is_exact, times_power

FIRST_DIGITS = 19
"""As many decimal digits as a word is sure to hold."""

LONGEST = 800
"""Digits that can matter: a middle between doubles has at most 768, and one says what follows."""

ALL = 0xFFFF_FFFF_FFFF_FFFF


@struct
class Decimal:
    """digits * 10^exponent, and a bit more where other digits than 0 were `dropped`.

    `text` is what was read, from its first digit on; it may have leading zeros and one point.
    """

    digits: u64
    exponent: i64
    dropped: bool
    text: Slice[u8]


@fn
def round_decimal(d: Ptr[Decimal]) -> u64:
    """The bits of the nearest double."""
    if d.digits == 0 or d.exponent < -345:
        return 0                     # below 2^64 * 10^-346: less than half of the smallest
    if d.exponent > 309:
        return INFINITY
    zeros = count_leading_zeros(d.digits)
    high, middle, low = times_power(d.digits << zeros, d.exponent)
    # The product's words are in units of 2^scale, 2^(scale - 64) and 2^(scale - 128).
    scale = binary_exponent(d.exponent) + 1 - bitcast(i64, zeros)
    top = 63 - bitcast(i64, count_leading_zeros(high))
    unit = max(scale + top - 52, LEAST_EXPONENT)
    drop = unit - scale
    if drop > 65:
        return 0
    if drop >= 64:
        return decide(d, 0, unit)
    kept = high >> bitcast(u64, drop)
    rest = high & ((u64(1) << bitcast(u64, drop)) - 1)
    half = u64(1) << bitcast(u64, drop - 1)
    if rest >= half:
        exact = is_exact(d.exponent) and not d.dropped
        tie = exact and rest == half and middle == 0 and low == 0
        return join(kept + (kept % 2 if tie else 1), unit)
    # What is missing is less than 1 in `middle`, and with dropped digits 2^zeros + 1 in `high`.
    missing = (u64(1) << zeros) + 1 if d.dropped else 0
    if rest + missing < half - 1 or (not d.dropped and (rest < half - 1 or middle != ALL)):
        return join(kept, unit)
    return decide(d, kept, unit)


@cold
@fn
def decide(d: Ptr[Decimal], m: u64, e: i64) -> u64:
    """m * 2^e or the next double, whichever is nearer: the number is near their middle."""
    number = zeroed(Big)
    exponent = read_digits(d, addr_of(number))
    middle = zeroed(Big)
    middle.push(2 * m + 1)
    twos = e - 1 - exponent          # number * 5^exponent against middle * 2^twos
    if exponent >= 0:
        number.multiply_by_power_of_five(bitcast(u64, exponent))
    else:
        middle.multiply_by_power_of_five(bitcast(u64, -exponent))
    if twos >= 0:
        middle.shift_left(bitcast(u64, twos))
    else:
        number.shift_left(bitcast(u64, -twos))
    side = number.compare(addr_of(middle))
    up = side > 0 or (side == 0 and m % 2 == 1)
    return join(m + (1 if up else 0), e)


@fn
def read_digits(d: Ptr[Decimal], number: Ptr[Big]) -> i64:
    """The digits as one integer; the exponent of ten that goes with it."""
    if not d.dropped:
        number.push(d.digits)
        return d.exponent
    count: u64 = 0
    more = False
    for c in d.text:
        if c == ord(".") or (count == 0 and c == ord("0")):
            continue
        if count < LONGEST:
            number.multiply(10, u64(c - ord("0")))
            count += 1
        elif c != ord("0"):
            more = True
    exponent = d.exponent + FIRST_DIGITS - bitcast(i64, count)
    if more:
        number.multiply(10, 1)
        exponent -= 1
    return exponent
