"""Changes of stage 2 tables; the caller holds the lock of the tables.

Entries are first made invalid, then forgotten by the TLBs, and only then written anew or their
tables given back (break before make: Arm ARM DDI 0487, D8.14.1).
"""

from __future__ import annotations

from wrought.hv.abi.address import PAGE, Hpa
from wrought.hv.core.frames import free_frames
from wrought.hv.core.stage2_tables import (
    LAST_LEVEL,
    Path,
    add_table,
    count_used,
    descend,
    is_table,
    leaf,
    load,
    shift_of,
    split,
    store,
    table_of,
    walk,
)
from wrought.hv.core.stage2_types import Kind, Stage2
from wrought.hv.machine.iommu import iommu_changed, iommu_flush_guest, iommu_flush_page
from wrought.hv.machine.memory import flush_guest, flush_page, tables_written
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, zeroed
from wrought.lang.core.scalars import Array, Ptr, u64
from wrought.rt.a64.descriptors import ENTRIES

MAX_SINGLE = 16
"""More changed entries than this cost a flush of the whole guest."""


@struct
class Flushes:
    """Entries that were made invalid, and empty tables, before the TLBs know."""

    count: u64
    ipas: Array[u64, MAX_SINGLE]
    dead: Hpa
    """A chain of tables through their first words; even numbers, so invalid as entries."""

    def note(self, ipa: u64) -> None:
        """The entry that maps `ipa` is invalid now."""
        if self.count < MAX_SINGLE:
            self.ipas[self.count] = ipa
        self.count += 1

    def settle(self, s: Ptr[Stage2]) -> None:
        """Make the TLBs forget, then give the tables back."""
        if self.count == 0:
            return
        tables_written()
        if self.count > MAX_SINGLE:
            flush_guest(s.vmid, s.root)
            iommu_flush_guest(s.root)
        else:
            for i in range(self.count):
                flush_page(s.vmid, s.root, self.ipas[i])
                iommu_flush_page(s.vmid, s.root, self.ipas[i])
        while u64(self.dead) != 0:
            table = self.dead
            self.dead = Hpa(load(table))
            store(table, 0)
            free_frames(table, 1)
            s.tables -= 1


@fn
def in_range(s: Ptr[Stage2], gpa: u64, size: u64) -> bool:
    """Whether whole pages inside the guest's address space are meant."""
    limit = u64(1) << u64(s.ipa_bits)
    return size != 0 and (gpa | size) % PAGE == 0 and size <= limit and gpa <= limit - size


@fn
def is_free(s: Ptr[Stage2], gpa: u64, size: u64) -> bool:
    """Whether nothing is mapped in the range."""
    at: u64 = 0
    while at < size:
        there = walk(s, gpa + at)
        if there.kind != Kind.NONE:
            return False
        at += there.size
    return True


@fn
def level_for(s: Ptr[Stage2], gpa: u64, hpa: u64, size: u64) -> u64:
    """The level whose blocks fit both addresses and the size, as large as possible."""
    level: u64 = 1
    while level < LAST_LEVEL:
        span = u64(1) << shift_of(level)
        if (gpa | hpa) & (span - 1) == 0 and size >= span:
            return level
        level += 1
    return LAST_LEVEL


@fn
def put_run(s: Ptr[Stage2], p: Ptr[Path], hpa: Hpa, size: u64, kind: Kind) -> u64:
    """Fill entries from the path's end to that of its table or of `size`; the bytes mapped."""
    shift = shift_of(p.level)
    at = p.at[p.level & 3]
    n = min(ENTRIES - (u64(at) % PAGE >> 3), size >> shift)
    for i in range(n):
        store(at + i * 8, leaf(hpa + (i << shift), p.level, kind))
    count_used(s, p, p.level, n)
    return n << shift


