"""Bytes of strings: words at any address, comparing, copying."""

from __future__ import annotations

from wrought.lang.core.function import fn, inline, unsafe
from wrought.lang.core.intrinsics import (
    bitcast,
    byte_swap,
    copy_memory,
    unaligned_load,
    unaligned_store,
)
from wrought.lang.core.scalars import Ptr, Slice, i64, u8, u32, u64


@inline
@unsafe
@fn
def word(p: Ptr[u8]) -> u64:
    """Eight bytes at any address."""
    # SAFETY: the callers have as many bytes.
    return unaligned_load(bitcast(Ptr[u64], p))


@inline
@unsafe
@fn
def half(p: Ptr[u8]) -> u64:
    """Four bytes at any address."""
    # SAFETY: as in word.
    return unaligned_load(bitcast(Ptr[u32], p))


@inline
@unsafe
@fn
def few(p: Ptr[u8], n: u64) -> u64:
    """1 to 3 bytes: the first, the middle and the last."""
    # SAFETY: as in word; n >> 1 is below n.
    return u64(p[0]) | u64(p[n >> 1]) << 8 | u64(p[n - 1]) << 16


@unsafe
@fn
def same_bytes(a: Ptr[u8], b: Ptr[u8], n: u64) -> bool:
    """Whether n bytes are equal."""
    # SAFETY: both have n bytes; the last word or half may overlap the one before.
    if n < 8:
        if n >= 4:
            return half(a) == half(b) and half(a + (n - 4)) == half(b + (n - 4))
        return n == 0 or few(a, n) == few(b, n)
    at: u64 = 0
    while at < n - 8:
        if word(a + at) != word(b + at):
            return False
        at += 8
    return word(a + (n - 8)) == word(b + (n - 8))


@inline
@unsafe
@fn
def copy_bytes(to: Ptr[u8], source: Ptr[u8], n: u64) -> None:
    """Copy n bytes; up to 16, which most strings have, without a call."""
    # SAFETY: as in same_bytes.
    if n > 16:
        copy_memory(to, source, n)
    elif n >= 8:
        last = word(source + (n - 8))
        unaligned_store(bitcast(Ptr[u64], to), word(source))
        unaligned_store(bitcast(Ptr[u64], to + (n - 8)), last)
    elif n >= 4:
        end = unaligned_load(bitcast(Ptr[u32], source + (n - 4)))
        unaligned_store(bitcast(Ptr[u32], to), unaligned_load(bitcast(Ptr[u32], source)))
        unaligned_store(bitcast(Ptr[u32], to + (n - 4)), end)
    elif n > 0:
        to[0] = source[0]
        to[n >> 1] = source[n >> 1]
        to[n - 1] = source[n - 1]


@unsafe
@fn
def compare(a: Slice[u8], b: Slice[u8]) -> i64:
    """Below, equal to or above 0 as `a` comes before, is or comes after `b`, byte by byte.

    That is the order of the C locale, and zero bytes are nothing special.
    """
    # SAFETY: words within the shorter one.
    n = min(len(a), len(b))
    at: u64 = 0
    while at + 8 <= n:
        x = word(a.ptr + at)
        y = word(b.ptr + at)
        if x != y:
            return -1 if byte_swap(x) < byte_swap(y) else 1
        at += 8
    while at < n:
        if a.ptr[at] != b.ptr[at]:
            return -1 if a.ptr[at] < b.ptr[at] else 1
        at += 1
    return bitcast(i64, len(a) - len(b))
