"""The conversions `e`, `f`, `g` and `a` of a double, in either case."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, uninit
from wrought.lang.core.scalars import Ptr, Slice, i64, u8, u32, u64
from wrought.lua.vm.numbers.digits import Digits
from wrought.lua.vm.numbers.double import SIGN, is_finite, is_nan
from wrought.lua.vm.numbers.emit import pad, put_sign, put_text
from wrought.lua.vm.numbers.hex_format import put_hex
from wrought.lua.vm.numbers.layout import put_fixed, put_scientific
from wrought.lua.vm.numbers.rounded import round_places, round_significant
from wrought.lua.vm.numbers.spec import (
    ALTERNATE,
    BUFFER,
    HALF_EVEN,
    LARGEST,
    PLUS,
    ZERO,
    NumberFormat,
)

DEFAULT_PRECISION = 6
"""Of `e`, `f` and `g`, in C."""


@fn
def format_double(out: Slice[u8], spec: Ptr[NumberFormat], bits: u64) -> u64:
    """A double by one of `eEfFgGaA`; the length, at most 410 or the width.

    `out` has BUFFER bytes, width and precision are at most LARGEST: the caller has checked them.
    """
    assert len(out) >= BUFFER, "the buffer is too small"
    assert spec.width <= LARGEST and spec.precision <= LARGEST, "the caller has checked them"
    if not is_finite(bits):
        return format_special(out, spec, bits)
    prefix = put_sign(out, bits >= SIGN, spec.flags)
    end: u64 = 0
    if spec.conversion | 0x20 == ord("a"):
        end = put_hex(out, prefix, spec, bits)
        prefix += 2
    else:
        end = put_decimal(out, prefix, spec, bits)
    return pad(out, end, prefix, spec.flags, spec.width)


@fn
def format_special(out: Slice[u8], spec: Ptr[NumberFormat], bits: u64) -> u64:
    """inf or nan: padded with blanks, and a nan has no sign, as LuaJIT prints them."""
    nan = is_nan(bits)
    flags = spec.flags & ~u32(ZERO)
    shown = flags & ~u32(PLUS) if nan else flags
    sign = put_sign(out, bits >= SIGN and not nan, shown)
    end = put_text(out, sign, b"nan" if nan else b"inf")
    if spec.conversion & 0x20 == 0:
        for i in range(sign, end):
            out[i] &= 0xDF
    return pad(out, end, 0, flags, spec.width)


@unsafe
@fn
def put_decimal(out: Slice[u8], at: u64, spec: Ptr[NumberFormat], bits: u64) -> u64:
    """By `e`, `f` or `g`, without sign; where it ends."""
    # SAFETY: rounding sets count and exponent, and all digits that they speak of.
    d = uninit(Digits)
    even = spec.flags & HALF_EVEN != 0
    point = spec.flags & ALTERNATE != 0
    places = u64(DEFAULT_PRECISION) if spec.precision < 0 else bitcast(u64, i64(spec.precision))
    conversion = spec.conversion | 0x20
    if conversion == ord("f"):
        round_places(addr_of(d), bits, places, even)
        return put_fixed(out, at, addr_of(d), places, point)
    if conversion == ord("e"):
        round_significant(addr_of(d), bits, places + 1, even)
        return put_scientific(out, at, addr_of(d), places, point, spec.conversion)
    round_significant(addr_of(d), bits, max(places, 1), even)
    return put_shorter(out, at, addr_of(d), max(places, 1), point, spec.conversion - 2)


@fn
def put_shorter(out: Slice[u8], at: u64, d: Ptr[Digits], digits: u64, point: bool,
                letter: u8) -> u64:
    """Fixed or with an exponent, whichever `%g` of so many digits takes."""
    shown = digits
    if not point:
        d.strip()
        shown = max(d.count, 1)
    if d.exponent < -4 or d.exponent >= bitcast(i64, digits):
        return put_scientific(out, at, d, shown - 1, point, letter)
    places = max(bitcast(i64, shown) - 1 - d.exponent, 0)
    return put_fixed(out, at, d, bitcast(u64, places), point)
