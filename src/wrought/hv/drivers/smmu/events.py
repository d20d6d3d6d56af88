"""What an SMMU reports: accesses that it has stopped, named by device stream and domain."""

from __future__ import annotations

from wrought.hv.core.domain import find_domain
from wrought.hv.drivers.smmu.entries import EVENT_BYTES, Event0, Event1, EventKind
from wrought.hv.drivers.smmu.queue import before_device, skip
from wrought.hv.drivers.smmu.units import Mode, Unit, load, owners, registers_of, unit_count, units
from wrought.hv.machine.cpu import frequency, now
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of
from wrought.lang.core.scalars import Ptr, Slice, u8, u32, u64

MOST_TOLD = 8
"""Lines a second for each SMMU; the others are counted."""
OVERFLOW = 1 << 31


@fn
def reason(kind: EventKind) -> Slice[u8]:
    """In words."""
    match kind:
        case EventKind.BAD_STREAM | EventKind.NOT_ALLOWED | EventKind.STREAM_DISABLED:
            return b"it was given to nobody"
        case EventKind.TRANSLATION:
            return b"nothing is mapped there"
        case EventKind.PERMISSION:
            return b"it may not do that there"
        case EventKind.ADDRESS_SIZE | EventKind.ACCESS:
            return b"the address can't be translated"
        case _:
            return b"the SMMU could not read its tables"


@fn
def owner_name(unit: u64, stream: u32) -> Slice[u8]:
    """The domain that has a stream."""
    for each in owners[:]:
        if each.used and each.streams.overlaps(unit, stream, 1):
            domain = find_domain(u64(each.domain))
            if domain is not None:
                return domain.label()
    return b"no domain"


@fn
def tell(number: u64, slot: u64) -> None:
    """Print an event, unless too many come."""
    unit = addr_of(units[number])
    moment = now()
    if moment - unit.told_at >= frequency() or unit.told_at == 0:
        if unit.hidden != 0:
            print(f"SMMU {unit.base:#x}: {unit.hidden} further accesses were stopped")
        unit.told_at = moment
        unit.told = 0
        unit.hidden = 0
    if unit.told == MOST_TOLD:
        unit.hidden += 1
        return
    unit.told += 1
    at = unit.events + slot * EVENT_BYTES
    first = Event0(load(at))
    second = Event1(load(at + 8))
    access = b"read" if second.read else b"write"
    print(f"SMMU {unit.base:#x}: device {first.stream:#x} of {owner_name(number, first.stream)}: "
          f"{access} of {load(at + 16):#x} was stopped (event {u8(first.kind):#x}: "
          f"{reason(first.kind)})")


@fn
def take_events(number: u64) -> u64:
    """Tell all that wait in a unit's queue; how many."""
    unit = addr_of(units[number])
    r = registers_of(unit)
    size = u32(1) << u32(unit.event_bits)
    mask = 2 * size - 1
    count: u64 = 0
    cons = r.eventq_cons.read()
    produced = r.eventq_prod.read()
    # What comes in the meantime interrupts again; a device that never stops does not hold us.
    while cons & mask != produced & mask and count < u64(size):
        tell(number, u64(cons & (size - 1)))
        cons = cons + 1 & mask
        count += 1
    if (produced ^ cons) & OVERFLOW != 0:
        unit.hidden += 1
        cons |= produced & OVERFLOW
    before_device()
    r.eventq_cons.write(cons | produced & OVERFLOW)
    return count


@fn
def take_errors(unit: Ptr[Unit]) -> None:
    """Errors of the unit as a whole: a refused command is skipped, the rest is told once."""
    r = registers_of(unit)
    with unit.lock:
        active = u32(r.gerror.read()) ^ u32(r.gerrorn.read())
        if active & 1 != 0:
            skip(unit)
        if active & ~u32(1) != 0:
            print(f"SMMU {unit.base:#x}: global errors {active:#x}")
            r.gerrorn.write(r.gerror.read())


@fn
def smmu_interrupt(intid: u32) -> bool:
    """Serve an interrupt; False where it is no SMMU's."""
    mine = False
    for i in range(unit_count):
        unit = addr_of(units[i])
        if unit.mode == Mode.OFF or intid != unit.event_line and intid != unit.error_line:
            continue
        mine = True
        take_events(i)
        take_errors(unit)
    return mine
