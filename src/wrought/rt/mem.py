"""The memory functions that compilers call, at eight bytes a step: for `Program(roots=MEMORY)`
on bare metal, in place of the plain ones that images get otherwise.

They access memory at any alignment, which faults while the MMU is off.
"""

from __future__ import annotations

from wrought.lang.core.function import export, fn, nobuiltin, unsafe
from wrought.lang.core.intrinsics import trunc, unaligned_load, unaligned_store
from wrought.lang.core.scalars import Ptr, i32, u8, u32, u64


@export("memcpy")
@nobuiltin
@unsafe
@fn
def memcpy(dst: Ptr[u8], src: Ptr[u8], n: u64) -> Ptr[u8]:
    """Copy n bytes between places that do not overlap."""
    # SAFETY: C's contract: n bytes can be read at src and written at dst.
    at: u64 = 0
    while n - at >= 8:
        unaligned_store(Ptr[u64](dst + at), unaligned_load(Ptr[u64](src + at)))
        at += 8
    while at < n:
        dst[at] = src[at]
        at += 1
    return dst


@export("memmove")
@nobuiltin
@unsafe
@fn
def memmove(dst: Ptr[u8], src: Ptr[u8], n: u64) -> Ptr[u8]:
    """Copy n bytes between places that may overlap."""
    # SAFETY: as memcpy; a copy upward in overlapping memory runs from the end.
    if u64(dst) - u64(src) >= n:
        return memcpy(dst, src, n)
    left = n
    while left >= 8:
        left -= 8
        unaligned_store(Ptr[u64](dst + left), unaligned_load(Ptr[u64](src + left)))
    while left > 0:
        left -= 1
        dst[left] = src[left]
    return dst


@export("memset")
@nobuiltin
@unsafe
@fn
def memset(dst: Ptr[u8], byte: u32, n: u64) -> Ptr[u8]:
    """Set n bytes."""
    # SAFETY: C's contract: n bytes can be written at dst.
    word = u64(byte & 0xFF) * 0x0101010101010101
    at: u64 = 0
    while n - at >= 8:
        unaligned_store(Ptr[u64](dst + at), word)
        at += 8
    while at < n:
        dst[at] = trunc(u8, byte)
        at += 1
    return dst


@export("memcmp")
@nobuiltin
@unsafe
@fn
def memcmp(a: Ptr[u8], b: Ptr[u8], n: u64) -> i32:
    """The difference of the first bytes that differ, or 0."""
    # SAFETY: C's contract: n bytes can be read at both.
    for i in range(n):
        if a[i] != b[i]:
            return i32(a[i]) - i32(b[i])
    return 0


MEMORY = (memcpy, memmove, memset, memcmp)
