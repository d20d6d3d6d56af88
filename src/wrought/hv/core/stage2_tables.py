"""Stage 2 tables: VMSAv8-64 with 4 KB granules (Arm ARM DDI 0487, D8.2).

A descriptor that leads to a table counts the valid entries of that table in bits that the
hardware ignores, so that an empty table is known at once and given back.
"""

from __future__ import annotations

from wrought.hv.abi.address import PAGE, PAGE_SHIFT, Hpa
from wrought.hv.core.frames import alloc_frames
from wrought.hv.core.stage2_types import Kind, Stage2, Translation
from wrought.hv.machine.iommu import iommu_changed, iommu_flush_page
from wrought.hv.machine.memory import address_of, flush_page, tables_written, zero_frames
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import trunc, volatile_load, volatile_store
from wrought.lang.core.scalars import Array, Ptr, u8, u16, u64
from wrought.rt.a64.descriptors import ENTRIES, Shareable, Stage2Table
from wrought.rt.a64.descriptors import Stage2 as Leaf

MIN_IPA_BITS, MAX_IPA_BITS = 32, 48
LAST_LEVEL = 3
NORMAL, DEVICE = 0b1111, 0b0001
"""MemAttr (D8.6.6): write-back, and Device-nGnRE."""
NEVER_EXECUTE = 0b10


@struct
class Path:
    """The way from the root to the entry for an address."""

    level: u64
    """Of the last entry."""
    at: Array[Hpa, 4]
    """Machine address of the entry at each level."""


@unsafe
@fn(inline=True)
def load(at: Hpa) -> u64:
    """The entry at a machine address."""
    # SAFETY: addresses of entries come from `descend`.
    return volatile_load(Ptr[u64](address_of(at)))


@unsafe
@fn(inline=True)
def store(at: Hpa, entry: u64) -> None:
    """Write an entry with one access, as the table walker needs it."""
    # SAFETY: as `load`.
    volatile_store(Ptr[u64](address_of(at)), entry)


@fn(inline=True)
def shift_of(level: u64) -> u64:
    """log2 of the bytes that an entry of that level maps."""
    return 39 - 9 * level


@fn(inline=True)
def is_table(entry: u64, level: u64) -> bool:
    """Whether it leads to a table of the next level."""
    return entry & 3 == 3 and level != LAST_LEVEL


@fn
def start_level_for(ipa_bits: u8) -> u8:
    """Level 1 for up to 43 bits (with concatenated tables above 39), else 0 (D8.2.4)."""
    return 1 if ipa_bits <= 43 else 0


@fn
def roots_for(ipa_bits: u8) -> u64:
    """Tables side by side at the start level."""
    return u64(1) << u64(ipa_bits - 39) if ipa_bits > 39 and ipa_bits <= 43 else 1


@fn
def vtcr_fields(ipa_bits: u8) -> tuple[u8, u8]:
    """VTCR_EL2.T0SZ and SL0 for guests with addresses of `ipa_bits` (D24.2.202)."""
    return 64 - ipa_bits, 2 - start_level_for(ipa_bits)


@fn
def writable(kind: Kind) -> bool:
    """Whether a guest may write there."""
    match kind:
        case Kind.RAM_READ_ONLY | Kind.GRANT_READ_ONLY | Kind.XEN_READ_ONLY | Kind.NONE:
            return False
        case _:
            return True


@fn
def leaf(hpa: Hpa, level: u64, kind: Kind) -> u64:
    """The descriptor of a block or page at `hpa`."""
    device = kind == Kind.DEVICE
    return u64(Leaf(
        valid=True, table=level == LAST_LEVEL, accessed=True, frame=u64(hpa) >> PAGE_SHIFT,
        read=True, write=writable(kind), software=u8(kind),
        memory=DEVICE if device else NORMAL,
        shareable=Shareable.NONE if device else Shareable.INNER,
        execute_never=0 if kind == Kind.RAM or kind == Kind.RAM_READ_ONLY else NEVER_EXECUTE))


@fn
def descend(s: Ptr[Stage2], ipa: u64, p: Ptr[Path]) -> u64:
    """Go down to the entry that maps `ipa`, or says that nothing does; the entry."""
    level = u64(s.start_level)
    at = s.root + (ipa >> shift_of(level)) * 8
    while True:
        p.at[level & 3] = at
        entry = load(at)
        if not is_table(entry, level):
            p.level = level
            return entry
        level += 1
        at = table_of(entry) + (ipa >> shift_of(level) & (ENTRIES - 1)) * 8


@fn(inline=True)
def table_of(entry: u64) -> Hpa:
    """Where an entry leads: the table or the memory."""
    return Hpa(Leaf(entry).frame << PAGE_SHIFT)


@fn
def walk(s: Ptr[Stage2], ipa: u64) -> Translation:
    """Translate an address; the caller holds the lock."""
    if ipa >> u64(s.ipa_bits) != 0:
        return Translation(Hpa(0), PAGE, Kind.NONE)
    level = u64(s.start_level)
    at = s.root + (ipa >> shift_of(level)) * 8
    entry = load(at)
    while is_table(entry, level):
        level += 1
        at = table_of(entry) + (ipa >> shift_of(level) & (ENTRIES - 1)) * 8
        entry = load(at)
    span = u64(1) << shift_of(level)
    offset = ipa & (span - 1)
    if entry & 1 == 0:
        return Translation(Hpa(0), span - offset, Kind.NONE)
    return Translation(table_of(entry) + offset, span - offset, Kind(Leaf(entry).software))


@fn
def count_used(s: Ptr[Stage2], p: Ptr[Path], level: u64, change: u64) -> u64:
    """Add to the number of valid entries in the path's table of that level; the result."""
    if level <= u64(s.start_level):
        return ENTRIES
    at = p.at[level - 1 & 3]
    above = Stage2Table(load(at))
    used = u64(above.used) + change
    above.used = trunc(u16, used)
    store(at, u64(above))
    return used


@fn
def new_table(s: Ptr[Stage2]) -> Hpa:
    """A zeroed table that the walker sees so; 0 when none may be taken."""
    if s.tables >= s.max_tables:
        return Hpa(0)
    at = alloc_frames(1, 1)
    if u64(at) != 0:
        zero_frames(at, 1)
        s.tables += 1
    return at


@fn
def add_table(s: Ptr[Stage2], p: Ptr[Path]) -> bool:
    """Put an empty table where the path ends without a mapping."""
    table = new_table(s)
    if u64(table) == 0:
        return False
    tables_written()
    store(p.at[p.level & 3],
          u64(Stage2Table(valid=True, table=True, frame=u64(table) >> PAGE_SHIFT)))
    count_used(s, p, p.level, 1)
    return True


@fn
def split(s: Ptr[Stage2], p: Ptr[Path], ipa: u64, entry: u64) -> bool:
    """Replace the block where the path ends by a table that maps the same (break before make)."""
    table = new_table(s)
    if u64(table) == 0:
        return False
    level = p.level + 1
    kind = Kind(Leaf(entry).software)
    for i in range(u64(ENTRIES)):
        store(table + i * 8, leaf(table_of(entry) + (i << shift_of(level)), level, kind))
    store(p.at[p.level & 3], 0)
    tables_written()
    flush_page(s.vmid, s.root, ipa)
    iommu_flush_page(s.vmid, s.root, ipa)
    store(p.at[p.level & 3], u64(Stage2Table(
        valid=True, table=True, frame=u64(table) >> PAGE_SHIFT, used=ENTRIES)))
    tables_written()
    span = u64(1) << shift_of(p.level)
    iommu_changed(s.root, ipa & ~(span - 1), span)
    return True
