"""The guest's address space: one to one, memory cached, everything else a device.

39-bit addresses; 1 GB blocks, and 2 MB blocks in the gigabytes that memory fills partly.  What
no domain has thus reaches stage 2, whose faults the guests are to see.
"""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, dc, dsb, ic, isb, tlbi
from wrought.lang.core.scalars import Array, u8, u64
from wrought.lang.core.static import static
from wrought.lang.core.sysreg import ID_AA64MMFR0_EL1, MAIR_EL1, SCTLR_EL1, TCR_EL1, TTBR0_EL1
from wrought.rt.a64.descriptors import BLOCK, ENTRIES, PAGE, Shareable, Stage1
from wrought.rt.a64.symbols import image_end, image_start

PARTS = 6
"""Gigabytes that memory may fill partly."""
GIGABYTE = 1 << 30
NORMAL, DEVICE = 0, 1
MAIR = 0xFF << 8 * NORMAL | 0x04 << 8 * DEVICE
"""Write-back memory, and Device-nGnRE (Arm ARM DDI 0487, D24.2.109)."""
SCTLR_RES1 = 0x30D0_0800
SCTLR_ON = 0x100D
"""M, C, I, SA (D24.2.118)."""
EPD1 = 1 << 23
LINE = 16
"""No line of a cache is smaller."""

tables = static(Array[Array[u64, ENTRIES], PARTS + 1], align=PAGE)
"""The level 1 table, then those of level 2."""
taken = static(u64, 1)


@fn
def block(address: u64, memory: bool) -> u64:
    """The descriptor that maps a block at `address` to itself."""
    return u64(Stage1(
        valid=True, accessed=True, frame=address // PAGE, execute_never=not memory,
        attribute=u8(NORMAL) if memory else u8(DEVICE),
        shareable=Shareable.INNER if memory else Shareable.OUTER))


@fn
def map_devices() -> None:
    """Everything is a device until `map_memory` has said otherwise."""
    for i in range(u64(ENTRIES)):
        tables[0][i] = block(i * GIGABYTE, False)


@fn
def split(gigabyte: u64) -> u64:
    """The level 2 table of a gigabyte, made of its block where there is none."""
    global taken
    old = Stage1(tables[0][gigabyte])
    base = u64(addr_of(tables))
    if old.table:
        return old.frame - base // PAGE
    assert taken <= PARTS, "memory lies in too many pieces for this guest"
    for i in range(u64(ENTRIES)):
        tables[taken][i] = block(gigabyte * GIGABYTE + i * BLOCK, old.attribute == NORMAL)
    tables[0][gigabyte] = u64(Stage1(valid=True, table=True, frame=base // PAGE + taken))
    taken += 1
    return taken - 1


@fn
def map_memory(start: u64, size: u64) -> None:
    """Map the 2 MB blocks that `start` … `start + size` touches as memory."""
    at = start & ~u64(BLOCK - 1)
    while at < start + size:
        if at % GIGABYTE == 0 and start + size - at >= GIGABYTE:
            tables[0][at // GIGABYTE] = block(at, True)
            at += GIGABYTE
        else:
            tables[split(at // GIGABYTE)][at // BLOCK % ENTRIES] = block(at, True)
            at += BLOCK


@fn
def clean(start: u64, size: u64) -> None:
    """Write memory back, for a CPU whose MMU is still off."""
    at = start & ~u64(LINE - 1)
    while at < start + size:
        dc("civac", at)
        at += LINE
    dsb("sy")


@fn
def enable() -> None:
    """Turn the MMU and the caches on; the image was written while they were off."""
    at = image_start()
    while at < image_end():
        dc("ivac", at)
        at += LINE
    MAIR_EL1.write(MAIR)
    TCR_EL1.write(EPD1)
    size = ID_AA64MMFR0_EL1.read().parange
    TCR_EL1.modify(t0sz=64 - 39, irgn0=1, orgn0=1, sh0=3, tg0=0, ips=min(size, u8(5)))
    TTBR0_EL1.write(u64(addr_of(tables)))
    tlbi("vmalle1")
    ic("iallu")
    dsb("nsh")
    isb()
    SCTLR_EL1.write(SCTLR_RES1 | SCTLR_ON)
    isb()
