"""Cache and TLB maintenance for guests' memory (Arm ARM DDI 0487, D7 and D8.13)."""

from __future__ import annotations

from wrought.lang.core.function import asm, fn, unsafe
from wrought.lang.core.intrinsics import a64, dc, dsb, fill_memory, isb, slice_from, tlbi
from wrought.lang.core.scalars import Ptr, Slice, u8, u16, u64
from wrought.lang.core.static import static
from wrought.lang.core.sysreg import CTR_EL0, DCZID_EL0, VTTBR_EL2

PAGE_SHIFT = 12
COPY_BLOCK = 64
line = static(u64, 64)
"""Bytes of the smallest data cache line (CTR_EL0.DminLine)."""
zero_block = static(u64)
"""Bytes that DC ZVA sets to zero, 0 where it is prohibited."""


@fn
def look_at_caches() -> None:
    """Read the line sizes of this machine, once at boot."""
    global line, zero_block
    line = u64(4) << u64(CTR_EL0.read().dminline)
    dczid = DCZID_EL0.read()
    zero_block = 0 if dczid.dzp else u64(4) << u64(dczid.bs)


@fn
def clean(start: u64, size: u64) -> None:
    """Clean and invalidate by address to the point of coherency."""
    at = start & ~(line - 1)
    while at < start + size:
        dc("civac", at)
        at += line
    dsb("sy")


@unsafe
@fn
def zero(start: u64, size: u64) -> None:
    """Zero whole pages, in memory too: a guest with its caches off sees zeros."""
    # SAFETY: the allocator owns the pages.
    if zero_block == 0:
        fill_memory(Ptr[u8](start), 0, size)
    else:
        at = start
        while at < start + size:
            dc("zva", at)
            at += zero_block
    clean(start, size)


@fn
def tables_written() -> None:
    """The walker of every CPU sees descriptors stored before."""
    dsb("ishst")


@fn
def flush_page(vmid: u16, root: u64, ipa: u64) -> None:
    """TLBI by IPA under the guest's VMID, then stage 1 of it (D8.13.5)."""
    here = u64(VTTBR_EL2.read())
    VTTBR_EL2.write(u64(vmid) << 48 | root)
    isb()
    dsb("ishst")
    tlbi("ipas2e1is", ipa >> PAGE_SHIFT)
    dsb("ish")
    tlbi("vmalle1is")
    dsb("ish")
    isb()
    VTTBR_EL2.write(here)
    isb()


@fn
def flush_guest(vmid: u16, root: u64) -> None:
    """All stages of the guest's VMID."""
    here = u64(VTTBR_EL2.read())
    VTTBR_EL2.write(u64(vmid) << 48 | root)
    isb()
    dsb("ishst")
    tlbi("vmalls12e1is")
    dsb("ish")
    isb()
    VTTBR_EL2.write(here)
    isb()


@asm
def copy_lines(to: u64, from_: u64, blocks: u64) -> None:
    """Copy blocks of 64 bytes, aligned to 8, and clean each to the point of coherency; lines of
    caches are 64 bytes or more."""
    a64("""
        cbz x2, 2f
    1:  ldp x3, x4, [x1]
        ldp x5, x6, [x1, #16]
        ldp x7, x8, [x1, #32]
        ldp x9, x10, [x1, #48]
        stp x3, x4, [x0]
        stp x5, x6, [x0, #16]
        stp x7, x8, [x0, #32]
        stp x9, x10, [x0, #48]
        dc civac, x0
        add x1, x1, #64
        add x0, x0, #64
        subs x2, x2, #1
        b.ne 1b
    2:  ret
    """)


@unsafe
@fn
def copy(to: u64, data: Slice[u8]) -> None:
    """Copy and clean."""
    from_ = u64(data.ptr)
    n = len(data)
    blocks: u64 = 0
    if (to | from_) & 7 == 0 and line >= COPY_BLOCK:
        blocks = n // COPY_BLOCK
        copy_lines(to, from_, blocks)
    done = blocks * COPY_BLOCK
    # SAFETY: the caller's memory; what the loop above has not copied.
    slice_from(Ptr[u8](to + done), n - done).copy_from(data[done:])
    clean(to + done, n - done)
