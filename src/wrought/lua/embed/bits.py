"""Sizes: CPython's are signed, ours are not."""

from __future__ import annotations

from wrought.lang.core.function import fn, inline, unsafe
from wrought.lang.core.intrinsics import bitcast
from wrought.lang.core.scalars import i64, u64


@inline
@unsafe
@fn
def i64_bits(n: u64) -> i64:
    # SAFETY: only the sign bit is read in another way.
    return bitcast(i64, n)


@inline
@unsafe
@fn
def u64_bits(n: i64) -> u64:
    # SAFETY: as in i64_bits.
    return bitcast(u64, n)
