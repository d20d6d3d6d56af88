"""Floats as text, by the C library: the shortest digits that read back as the same number."""

from __future__ import annotations

from wrought.lang.core.function import extern, fn
from wrought.lang.core.intrinsics import bitcast, c_str, checked
from wrought.lang.core.scalars import Ptr, Slice, f64, i32, i64, u8, u64


@extern("snprintf", variadic=True)
def c_snprintf(to: Ptr[u8], size: u64, text: Ptr[u8]) -> i32:
    """Format into `size` bytes; the length it would take."""


@extern("strtod")
def c_strtod(text: Ptr[u8], end: Ptr[Ptr[u8]] | None) -> f64:
    """The number at the start of a string."""


@fn
def printed(buffer: Slice[u8], length: i32) -> Slice[u8]:
    """What snprintf wrote, cut to the buffer."""
    return buffer[:min(checked(u64, length), len(buffer) - 1)]


@fn
def format_with(buffer: Slice[u8], text: Ptr[u8], x: f64) -> Slice[u8]:
    """`x` by a C format with one conversion."""
    return printed(buffer, c_snprintf(buffer.ptr, len(buffer), text, x))


@fn
def exponent_of(text: Slice[u8]) -> i64:
    """The decimal exponent that ends `d.ddde±dd`; 0 where there is none."""
    value: i64 = 0
    negative = False
    inside = False
    for c in text:
        if c == ord("e"):
            inside = True
        elif inside and c == ord("-"):
            negative = True
        elif inside and c >= ord("0"):
            value = value * 10 + i64(c) - ord("0")
    return -value if negative else value


@fn
def format_float(buffer: Slice[u8], x: f64) -> Slice[u8]:
    """`x` as Python's repr has it: shortest digits, an exponent below 1e-4 and from 1e16 on.

    The buffer holds at least 32 bytes.
    """
    if x != x:
        return format_with(buffer, c_str("nan"), x)
    digits: i32 = 0
    while digits < 16:
        c_snprintf(buffer.ptr, len(buffer), c_str("%.*e"), digits, x)
        if bitcast(u64, c_strtod(buffer.ptr, None)) == bitcast(u64, x):
            break
        digits += 1
    text = printed(buffer, c_snprintf(buffer.ptr, len(buffer), c_str("%.*e"), digits, x))
    exponent = exponent_of(text)
    if x - x != 0.0 or exponent < -4 or exponent >= 16:
        return text
    places = max(i64(digits) - exponent, 1)
    return printed(buffer, c_snprintf(buffer.ptr, len(buffer), c_str("%.*f"),
                                      checked(i32, places), x))
