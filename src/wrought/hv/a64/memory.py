"""Cache and TLB maintenance for guests' memory (Arm ARM DDI 0487, D7 and D8.13)."""

from __future__ import annotations

from wrought.lang.core.function import asm, fn, unsafe
from wrought.lang.core.intrinsics import a64, dc, dsb, fill_memory, isb, slice_from, tlbi
from wrought.lang.core.scalars import Ptr, Slice, u8, u16, u64
from wrought.lang.core.static import static
from wrought.lang.core.sysreg import CTR_EL0, DCZID_EL0, VTTBR_EL2

PAGE_SHIFT = 12
COPY_BLOCK = 64
TRAP_FP = 1 << 10
"""CPTR_EL2.TFP."""
line = static(u64, 64)
"""Bytes of the smallest data cache line (CTR_EL0.DminLine)."""
boot_scrub = static(bool)
"""RAM is scrubbed when it is first given out (`bootscrub=on`), which costs a second a gigabyte on
small boards; it is always scrubbed when it changes hands."""
zero_block = static(u64)
"""Bytes that DC ZVA sets to zero, 0 where it is prohibited."""


@fn
def scrub_at_boot(yes: bool) -> None:
    """Choose `boot_scrub`, before memory is given out."""
    global boot_scrub
    boot_scrub = yes


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


def _block() -> str:
    return """
        ldp q0, q1, [x1], #32
        ldp q2, q3, [x1], #32
        stp q0, q1, [x0]
        stp q2, q3, [x0, #32]
        dc civac, x0
        add x0, x0, #64
        """


@asm(stack=64)
def copy_lines(to: u64, from_: u64, blocks: u64) -> None:
    """Copy blocks of 64 bytes and clean each to the point of coherency; lines of caches are 64
    bytes or more.  The vector registers, which may be a guest's, are put back."""
    a64("""
        .arch_extension fp
        mrs x9, cptr_el2
        bic x10, x9, #{trap}
        msr cptr_el2, x10
        isb
        stp q0, q1, [sp, #-64]!
        stp q2, q3, [sp, #32]
        and x11, x2, #3
        lsr x2, x2, #2
        cbz x2, 2f
    1:  """ + _block() * 4 + """
        subs x2, x2, #1
        b.ne 1b
    2:  cbz x11, 4f
    3:  """ + _block() + """
        subs x11, x11, #1
        b.ne 3b
    4:  ldp q2, q3, [sp, #32]
        ldp q0, q1, [sp], #64
        msr cptr_el2, x9
        isb
        ret
    """, trap=TRAP_FP)


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
