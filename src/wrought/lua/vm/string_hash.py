"""The hash of strings: every byte counts, and without the seeds nobody can make strings collide.

Pairs of words are multiplied to 128 bits and folded, after hiding them behind secret seeds: the
scheme of Wang Yi's wyhash.  Up to 16 bytes cost two multiplications.
"""

from __future__ import annotations

from wrought.lang.core.function import fn, inline, noinline, unsafe
from wrought.lang.core.intrinsics import mul_wide, rotate_left, trunc
from wrought.lang.core.scalars import Ptr, Slice, u8, u32, u64
from wrought.lua.vm.string_bytes import few, half, word

FINAL = 0xA409_3822_299F_31D1
"""Digits of pi, made odd: what the length is hidden behind."""
SEED = 0x243F_6A88_85A3_08D3
SEED2 = 0x1319_8A2E_0370_7345
"""What a state's seeds are combined with: small ones would be no good multipliers."""


@inline
@fn
def fold(a: u64, b: u64) -> u64:
    """Both halves of a product, one over the other."""
    low, high = mul_wide(a, b)
    return low ^ high


@unsafe
@fn
def hash_bytes(text: Slice[u8], seed: u64, seed2: u64) -> u32:
    """The hash of a text under two seeds, which are random and secret."""
    # SAFETY: each branch reads within the length that it has tested; words may overlap.
    p = text.ptr
    n = len(text)
    a: u64 = 0
    b: u64 = 0
    if n >= 8:
        if n > 16:
            return hash_long(p, n, seed, seed2)
        a = word(p)
        b = word(p + (n - 8))
    elif n >= 4:
        a = half(p)
        b = half(p + (n - 4))
    elif n > 0:
        a = few(p, n)
    return trunc(u32, fold(fold(a ^ seed, b ^ seed2), n ^ FINAL))


@noinline
@unsafe
@fn
def hash_long(p: Ptr[u8], n: u64, seed: u64, seed2: u64) -> u32:
    """The same for more than 16 bytes: two lanes of 16 each, then what is left, then the end."""
    # SAFETY: at most n bytes from p on are read.
    lane = seed
    lane2 = rotate_left(seed2, 32)
    left = n
    while left > 32:
        lane = fold(word(p) ^ seed2, word(p + 8) ^ lane)
        lane2 = fold(word(p + 16) ^ seed, word(p + 24) ^ lane2)
        p += 32
        left -= 32
    lane ^= lane2
    if left > 16:
        lane = fold(word(p) ^ seed2, word(p + 8) ^ lane)
    end = p + left
    return trunc(u32, fold(fold(word(end - 16) ^ seed, word(end - 8) ^ lane), n ^ FINAL))
