"""Pages from the operating system: what the allocator asks of it (hosted machines: mmap)."""

from __future__ import annotations

from wrought.lang.core.function import extern, fn, unsafe
from wrought.lang.core.intrinsics import bitcast
from wrought.lang.core.scalars import Ptr, i32, i64, u8, u64

PAGE = 4096
READ_WRITE: i32 = 3
PRIVATE_ANONYMOUS: i32 = 0x22
FAILED = 0xFFFF_FFFF_FFFF_FFFF


@extern
def mmap(at: u64, size: u64, protection: i32, flags: i32, file: i32, offset: i64) -> u64: ...


@extern
def munmap(at: u64, size: u64) -> i32: ...


@unsafe
@fn
def map_pages(size: u64, align: u64) -> Ptr[u8] | None:
    """Zeroed memory that takes room only where it is touched; None when there is no more.

    `size` and `align` are bytes, whole pages, `align` a power of two.
    """
    # SAFETY: the pages are fresh and nobody else's; what lies around the aligned part goes back.
    slack = align - PAGE
    if size + slack < size:
        return None
    start = mmap(0, size + slack, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0)
    if start == FAILED:
        return None
    aligned = start + slack & ~(align - 1)
    if aligned > start:
        munmap(start, aligned - start)
    if start + slack > aligned:
        munmap(aligned + size, start + slack - aligned)
    return bitcast(Ptr[u8], aligned)


@unsafe
@fn
def unmap_pages(at: Ptr[u8], size: u64) -> None:
    """Give pages back that `map_pages` gave."""
    # SAFETY: the caller holds the only reference.
    munmap(u64(at), size)
