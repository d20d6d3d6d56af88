"""The hypervisor's own address space: 48 bits, never both writable and executable.

Memory and devices are mapped at their own addresses, with the largest blocks that fit; what
nobody mapped faults.  Stacks have a window of their own with holes between them.
"""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, dsb, isb, slice_from
from wrought.lang.core.scalars import Array, Ptr, Slice, u64
from wrought.lang.core.static import static
from wrought.rt.a64.descriptors import ENTRIES, PAGE, Stage1
from wrought.rt.a64.mmu import Access, descriptor, turn_on
from wrought.rt.lock import TicketLock

TABLES = 96
"""Each end of a region that must not be mapped may take one, besides one a gigabyte of memory that
is not whole; phones' trees have some forty such regions."""
ADDRESS_BITS = 48
STACK_WINDOW = 0x7F00_0000_0000
"""Virtual addresses of stacks: a slot a CPU."""
STACK_SLOT = 64 << 10

tables = static(Array[Array[u64, ENTRIES], TABLES], align=PAGE)
"""The level 0 table, then those that `map_range` took."""
taken = static(u64, 1)
lock = static(TicketLock)


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
    turn_on(u64(addr_of(tables)), ADDRESS_BITS, start, end)
