"""The conversion `a`: a double in hexadecimal."""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import bitcast, count_leading_zeros, count_trailing_zeros, trunc
from wrought.lang.core.scalars import Ptr, Slice, i64, u8, u64
from wrought.lua.vm.numbers.double import SIGN, split
from wrought.lua.vm.numbers.emit import put_zeros
from wrought.lua.vm.numbers.layout import put_exponent
from wrought.lua.vm.numbers.spec import ALTERNATE, HALF_EVEN, NumberFormat

ALL_DIGITS = 13
"""Hexadecimal digits behind the point of a double."""


@fn
def put_hex(out: Slice[u8], start: u64, spec: Ptr[NumberFormat], bits: u64) -> u64:
    """0x1.hhhp±d, without sign; where it ends.

    As in LuaJIT, subnormal numbers begin with 1 as well, and what rounding carries makes a 2.
    """
    lower = spec.conversion & 0x20
    m, exponent = normal(bits)
    digits = (u64(ALL_DIGITS) - count_trailing_zeros(m | SIGN) // 4
              if m != 0 and spec.precision < 0 else 0)
    if spec.precision >= 0:
        digits = bitcast(u64, i64(spec.precision))
        m = round_hex(m, digits, spec.flags & HALF_EVEN != 0)
    out[start] = ord("0")
    out[start + 1] = ord("X") | lower
    out[start + 2] = trunc(u8, m >> 52) + ord("0")
    at = start + 3
    if digits != 0 or spec.flags & ALTERNATE != 0:
        out[at] = ord(".")
        at += 1
    for i in range(min(digits, ALL_DIGITS)):
        out[at] = hex_digit(m >> (48 - 4 * i) & 15, lower)
        at += 1
    at = put_zeros(out, at, digits - min(digits, ALL_DIGITS))
    return put_exponent(out, at, exponent, ord("P") | lower, 1)


@fn
def normal(bits: u64) -> tuple[u64, i64]:
    """(m, e) with |x| = m * 2^(e - 52) and 2^52 <= m < 2^53, or (0, 0)."""
    m, e = split(bits)
    if m == 0:
        return 0, 0
    zeros = count_leading_zeros(m) - 11
    return m << zeros, e + 52 - bitcast(i64, zeros)


@fn
def round_hex(m: u64, digits: u64, even: bool) -> u64:
    """m rounded to so many digits behind its leading one."""
    if digits >= ALL_DIGITS:
        return m
    drop = 52 - 4 * digits
    half = u64(1) << (drop - 1)
    rest = m & (2 * half - 1)
    down = rest < half or (even and rest == half and m >> drop & 1 == 0)
    return m - rest if down else m - rest + 2 * half


@fn
def hex_digit(digit: u64, lower: u8) -> u8:
    """0 to F, or to f where `lower` is the bit of small letters."""
    return trunc(u8, digit) + (ord("0") if digit < 10 else (ord("A") | lower) - 10)
