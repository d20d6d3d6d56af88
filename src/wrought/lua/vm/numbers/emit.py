"""Putting characters into a caller's buffer: digits, signs, padding."""

from __future__ import annotations

from wrought.lang.core.function import fn, inline, unsafe
from wrought.lang.core.intrinsics import (
    bitcast,
    count_leading_zeros,
    trunc,
    unaligned_store,
)
from wrought.lang.core.scalars import Array, Ptr, Slice, u8, u16, u32, u64
from wrought.lang.core.static import constant
from wrought.lua.vm.numbers.powers import SMALL
from wrought.lua.vm.numbers.spec import LEFT, PLUS, SPACE, ZERO

ZEROS = 0x3030_3030_3030_3030
"""Eight times the digit 0, as a word."""

PAIRS = constant(Array[u16, 100], [ord("0") + n // 10 | ord("0") + n % 10 << 8 for n in range(100)])
"""Two digits each, the first in the low byte: both machines are little-endian."""


@inline
@fn
def decimal_length(n: u64) -> u64:
    """Decimal digits of n; 1 for 0."""
    bits = 64 - count_leading_zeros(n | 1)
    estimate = (bits * 1233) >> 12   # floor(bits * log10(2))
    return estimate + (1 if n >= SMALL[estimate] else 0) if n != 0 else 1


@inline
@fn
def eight_digits(n: u64) -> u64:
    """The eight decimal digits of n < 10^8 as the bytes of a word, the first in the lowest byte.

    All lanes are divided at once, by multiplication: first by 100, then by 10.
    """
    fours = n // 10_000 | n % 10_000 << 32
    hundreds = (fours * 10_486 >> 20) & 0x7F_0000_007F
    pairs = hundreds | (fours - 100 * hundreds) << 16
    tens = (pairs * 103 >> 10) & 0x000F_000F_000F_000F
    return tens | (pairs - 10 * tens) << 8


@unsafe
@fn
def put_digits(out: Slice[u8], n: u64, count: u64) -> None:
    """The `count` lowest decimal digits of n at the start of `out`."""
    # SAFETY: every store lies between the start of `out` and `count`, which is checked here.
    assert count <= len(out), "the buffer is too small"
    to = out.ptr
    left = n
    at = count
    while at >= 2:
        at -= 2
        unaligned_store(bitcast(Ptr[u16], to + at), PAIRS[left % 100])
        left //= 100
    if at == 1:
        to[0] = trunc(u8, left % 10) + ord("0")


@fn
def put_text(out: Slice[u8], at: u64, text: Slice[u8]) -> u64:
    """The text at `at`; where it ends."""
    for i in range(len(text)):
        out[at + i] = text[i]
    return at + len(text)


@fn
def put_zeros(out: Slice[u8], at: u64, count: u64) -> u64:
    """So many zeros at `at`; where they end."""
    for i in range(count):
        out[at + i] = ord("0")
    return at + count


@fn
def put_sign(out: Slice[u8], negative: bool, flags: u32) -> u64:
    """The sign that flags ask for at the start; its length, 0 or 1."""
    if negative:
        out[0] = ord("-")
    elif flags & PLUS != 0:
        out[0] = ord("+")
    elif flags & SPACE != 0:
        out[0] = ord(" ")
    else:
        return 0
    return 1


@fn
def pad(out: Slice[u8], length: u64, prefix: u64, flags: u32, width: u32) -> u64:
    """Pad the text at the start of `out` to a width; the new length.

    Zeros go behind the first `prefix` bytes, its sign and `0x`.
    """
    if length >= width:
        return length
    more = u64(width) - length
    if flags & LEFT != 0:
        for i in range(length, u64(width)):
            out[i] = ord(" ")
        return u64(width)
    zeros = flags & ZERO != 0
    kept = prefix if zeros else 0
    for i in range(length - kept):
        from_end = length - 1 - i
        out[from_end + more] = out[from_end]
    for i in range(kept, kept + more):
        out[i] = ord("0") if zeros else ord(" ")
    return u64(width)
