"""Where digits, zeros, point and exponent stand in the formats of C (C11 7.21.6.1)."""

from __future__ import annotations

from wrought.lang.core.function import fn, inline
from wrought.lang.core.intrinsics import bitcast
from wrought.lang.core.scalars import Ptr, Slice, i64, u8, u64
from wrought.lua.vm.numbers.digits import Digits
from wrought.lua.vm.numbers.emit import decimal_length, put_digits, put_zeros


@inline
@fn
def digit_at(d: Ptr[Digits], index: i64) -> u8:
    """A digit counted from the first one; zeros stand before and behind what there is."""
    if index < 0 or index >= bitcast(i64, d.count):
        return ord("0")
    return d.text[bitcast(u64, index)]


@fn
def put_fraction(out: Slice[u8], start: u64, d: Ptr[Digits], first: i64, places: u64,
                 point: bool) -> u64:
    """The point and `places` digits from the one numbered `first` on; where it ends."""
    at = start
    if places != 0 or point:
        out[at] = ord(".")
        at += 1
    for i in range(places):
        out[at + i] = digit_at(d, first + bitcast(i64, i))
    return at + places


@fn
def put_fixed(out: Slice[u8], start: u64, d: Ptr[Digits], places: u64, point: bool) -> u64:
    """ddd.ddd with so many digits behind the point, which `point` shows always; where it ends."""
    at = start
    if d.exponent < 0:
        at = put_zeros(out, at, 1)
    for i in range(d.exponent + 1):
        out[at] = digit_at(d, i)
        at += 1
    return put_fraction(out, at, d, d.exponent + 1, places, point)


@fn
def put_scientific(out: Slice[u8], start: u64, d: Ptr[Digits], places: u64, point: bool,
                   letter: u8) -> u64:
    """d.ddde±dd with so many digits behind the point, which `point` shows always."""
    out[start] = digit_at(d, 0)
    at = put_fraction(out, start + 1, d, 1, places, point)
    return put_exponent(out, at, d.exponent, letter, 2)


@fn
def put_exponent(out: Slice[u8], start: u64, exponent: i64, letter: u8, least: u64) -> u64:
    """The letter, a sign and at least so many digits; where it ends."""
    out[start] = letter
    out[start + 1] = ord("-") if exponent < 0 else ord("+")
    magnitude = bitcast(u64, -exponent if exponent < 0 else exponent)
    length = max(decimal_length(magnitude), least)
    put_digits(out[start + 2:], magnitude, length)
    return start + 2 + length
