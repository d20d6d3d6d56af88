"""The conversions `d`, `i`, `u`, `o`, `x` and `X` of 64-bit integers."""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import bitcast, count_leading_zeros
from wrought.lang.core.scalars import Ptr, Slice, i64, u8, u32, u64
from wrought.lua.vm.numbers.emit import decimal_length, pad, put_digits, put_sign, put_zeros
from wrought.lua.vm.numbers.hex_format import hex_digit
from wrought.lua.vm.numbers.spec import ALTERNATE, BUFFER, LARGEST, ZERO, NumberFormat


@fn
def format_integer(out: Slice[u8], spec: Ptr[NumberFormat], bits: u64) -> u64:
    """An integer by one of `diuoxX`; the length.  `d` and `i` take the bits as an int64.

    `out` has BUFFER bytes, width and precision are at most LARGEST: the caller has checked them.
    """
    assert len(out) >= BUFFER, "the buffer is too small"
    assert spec.width <= LARGEST and spec.precision <= LARGEST, "the caller has checked them"
    conversion = spec.conversion | 0x20
    signed = conversion == ord("d") or conversion == ord("i")
    negative = signed and bits >> 63 != 0
    prefix = put_sign(out, negative, spec.flags) if signed else 0
    magnitude = 0 - bits if negative else bits
    alternate = spec.flags & ALTERNATE != 0 and magnitude != 0
    if conversion == ord("x") and alternate:
        out[0] = ord("0")
        out[1] = spec.conversion
        prefix = 2
    least: u64 = 1
    flags = spec.flags
    if spec.precision >= 0:
        least = bitcast(u64, i64(spec.precision))
        flags &= ~u32(ZERO)
    end = put_magnitude(out, prefix, magnitude, least, spec)
    return pad(out, end, prefix, flags, spec.width)


@fn
def put_magnitude(out: Slice[u8], at: u64, n: u64, least: u64, spec: Ptr[NumberFormat]) -> u64:
    """The digits, at least so many; where they end."""
    conversion = spec.conversion | 0x20
    if conversion == ord("x") or conversion == ord("o"):
        bits: u64 = 4 if conversion == ord("x") else 3
        length = max((64 - count_leading_zeros(n) + bits - 1) // bits, least)
        if bits == 3 and spec.flags & ALTERNATE != 0:
            length = max(length, (64 - count_leading_zeros(n) + 2) // 3 + 1)
        return put_power_of_two(out, at, n, length, bits, spec.conversion & 0x20)
    length = max(decimal_length(n) if n != 0 else 0, least)
    more = length - min(length, 20)
    end = put_zeros(out, at, more)
    put_digits(out[end:], n, length - more)
    return at + length


@fn
def put_power_of_two(out: Slice[u8], at: u64, n: u64, length: u64, bits: u64, lower: u8) -> u64:
    """So many digits of so many bits each; where they end."""
    left = n
    for i in range(length):
        out[at + length - 1 - i] = hex_digit(left & ((u64(1) << bits) - 1), lower)
        left >>= bits
    return at + length
