"""Stage 1 tables that say what a domain's stage 2 says, for an SMMU that has no stage 2.

Whenever stage 2 changes they follow: blocks that hold a changed address are taken out, then what
stage 2 says now is put in.  Where there is no memory for tables a device finds nothing, which is
safe.  Tables that have become empty stay until the end.
"""

from __future__ import annotations

from wrought.hv.abi.address import PAGE, PAGE_SHIFT, Hpa
from wrought.hv.core import frames, stage2_tables
from wrought.hv.core.stage2_types import Kind, Stage2
from wrought.hv.drivers.smmu.units import load, store
from wrought.hv.machine.memory import tables_written, zero_frames
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, u64
from wrought.rt.a64.descriptors import ENTRIES, Shareable, Stage1

LAST = 3
MAX_TABLES = 2048
"""8 MB: a guest's own changes make no more."""
NOT_GLOBAL, PRIVILEGED_NEVER = 1 << 11, 1 << 53
FRAME_MASK = 0x0000_FFFF_FFFF_F000


@struct
class Shadow:
    """Tables for addresses of 48 bits, from level 0 on (Arm ARM DDI 0487, D8.2.9)."""

    root: Hpa
    """0 where there are none."""
    tables: u64


@fn
def leaf(hpa: u64, level: u64, kind: Kind) -> u64:
    """A block or page that devices never execute and TLBs know by its ASID; attribute 0 is
    memory, 1 a device (D8.3.2)."""
    device = kind == Kind.DEVICE
    return NOT_GLOBAL | PRIVILEGED_NEVER | u64(Stage1(
        valid=True, table=level == LAST, accessed=True, user=True, execute_never=True,
        read_only=not stage2_tables.writable(kind), frame=hpa >> PAGE_SHIFT,
        attribute=1 if device else 0,
        shareable=Shareable.NONE if device else Shareable.INNER))


@fn
def new_table(shadow: Ptr[Shadow]) -> Hpa:
    """A zeroed table; 0 when there is none."""
    if shadow.tables == MAX_TABLES:
        return Hpa(0)
    at = frames.alloc_frames(1, 1)
    if u64(at) != 0:
        zero_frames(at, 1)
        shadow.tables += 1
    return at


@fn
def find(shadow: Ptr[Shadow], ipa: u64) -> tuple[Hpa, u64]:
    """The last entry on the way to an address, and its level."""
    level: u64 = 0
    table = shadow.root
    while True:
        at = table + (ipa >> stage2_tables.shift_of(level) & (ENTRIES - 1)) * 8
        entry = load(at)
        if entry & 3 != 3 or level == LAST:
            return at, level
        table = Hpa(entry & FRAME_MASK)
        level += 1


@fn
def clear(shadow: Ptr[Shadow], start: u64, end: u64) -> tuple[u64, u64]:
    """Take out all blocks that have an address of a range; the range with their other parts."""
    low = start
    high = end
    at = start
    while at < end:
        place, level = find(shadow, at)
        span = u64(1) << stage2_tables.shift_of(level)
        base = at & ~(span - 1)
        if load(place) & 1 != 0:
            store(place, 0)
            low = min(low, base)
            high = max(high, base + span)
        at = base + span
    tables_written()
    return low, high


@fn
def put(shadow: Ptr[Shadow], gpa: u64, hpa: u64, size: u64, kind: Kind) -> bool:
    """Map a range where nothing is; False where a part is left out without memory for tables."""
    at: u64 = 0
    while at < size:
        place, level = find(shadow, gpa + at)
        while level == 0 or level < LAST and not suits(gpa + at, hpa + at, size - at, level):
            table = new_table(shadow)
            if u64(table) == 0:
                return False
            tables_written()
            store(place, u64(Stage1(valid=True, table=True, frame=u64(table) >> PAGE_SHIFT)))
            place, level = find(shadow, gpa + at)
        store(place, leaf(hpa + at, level, kind))
        at += u64(1) << stage2_tables.shift_of(level)
    return True


@fn
def suits(gpa: u64, hpa: u64, left: u64, level: u64) -> bool:
    """Whether a block of that level fits both addresses and what is left."""
    span = u64(1) << stage2_tables.shift_of(level)
    return (gpa | hpa) & (span - 1) == 0 and left >= span


@fn
def put_in(shadow: Ptr[Shadow], s: Ptr[Stage2], gpa: u64, end: u64) -> None:
    """Map what stage 2 has in a range where the shadow has nothing."""
    at = gpa
    while at < end:
        there = stage2_tables.walk(s, at)
        size = min(there.size, end - at)
        if there.kind != Kind.NONE and not put(shadow, at, u64(there.hpa), size, there.kind):
            return
        at += size
    tables_written()


@fn
def shadow_new(shadow: Ptr[Shadow], s: Ptr[Stage2]) -> bool:
    """Tables for what `s` maps now; its lock is held.  False without memory for the root."""
    shadow.tables = 0
    shadow.root = new_table(shadow)
    if u64(shadow.root) == 0:
        return False
    put_in(shadow, s, 0, s.highest + PAGE)
    return True


@fn
def shadow_free(shadow: Ptr[Shadow]) -> None:
    """Give all tables back; no unit reads them any more."""
    for i in range(u64(ENTRIES)):
        first = load(shadow.root + i * 8)
        if first & 1 != 0:
            free_gigabytes(Hpa(first & FRAME_MASK))
    frames.free_scrubbed(shadow.root, 1)
    shadow.root = Hpa(0)


@fn
def free_gigabytes(table: Hpa) -> None:
    """A level 1 table with all below it."""
    for i in range(u64(ENTRIES)):
        second = load(table + i * 8)
        if second & 3 == 3:
            below = Hpa(second & FRAME_MASK)
            for j in range(u64(ENTRIES)):
                third = load(below + j * 8)
                if third & 3 == 3:
                    frames.free_scrubbed(Hpa(third & FRAME_MASK), 1)
            frames.free_scrubbed(below, 1)
    frames.free_scrubbed(table, 1)
