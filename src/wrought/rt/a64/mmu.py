"""The program's own address space at EL2: one to one, and never both writable and executable.

39-bit addresses, so that tables begin at level 1; 2 MB blocks where they fit, else 4 KB pages.
What nobody mapped faults.
"""

from __future__ import annotations

from wrought.lang.core.decl import enum
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, dc, dsb, ic, isb, tlbi
from wrought.lang.core.scalars import Array, u8, u64
from wrought.lang.core.static import static
from wrought.lang.core.sysreg import ID_AA64MMFR0_EL1, MAIR_EL2, SCTLR_EL2, TCR_EL2, TTBR0_EL2
from wrought.rt.a64.descriptors import BLOCK, ENTRIES, PAGE, Shareable, Stage1

TABLES = 24
ADDRESS_BITS = 39
NORMAL, DEVICE = 0, 1
MAIR = 0xFF << 8 * NORMAL | 0x04 << 8 * DEVICE
"""Write-back memory, and Device-nGnRE (Arm ARM DDI 0487, D24.2.109)."""
TCR_RES1 = 1 << 31 | 1 << 23
SCTLR_RES1 = 0x30C5_0830
CACHE_LINE = 16
"""No line of a cache is smaller."""

tables = static(Array[Array[u64, ENTRIES], TABLES], align=PAGE)
"""The level 1 table, then those that `map_range` took."""
taken = static(u64, 1)


@enum(u8)
class Access:
    """What a mapping allows."""

    READ = 0
    WRITE = 1
    EXECUTE = 2
    DEVICE = 3


@fn
def pool() -> u64:
    """Address of the first table."""
    return u64(addr_of(tables))


@fn
def below(table: u64, i: u64) -> u64:
    """The table to which entry `i` of `table` leads, taken from the pool where there is none."""
    global taken
    entry = Stage1(tables[table][i])
    if not entry.valid:
        assert taken < TABLES, "no translation table is left"
        tables[table][i] = u64(Stage1(valid=True, table=True, frame=pool() // PAGE + taken))
        taken += 1
        return taken - 1
    assert entry.table, "a block is mapped here already"
    return entry.frame - pool() // PAGE


@fn
def descriptor(address: u64, access: Access, page: bool) -> u64:
    """The block or page descriptor that maps `address` to itself."""
    device = access == Access.DEVICE
    writable = device or access == Access.WRITE
    return u64(Stage1(
        valid=True, table=page, accessed=True, user=True, frame=address // PAGE,
        read_only=not writable, execute_never=access != Access.EXECUTE,
        attribute=u8(DEVICE) if device else u8(NORMAL),
        shareable=Shareable.NONE if device else Shareable.INNER))


@fn
def map_range(start: u64, end: u64, access: Access) -> None:
    """Map the pages of `start` … `end`, rounded outward; a panic where something is mapped."""
    at = start & ~u64(PAGE - 1)
    while at < end:
        level2 = below(0, at >> 30)
        i = at >> 21 & (ENTRIES - 1)
        if at % BLOCK == 0 and end - at >= BLOCK:
            assert tables[level2][i] == 0, "mapped twice"
            tables[level2][i] = descriptor(at, access, False)
            at += BLOCK
        else:
            level3 = below(level2, i)
            j = at >> 12 & (ENTRIES - 1)
            assert tables[level3][j] == 0, "mapped twice"
            tables[level3][j] = descriptor(at, access, True)
            at += PAGE
    dsb("ishst")


@fn
def clean_to_memory(start: u64, end: u64) -> None:
    """Write `start` … `end` back, for a CPU whose MMU and caches are still off."""
    at = start & ~u64(CACHE_LINE - 1)
    while at < end:
        dc("civac", at)
        at += CACHE_LINE
    dsb("sy")


@fn
def enable(start: u64, end: u64) -> None:
    """Turn the MMU and the caches on; memory `start` … `end` was written while they were off."""
    turn_on(pool(), ADDRESS_BITS, start, end)


@fn
def turn_on(root: u64, bits: u8, start: u64, end: u64) -> None:
    """The same with the table at `root` for addresses of `bits` bits."""
    at = start
    while at < end:
        dc("ivac", at)
        at += CACHE_LINE
    MAIR_EL2.write(MAIR)
    TCR_EL2.write(TCR_RES1)
    size = ID_AA64MMFR0_EL1.read().parange
    TCR_EL2.modify(t0sz=64 - bits, irgn0=1, orgn0=1, sh0=3, tg0=0, ps=min(size, u8(5)))
    TTBR0_EL2.write(root)
    tlbi("alle2")
    ic("iallu")
    dsb("nsh")
    isb()
    SCTLR_EL2.write(SCTLR_RES1)
    SCTLR_EL2.modify(m=True, c=True, i=True, sa=True, wxn=True)
    isb()
