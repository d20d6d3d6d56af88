"""The stream table of an SMMU (Arm IHI 0070, 3.3.1): an entry that nobody filled ends the access
and is told as an event."""

from __future__ import annotations

from wrought.hv.abi.address import PAGE, Hpa
from wrought.hv.core import frames
from wrought.hv.drivers.smmu.entries import STREAM_BYTES, Level1, StreamEntry
from wrought.hv.drivers.smmu.queue import before_device, forget_stream, forget_streams, sync
from wrought.hv.drivers.smmu.registers import ALLOCATE, TableShape
from wrought.hv.drivers.smmu.units import Owner, Unit, load, registers_of, store
from wrought.hv.machine.memory import zero_frames
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import trunc
from wrought.lang.core.scalars import Ptr, u8, u32, u64

SPLIT = 8
SLOT = 1 << SPLIT
"""Streams of one second-level table."""
SLOT_FRAMES = SLOT * STREAM_BYTES // PAGE
MOST_BITS = 20
"""Streams that a two-level table is made for: a first level of 32 KB."""
MOST_LINEAR = 12
"""A linear table of 256 KB."""


@fn
def make_table(unit: Ptr[Unit], two_level: bool) -> bool:
    """An empty table, told to the unit; False without memory."""
    r = registers_of(unit)
    bits = min(unit.stream_bits, u8(MOST_BITS if two_level else MOST_LINEAR))
    unit.split = 0
    if two_level and bits > SPLIT:
        unit.split = SPLIT
    unit.stream_bits = bits
    bytes = u64(8) << u64(bits - SPLIT) if unit.split != 0 else u64(STREAM_BYTES) << u64(bits)
    count = (bytes + PAGE - 1) // PAGE
    unit.table = frames.alloc_frames(count, count)
    if u64(unit.table) == 0:
        return False
    zero_frames(unit.table, count)
    r.strtab_base.write(u64(unit.table) | ALLOCATE)
    r.strtab_base_cfg.write(TableShape(stream_bits=bits, split=unit.split,
                                       two_level=unit.split != 0))
    return True


@fn
def second_level(unit: Ptr[Unit], stream: u32) -> Hpa:
    """The table with a stream's entry, made where there is none; 0 without memory."""
    at = unit.table + u64(stream >> SPLIT) * 8
    found = Level1(load(at))
    if found.span != 0:
        return Hpa(found.address << 6)
    made = frames.alloc_frames(SLOT_FRAMES, SLOT_FRAMES)
    if u64(made) == 0:
        return made
    zero_frames(made, SLOT_FRAMES)
    before_device()
    store(at, u64(Level1(address=u64(made) >> 6, span=SPLIT + 1)))
    return made


@fn
def entry_of(unit: Ptr[Unit], stream: u32) -> Hpa:
    """Where a stream's entry is; 0 where there is none and no memory for it."""
    if unit.split == 0:
        return unit.table + u64(stream) * STREAM_BYTES
    table = second_level(unit, stream)
    if u64(table) == 0:
        return table
    return table + u64(stream & (SLOT - 1)) * STREAM_BYTES


@fn
def fill(at: Hpa, entry: Ptr[StreamEntry]) -> None:
    """Write an entry that is not valid: its first word last (3.21.3.1)."""
    store(at + 8, entry.world)
    store(at + 16, entry.guest)
    store(at + 24, entry.table)
    before_device()
    store(at, entry.words)


@fn
def is_whole(unit: Ptr[Unit], stream: u32, left: u64) -> bool:
    """Whether 256 streams from this one on have a first-level descriptor to themselves."""
    return unit.split != 0 and stream & (SLOT - 1) == 0 and left >= SLOT


@fn
def open_streams(unit: Ptr[Unit], owner: Ptr[Owner], entry: Ptr[StreamEntry]) -> bool:
    """Fill the entries of a range; False, and some are filled, without memory.

    Whole groups of 256 share one table: PCI host bridges have all of 65536 streams.
    """
    done: u64 = 0
    while done < u64(owner.streams.count):
        stream = owner.streams.first + trunc(u32, done)
        if is_whole(unit, stream, u64(owner.streams.count) - done):
            if not open_group(unit, owner, stream, entry):
                return False
            done += SLOT
            continue
        at = entry_of(unit, stream)
        if u64(at) == 0:
            return False
        fill(at, entry)
        forget_stream(unit, stream)
        done += 1
    forget_streams(unit)
    return sync(unit)


@fn
def open_group(unit: Ptr[Unit], owner: Ptr[Owner], stream: u32, entry: Ptr[StreamEntry]) -> bool:
    """Point a first-level descriptor to the range's own table."""
    at = unit.table + u64(stream >> SPLIT) * 8
    if Level1(load(at)).span != 0:
        # Somebody had one of these streams before; its table stays, with entries of its own.
        table = second_level(unit, stream)
        for i in range(u64(SLOT)):
            fill(table + i * STREAM_BYTES, entry)
        return True
    if u64(owner.shared_table) == 0:
        made = frames.alloc_frames(SLOT_FRAMES, SLOT_FRAMES)
        if u64(made) == 0:
            return False
        zero_frames(made, SLOT_FRAMES)
        for i in range(u64(SLOT)):
            fill(made + i * STREAM_BYTES, entry)
        owner.shared_table = made
        before_device()
    store(at, u64(Level1(address=u64(owner.shared_table) >> 6, span=SPLIT + 1)))
    return True


@fn
def close_streams(unit: Ptr[Unit], owner: Ptr[Owner]) -> bool:
    """Make a range's entries invalid again, and free the table that it shared."""
    done: u64 = 0
    while done < u64(owner.streams.count):
        stream = owner.streams.first + trunc(u32, done)
        at = unit.table + u64(stream >> SPLIT) * 8
        if unit.split != 0 and Level1(load(at)).span == 0:
            done += SLOT - u64(stream & (SLOT - 1))
            continue
        whole = is_whole(unit, stream, u64(owner.streams.count) - done)
        shared = u64(owner.shared_table) >> 6
        if whole and shared != 0 and Level1(load(at)).address == shared:
            store(at, 0)
            done += SLOT
            continue
        store(entry_of(unit, stream), 0)
        done += 1
    before_device()
    forget_streams(unit)
    if not sync(unit):
        # It may still read the table: that is never given to anybody.
        return False
    if u64(owner.shared_table) != 0:
        frames.free_scrubbed(owner.shared_table, SLOT_FRAMES)
        owner.shared_table = Hpa(0)
    return True
