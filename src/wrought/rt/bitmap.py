"""Sets of small numbers in the bits of u64 words: which pages, vectors or slots are taken."""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import count_trailing_zeros, popcount
from wrought.lang.core.scalars import Slice, u64
from wrought.rt.bytes import ABSENT

ALL = 0xFFFF_FFFF_FFFF_FFFF


@fn
def has(words: Slice[u64], i: u64) -> bool:
    """Whether bit `i` is set."""
    return words[i >> 6] >> (i & 63) & 1 != 0


@fn
def put(words: Slice[u64], i: u64) -> None:
    """Set bit `i`."""
    words[i >> 6] |= u64(1) << (i & 63)


@fn
def drop(words: Slice[u64], i: u64) -> None:
    """Clear bit `i`."""
    words[i >> 6] &= ~(u64(1) << (i & 63))


@fn
def count(words: Slice[u64]) -> u64:
    """How many bits are set."""
    n: u64 = 0
    for word in words:
        n += u64(popcount(word))
    return n


@fn
def next_where(words: Slice[u64], start: u64, flip: u64) -> u64:
    """The first bit from `start` on that is set in `words` xor `flip` (0 or ALL), or ABSENT."""
    first = start >> 6
    if first >= len(words):
        return ABSENT
    word = (words[first] ^ flip) & (u64(ALL) << (start & 63))
    i = first
    while word == 0:
        i += 1
        if i >= len(words):
            return ABSENT
        word = words[i] ^ flip
    return (i << 6) + u64(count_trailing_zeros(word))


@fn
def next_set(words: Slice[u64], start: u64) -> u64:
    """The first set bit from `start` on, or ABSENT."""
    return next_where(words, start, 0)


@fn
def next_clear(words: Slice[u64], start: u64) -> u64:
    """The first clear bit from `start` on, or ABSENT."""
    return next_where(words, start, ALL)


@fn
def find_clear_run(words: Slice[u64], length: u64) -> u64:
    """The lowest bit from which `length` bits are clear, or ABSENT; `length` is at least 1."""
    start = next_clear(words, 0)
    while start != ABSENT:
        end = min(next_set(words, start), len(words) << 6)
        if end - start >= length:
            return start
        start = next_clear(words, end)
    return ABSENT