@fn
def map_range(s: Ptr[Stage2], gpa: u64, hpa: Hpa, size: u64, kind: Kind) -> bool:
    """Map a range where nothing is; False, and nothing changed, without memory for tables."""
    p = zeroed(Path)
    at: u64 = 0
    while at < size:
        level = level_for(s, gpa + at, u64(hpa) + at, size - at)
        descend(s, gpa + at, addr_of(p))
        while p.level < level:
            if not add_table(s, addr_of(p)):
                clear_range(s, gpa, at + PAGE)
                return False
            descend(s, gpa + at, addr_of(p))
        at += put_run(s, addr_of(p), hpa + at, size - at, kind)
    tables_written()
    iommu_changed(s.root, gpa, size)
    s.highest = max(s.highest, gpa + size - PAGE)
    return True


@fn
def split_at(s: Ptr[Stage2], ipa: u64) -> bool:
    """See that no block goes across `ipa`; False without memory for tables."""
    if ipa >> u64(s.ipa_bits) != 0:
        return True
    p = zeroed(Path)
    while True:
        entry = descend(s, ipa, addr_of(p))
        span = u64(1) << shift_of(p.level)
        if entry & 1 == 0 or ipa & (span - 1) == 0:
            return True
        if not split(s, addr_of(p), ipa, entry):
            return False


@fn
def prune(s: Ptr[Stage2], p: Ptr[Path], ipa: u64, removed: u64, changes: Ptr[Flushes]) -> None:
    """Count `removed` entries out of the path's last table; take out tables that are empty."""
    level = p.level
    gone = removed
    while count_used(s, p, level, 0 - gone) == 0:
        level -= 1
        above = p.at[level & 3]
        table = table_of(load(above))
        store(above, 0)
        store(table, u64(changes.dead))
        changes.dead = table
        if removed == 0:
            changes.note(ipa)
        gone = 1


@fn
def clear_run(s: Ptr[Stage2], p: Ptr[Path], ipa: u64, end: u64, changes: Ptr[Flushes]) -> u64:
    """Make entries from the path's end to that of its table or of the range invalid; the address
    behind them."""
    span = u64(1) << shift_of(p.level)
    at = p.at[p.level & 3]
    next = ipa & ~(span - 1)
    removed: u64 = 0
    while next < end:
        entry = load(at)
        if is_table(entry, p.level):
            break
        if entry & 1 != 0:
            store(at, 0)
            changes.note(next)
            removed += 1
        next += span
        at += 8
        if u64(at) % PAGE == 0:
            break
    prune(s, p, ipa, removed, changes)
    return next


@fn
def clear_range(s: Ptr[Stage2], gpa: u64, size: u64) -> None:
    """Unmap a range whose ends no block goes across; holes in it are passed over."""
    p = zeroed(Path)
    changes = zeroed(Flushes)
    at = gpa
    while at < gpa + size:
        descend(s, at, addr_of(p))
        at = clear_run(s, addr_of(p), at, gpa + size, addr_of(changes))
    changes.settle(s)


@fn
def unmap_range(s: Ptr[Stage2], gpa: u64, size: u64) -> bool:
    """Unmap whatever is mapped in the range; False, and nothing unmapped, when a block has to be
    split and there is no memory for the table."""
    if not split_at(s, gpa) or not split_at(s, gpa + size):
        return False
    clear_range(s, gpa, size)
    return True


@fn
def replace_page(s: Ptr[Stage2], gpa: u64, hpa: Hpa, kind: Kind) -> bool:
    """Map one page, whatever was mapped there; False, and nothing changed, without memory."""
    if not split_at(s, gpa) or not split_at(s, gpa + PAGE):
        return False
    p = zeroed(Path)
    entry = descend(s, gpa, addr_of(p))
    if entry & 1 == 0:
        return map_range(s, gpa, hpa, PAGE, kind)
    at = p.at[p.level & 3]
    store(at, 0)
    tables_written()
    flush_page(s.vmid, s.root, gpa)
    iommu_flush_page(s.vmid, s.root, gpa)
    store(at, leaf(hpa, p.level, kind))
    tables_written()
    iommu_changed(s.root, gpa, PAGE)
    return True
