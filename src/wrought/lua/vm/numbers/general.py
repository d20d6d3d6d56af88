"""The layout of `%g` for up to 17 digits that are in one word: eight at a time, hardly a branch."""

from __future__ import annotations

from wrought.lang.core.function import fn, inline, unsafe
from wrought.lang.core.intrinsics import (
    bitcast,
    count_leading_zeros,
    count_trailing_zeros,
    trunc,
    unaligned_load,
    unaligned_store,
    uninit,
)
from wrought.lang.core.scalars import Array, Ptr, Slice, i64, u8, u64
from wrought.lua.vm.numbers.emit import ZEROS, eight_digits
from wrought.lua.vm.numbers.layout import put_exponent

DIGITS = 17
"""Digits that this takes."""

NUMBER_BUFFER = 40
"""Bytes that `put_general` and what calls it may write to; the text has at most 24."""

ZERO_POINT = int.from_bytes(b"0.000000", "little")
"""What stands before the digits of a number from 1e-4 on and below 1."""


@unsafe
@inline
@fn
def store(to: Ptr[u8], at: u64, word: u64) -> None:
    """Eight bytes."""
    # SAFETY: callers see to it that they lie in their buffer.
    unaligned_store(bitcast(Ptr[u64], to + at), word)


@unsafe
@inline
@fn
def copy_sixteen(to: Ptr[u8], source: Ptr[u8]) -> None:
    """Sixteen bytes."""
    # SAFETY: callers see to it that they lie in their buffers.
    first = unaligned_load(bitcast(Ptr[u64], source))
    second = unaligned_load(bitcast(Ptr[u64], source + 8))
    store(to, 0, first)
    store(to, 8, second)


@inline
@fn
def significant(high: u64, low: u64) -> u64:
    """How many of 1 + 8 + 8 digits, the last sixteen in words, remain without zeros at the end."""
    if low != 0:
        return 17 - count_leading_zeros(low) // 8
    return 9 - count_leading_zeros(high) // 8 if high != 0 else 1


@unsafe
@fn
def put_general(out: Slice[u8], start: u64, n: u64, exponent: i64, limit: i64) -> u64:
    """n * 10^(exponent - 16) as `%g` of `limit` (at most 17) digits has it; where it ends.

    n has 17 digits.  Zeros at the end are not shown, except before the point.
    """
    # SAFETY: `out` has NUMBER_BUFFER bytes, and start is at most 1; the last of 16 bytes that are
    # written behind a point stands at 1 + 17 + 1 + 16 = 35 or below.
    assert len(out) >= NUMBER_BUFFER and start <= 1 and limit <= DIGITS, "the buffer is too small"
    first = n // 10_000_000_000_000_000
    rest = n % 10_000_000_000_000_000
    high = eight_digits(rest // 100_000_000)
    low = eight_digits(rest % 100_000_000)
    length = significant(high, low)
    digits = uninit(Array[u8, 40])
    source = digits[:].ptr
    source[0] = trunc(u8, first) + ord("0")
    store(source, 1, high | ZEROS)
    store(source, 9, low | ZEROS)
    to = out.ptr + start
    if exponent < 0 and exponent >= -4:
        before = bitcast(u64, 1 - exponent)
        store(to, 0, ZERO_POINT)
        to[before] = source[0]
        copy_sixteen(to + before + 1, source + 1)
        return start + before + length
    scientific = exponent < 0 or exponent >= limit
    whole = 1 if scientific else bitcast(u64, exponent) + 1
    copy_sixteen(to, source)
    to[16] = source[16]
    if length > whole:
        to[whole] = ord(".")
        copy_sixteen(to + whole + 1, source + whole)
    end = start + max(whole, length + (1 if length > whole else 0))
    return put_exponent(out, end, exponent, ord("e"), 2) if scientific else end


@unsafe
@inline
@fn
def put_eight(out: Slice[u8], start: u64, n: u64) -> u64:
    """n < 10^8 without leading zeros at `start`, which is at most 1; where it ends."""
    # SAFETY: `out` has NUMBER_BUFFER bytes, of which these are the first nine.
    assert len(out) >= NUMBER_BUFFER and start <= 1, "the buffer is too small"
    word = eight_digits(n)
    zeros = min(count_trailing_zeros(word) // 8, 7)
    store(out.ptr, start, (word | ZEROS) >> (8 * zeros))
    return start + 8 - zeros
