"""Hypercalls of the Xen ABI: HVC #0xEA1, number in x16, up to five arguments (xen/public
arch-arm.h)."""

from __future__ import annotations

from wrought.lang.core.function import asm
from wrought.lang.core.intrinsics import a64
from wrought.lang.core.scalars import i64, u64


@asm
def hypercall(a: u64, b: u64, c: u64, d: u64, e: u64, number: u64) -> i64:
    """Call; the result is not negative, or minus an error number.  Structures are passed by
    address, in memory that is mapped cacheable."""
    a64("""
        mov x16, x5
        hvc #0xea1
        ret
    """)


@asm
def hvc_with(immediate_index: u64, x16: u64) -> u64:
    """HVC with an immediate that means nothing: 0 for #1, else #0xffff; x0 and x16 as given."""
    a64("""
        mov x16, x1
        cbz x0, 1f
        hvc #0xffff
        ret
    1:  hvc #1
        ret
    """)
