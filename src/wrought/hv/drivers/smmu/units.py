"""The SMMUs of the machine, and which streams are whose."""

from __future__ import annotations

from wrought.hv.abi.address import Hpa
from wrought.hv.drivers.smmu.registers import Smmu
from wrought.hv.machine.memory import address_of
from wrought.lang.core.decl import enum, struct
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import volatile_load, volatile_store
from wrought.lang.core.scalars import Array, Ptr, u8, u16, u32, u64
from wrought.lang.core.static import static
from wrought.rt.lock import TicketLock

MAX_UNITS = 16
MAX_RANGES = 128
"""Ranges of streams that are given to domains."""


@enum(u8)
class Mode:
    """What a unit can be used for."""

    OFF = 0
    """Not started: see `reason`."""
    STAGE2 = 1
    """Devices share their domain's stage 2 tables."""
    STAGE1 = 2
    """It has no stage 2: devices get stage 1 tables that say the same (`shadow`)."""


@struct
class Unit:
    """One SMMU."""

    lock: TicketLock
    """Held while commands are given."""
    base: u64
    node: u64
    mode: Mode
    address_size: u8
    """As in SMMU_IDR5.OAS."""
    stream_bits: u8
    split: u8
    """Bits of a stream number below the first level; 0 for a linear table."""
    vmid16: bool
    dead: bool
    """It did not answer: what it translates is not to be trusted."""
    table: Hpa
    commands: Hpa
    command_bits: u8
    produced: u32
    events: Hpa
    event_bits: u8
    event_line: u32
    """INTID of the event queue's interrupt, 0 for none."""
    error_line: u32
    edge: bool
    """Both are edges."""
    told: u32
    """Events printed since `told_at`."""
    told_at: u64
    hidden: u64
    """Events that were not."""


@struct
class StreamRange:
    """Streams `first` … of a unit."""

    unit: u64
    """Its number; ABSENT for none."""
    first: u32
    count: u32

    def overlaps(self, unit: u64, first: u32, count: u32) -> bool:
        """Whether they share a stream."""
        return (self.unit == unit and u64(self.first) < u64(first) + u64(count)
                and u64(first) < u64(self.first) + u64(self.count))


@struct
class Owner:
    """Streams of a domain."""

    used: bool
    domain: u16
    streams: StreamRange
    shared_table: Hpa
    """Second-level table that stands for each 256 streams of the range; 0 for none."""


units = static(Array[Unit, MAX_UNITS])
unit_count = static(u64)
owners = static(Array[Owner, MAX_RANGES])
owners_lock = static(TicketLock)


@unsafe
@fn(inline=True)
def registers_of(unit: Ptr[Unit]) -> Ptr[Smmu]:
    """Its registers."""
    # SAFETY: the device tree's place, mapped as a device before the unit is started.
    return Ptr[Smmu](unit.base)


@unsafe
@fn(inline=True)
def load(at: Hpa) -> u64:
    """A word that an SMMU reads or writes, too."""
    # SAFETY: inside tables and queues, which are frames of ours.
    return volatile_load(Ptr[u64](address_of(at)))


@unsafe
@fn(inline=True)
def store(at: Hpa, value: u64) -> None:
    """Write one with one access."""
    # SAFETY: as `load`.
    volatile_store(Ptr[u64](address_of(at)), value)


@fn
def set_count(count: u64) -> None:
    """So many units were found."""
    global unit_count
    unit_count = count
