"""The hypervisor's own address space: 48 bits, never both writable and executable.

Memory and devices are mapped at their own addresses, with the largest blocks that fit; what
nobody mapped faults.  Stacks have a window of their own with holes between them.
"""

from __future__ import annotations

from wrought.lang.core.decl import enum
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, dc, dsb, ic, isb, slice_from, tlbi
from wrought.lang.core.scalars import Array, Ptr, Slice, u8, u64
from wrought.lang.core.static import static
from wrought.lang.core.sysreg import ID_AA64MMFR0_EL1, MAIR_EL2, SCTLR_EL2, TCR_EL2, TTBR0_EL2
from wrought.rt.a64.descriptors import ENTRIES, PAGE, Shareable, Stage1
from wrought.rt.lock import TicketLock

TABLES = 32
"""Tables inside the image, enough for any board seen; frames are taken after them."""
NORMAL, DEVICE = 0, 1
MAIR = 0xFF << 8 * NORMAL | 0x04 << 8 * DEVICE
"""Write-back memory, and Device-nGnRE (Arm ARM DDI 0487, D24.2.109)."""
TCR_RES1 = 1 << 31 | 1 << 23
SCTLR_RES1 = 0x30C5_0830
CACHE_LINE = 16
"""No line of a cache is smaller."""
STACK_WINDOW = 0x7F00_0000_0000
"""Virtual addresses of stacks: a slot a CPU."""
STACK_SLOT = 64 << 10

tables = static(Array[Array[u64, ENTRIES], TABLES], align=PAGE)
"""The level 0 table, then those that `map_range` took."""
taken = static(u64, 1)
lock = static(TicketLock)


@enum(u8)
class Access:
    """What a mapping allows."""

    READ = 0
    WRITE = 1
    EXECUTE = 2
    DEVICE = 3


@unsafe
@fn
def table_of(address: u64) -> Slice[u64]:
    """The table at an address."""
    # SAFETY: only addresses of our tables are passed; they are mapped at their own addresses.
    return slice_from(Ptr[u64](address), ENTRIES)


@fn
def new_table() -> u64:
    """A zeroed table; a panic when there is none left."""
    global taken
    assert taken < TABLES, "the hypervisor's translation tables are used up"
    taken += 1
    return u64(addr_of(tables[taken - 1]))


@fn
def below(table: u64, i: u64) -> u64:
    """The table to which entry `i` of `table` leads, a new one where there is none."""
    entry = Stage1(table_of(table)[i])
    if not entry.valid:
        made = new_table()
        table_of(table)[i] = u64(Stage1(valid=True, table=True, frame=made // PAGE))
        return made
    assert entry.table, "a block is mapped here already"
    return entry.frame * PAGE


@fn
def descriptor(address: u64, access: Access, page: bool) -> u64:
    """The block or page descriptor for a physical address."""
    device = access == Access.DEVICE
    writable = device or access == Access.WRITE
    return u64(Stage1(
        valid=True, table=page, accessed=True, user=True, frame=address // PAGE,
        read_only=not writable, execute_never=access != Access.EXECUTE,
        attribute=u8(DEVICE) if device else u8(NORMAL),
        shareable=Shareable.NONE if device else Shareable.INNER))


@fn
def map_at(virtual: u64, start: u64, end: u64, access: Access) -> None:
    """Map the pages of `start` … `end`, rounded outward, from `virtual` on.  A page that is
    mapped in the same way already stays; a panic where it is mapped otherwise."""
    at = start & ~u64(PAGE - 1)
    va = virtual
    while at < end:
        step = map_one(va, at, end - at, access)
        at += step
        va += step
    dsb("ishst")
    isb()


@fn
def map_one(va: u64, at: u64, left: u64, access: Access) -> u64:
    """Map the largest block that fits, and give its size."""
    table = below(u64(addr_of(tables)), va >> 39 & (ENTRIES - 1))
    shift: u64 = 30
    while shift > 12:
        size = u64(1) << shift
        i = va >> shift & (ENTRIES - 1)
        free = not Stage1(table_of(table)[i]).valid
        if (va | at) & (size - 1) == 0 and left >= size and free:
            table_of(table)[i] = descriptor(at, access, False)
            return size
        entry = Stage1(table_of(table)[i])
        if entry.valid and not entry.table:
            same = table_of(table)[i] == descriptor(at & ~(size - 1), access, False)
            assert same, "mapped in two ways"
            return size - (at & (size - 1))
        table = below(table, i)
        shift -= 9
    i = va >> 12 & (ENTRIES - 1)
    wanted = descriptor(at, access, True)
    old = table_of(table)[i]
    assert old == 0 or old == wanted, "mapped in two ways"
    table_of(table)[i] = wanted
    return PAGE


@fn
def map_range(start: u64, end: u64, access: Access) -> None:
    """Map memory or a device at its own address."""
    with lock:
        map_at(start & ~u64(PAGE - 1), start, end, access)


@fn
def map_stack(slot: u64, start: u64, end: u64) -> u64:
    """Map a stack into its slot, holes below and above it; its top."""
    base = STACK_WINDOW + slot * STACK_SLOT + PAGE
    with lock:
        map_at(base, start, end, Access.WRITE)
    return base + (end - start)


@fn
def enable(start: u64, end: u64) -> None:
    """Turn the MMU and the caches on; memory `start` … `end` was written while they were off."""
    at = start
    while at < end:
        dc("ivac", at)
        at += CACHE_LINE
    MAIR_EL2.write(MAIR)
    TCR_EL2.write(TCR_RES1)
    size = ID_AA64MMFR0_EL1.read().parange
    TCR_EL2.modify(t0sz=64 - 48, irgn0=1, orgn0=1, sh0=3, tg0=0, ps=min(size, u8(5)))
    TTBR0_EL2.write(u64(addr_of(tables)))
    tlbi("alle2")
    tlbi("alle1")
    ic("iallu")
    dsb("nsh")
    isb()
    SCTLR_EL2.write(SCTLR_RES1)
    SCTLR_EL2.modify(m=True, c=True, i=True, sa=True, wxn=True)
    isb()
