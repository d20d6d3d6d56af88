"""The machine's SMMUs: which domain's memory each device reaches.

Order at boot: `smmu_probe(tree)`, map the registers of all `units`, `smmu_start_all()` once frames
can be had.  Then devices are attached while domains are built, and detached when they end, before
their memory goes to others.  Locks: a domain's stage 2, then `lock` here, then a unit's.

Parts of `core` are imported as modules: they call this one, through the machine interface.
"""

from __future__ import annotations

from wrought.hv.abi.address import PAGE, Hpa
from wrought.hv.core import frames, stage2_tables
from wrought.hv.core.domain import Domain
from wrought.hv.core.stage2_types import Stage2
from wrought.hv.drivers.smmu import shadow
from wrought.hv.drivers.smmu.entries import (
    BASE_MASK,
    ContextEntry,
    StreamEntry,
    context_entry,
    stage1_entry,
    stage2_entry,
)
from wrought.hv.drivers.smmu.ids import stream_count, streams_of
from wrought.hv.drivers.smmu.queue import before_device, forget_guest, forget_page, sync
from wrought.hv.drivers.smmu.start import smmu_probe, smmu_start, switch_off
from wrought.hv.drivers.smmu.streams import close_streams, open_streams
from wrought.hv.drivers.smmu.units import (
    MAX_UNITS,
    Mode,
    Owner,
    StreamRange,
    Unit,
    owners,
    store,
    unit_count,
    units,
)
from wrought.hv.machine.memory import zero_frames
from wrought.lang.core.atomics import Order
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, zeroed
from wrought.lang.core.scalars import Array, Atomic, Ptr, u8, u16, u64
from wrought.lang.core.static import constant, static
from wrought.rt.fdt import Fdt
from wrought.rt.lock import TicketLock

__all__ = ["smmu_probe"]
MAX_CONFINED = 16
"""Domains with devices behind SMMUs."""
SHORT_VMIDS = 255
BITS = constant(Array[u8, 8], (32, 36, 40, 42, 44, 48, 52, 52))
"""By SMMU_IDR5.OAS: what the unit can put out, and the most that stage 2 takes in (3.4)."""


@struct
class Confined:
    """A domain that has devices behind SMMUs."""

    used: bool
    domain: u16
    vmid: u16
    memory: Ptr[Stage2] | None
    root: Hpa
    """Of its stage 2 tables."""
    units: u64
    """Units that translate for it, a bit each."""
    shadow: shadow.Shadow
    """Root 0 where no unit needs it."""
    context: Hpa
    """The frame with the context descriptor for `shadow`."""


lock = static(TicketLock)
confined = static(Array[Confined, MAX_CONFINED])
confined_count = static(Atomic[u64])


@fn
def smmu_reset() -> None:
    """Know of no device's domain: for tools and tests that begin anew."""
    confined_count.store(0, Order.RELAXED)
    for i in range(u64(MAX_CONFINED)):
        confined[i].used = False
    for owner in owners[:]:
        owner.used = False


@fn
def smmu_start_all() -> bool:
    """Start all units; whether one is of use."""
    any = False
    for i in range(unit_count):
        unit = addr_of(units[i])
        if smmu_start(unit):
            any = True
            kind = b"stage 2" if unit.mode == Mode.STAGE2 else b"stage 1, in place of stage 2"
            print(f"SMMU {unit.base:#x}: {kind}, {u64(1) << u64(unit.stream_bits)} devices")
    return any


@fn
def is_usable(streams: StreamRange) -> bool:
    """Whether a unit that runs has these streams in its table."""
    if streams.unit >= unit_count or streams.count == 0:
        return False
    unit = addr_of(units[streams.unit])
    if unit.mode == Mode.OFF or unit.dead:
        return False
    return u64(streams.first) + u64(streams.count) <= u64(1) << u64(unit.stream_bits)


@fn
def smmu_protects(tree: Ptr[Fdt], node: u64) -> bool:
    """Whether all DMA of a device goes through units that run."""
    count = stream_count(tree, node)
    for i in range(count):
        if not is_usable(streams_of(tree, node, i)):
            return False
    return count > 0


@fn
def taken_by_other(streams: StreamRange, domain: u16) -> bool:
    """Whether one of these streams is another domain's."""
    for each in owners[:]:
        if each.used and each.domain != domain:
            if each.streams.overlaps(streams.unit, streams.first, streams.count):
                return True
    return False


@fn
def is_open(streams: StreamRange, domain: u16) -> bool:
    """Whether the domain has all of them already."""
    for each in owners[:]:
        if each.used and each.domain == domain and each.streams.unit == streams.unit:
            if each.streams.first <= streams.first and (
                    u64(streams.first) + u64(streams.count)
                    <= u64(each.streams.first) + u64(each.streams.count)):
                return True
    return False


@fn
def smmu_attach(domain: Ptr[Domain], tree: Ptr[Fdt], node: u64) -> bool:
    """Let a device's DMA reach the domain's memory; False, and it reaches nothing, where a stream
    is another domain's, tables do not fit the unit, or there is no room."""
    count = stream_count(tree, node)
    for i in range(count):
        streams = streams_of(tree, node, i)
        if not is_usable(streams) or taken_by_other(streams, domain.id):
            return False
        if not fits(addr_of(units[streams.unit]), domain):
            return False
    for i in range(count):
        streams = streams_of(tree, node, i)
        if not is_open(streams, domain.id) and not attach_streams(domain, streams):
            return False
    return count > 0


@fn
def fits(unit: Ptr[Unit], domain: Ptr[Domain]) -> bool:
    """Whether the unit can walk the domain's stage 2 tables, or a shadow of them (3.4, 5.2)."""
    if unit.mode == Mode.STAGE1:
        return True
    if u64(domain.memory.ipa_bits) > u64(BITS[u64(unit.address_size) & 7]):
        print(f"{domain.label()}: its addresses have {domain.memory.ipa_bits} bits, more than "
              f"SMMU {unit.base:#x} translates")
        return False
    return unit.vmid16 or domain.memory.vmid <= SHORT_VMIDS


@fn
def find_confined(root: Hpa) -> Ptr[Confined] | None:
    """The domain with these tables; the lock is held."""
    for each in confined[:]:
        if each.used and u64(each.root) == u64(root):
            return each
    return None


@fn
def attach_streams(domain: Ptr[Domain], streams: StreamRange) -> bool:
    """Open a range that is free, on a unit that fits."""
    unit = addr_of(units[streams.unit])
    s = addr_of(domain.memory)
    with s.lock:
        c = confine(domain)
        if c is None:
            return False
        if unit.mode == Mode.STAGE1 and not prepare_shadow(c, unit, s):
            return False
        # From here on changes of stage 2 reach the unit.
        c.units |= u64(1) << streams.unit
        entry = entry_for(c, unit, s)
        with lock:
            owner = take_owner(domain.id, streams)
            if owner is None:
                return False
            with unit.lock:
                return open_streams(unit, owner, addr_of(entry))


@fn
def confine(domain: Ptr[Domain]) -> Ptr[Confined] | None:
    """The domain's entry, made where there is none; its stage 2 lock is held."""
    with lock:
        found = find_confined(domain.memory.root)
        if found is not None:
            return found
        for each in confined[:]:
            if not each.used:
                each[0] = zeroed(Confined)
                each.used = True
                each.domain = domain.id
                each.vmid = domain.memory.vmid
                each.memory = addr_of(domain.memory)
                each.root = domain.memory.root
                confined_count.add(1, Order.RELEASE)
                return each
    return None


@fn
def prepare_shadow(c: Ptr[Confined], unit: Ptr[Unit], s: Ptr[Stage2]) -> bool:
    """Stage 1 tables and their context descriptor, once for a domain; `s` is locked."""
    if u64(c.context) != 0:
        return True
    if not shadow.shadow_new(addr_of(c.shadow), s):
        return False
    c.context = frames.alloc_frames(1, 1)
    if u64(c.context) == 0:
        shadow.shadow_free(addr_of(c.shadow))
        return False
    zero_frames(c.context, 1)
    entry = context_entry(c.vmid, unit.address_size, u64(c.shadow.root))
    put_context(c.context, addr_of(entry))
    return True


@fn
def put_context(at: Hpa, entry: Ptr[ContextEntry]) -> None:
    """Write a context descriptor that nobody reads yet."""
    store(at + 8, entry.table)
    store(at + 24, entry.mair)
    store(at, entry.control)
    before_device()


@fn
def entry_for(c: Ptr[Confined], unit: Ptr[Unit], s: Ptr[Stage2]) -> StreamEntry:
    """The stream table entry of the domain's devices."""
    if unit.mode == Mode.STAGE1:
        return stage1_entry(u64(c.context) & BASE_MASK)
    t0sz, start = stage2_tables.vtcr_fields(s.ipa_bits)
    return stage2_entry(s.vmid, t0sz, start, min(unit.address_size, u8(5)), u64(s.root))


@fn
def take_owner(domain: u16, streams: StreamRange) -> Ptr[Owner] | None:
    """Note a range; the lock is held."""
    if taken_by_other(streams, domain):
        return None
    for each in owners[:]:
        if not each.used:
            each[0] = Owner(True, domain, streams, Hpa(0))
            return each
    return None


@fn
def smmu_detach(domain: Ptr[Domain]) -> None:
    """Stop the DMA of all its devices: when this returns, none of it reaches memory any more."""
    if confined_count.load(Order.ACQUIRE) == 0:
        return
    with lock:
        for owner in owners[:]:
            if owner.used and owner.domain == domain.id:
                unit = addr_of(units[owner.streams.unit])
                with unit.lock:
                    if not close_streams(unit, owner):
                        # It takes no commands: then no device behind it reaches anything.
                        switch_off(unit)
                        unit.mode = Mode.OFF
                owner.used = False
        c = find_confined(domain.memory.root)
        if c is None:
            return
        flush_all(c)
        if u64(c.context) != 0:
            frames.free_scrubbed(c.context, 1)
            shadow.shadow_free(addr_of(c.shadow))
        c.used = False
        confined_count.sub(1, Order.RELEASE)


@fn
def flush_all(c: Ptr[Confined]) -> None:
    """All units forget the guest."""
    for i in range(u64(MAX_UNITS)):
        if c.units >> i & 1 != 0:
            with units[i].lock:
                forget_guest(addr_of(units[i]), c.vmid)
                sync(addr_of(units[i]))


@fn
def follow(c: Ptr[Confined], start: u64, end: u64) -> None:
    """Make the shadow say what stage 2 says of a range, and no unit know anything older."""
    memory = c.memory
    if memory is None:
        return
    low, high = shadow.clear(addr_of(c.shadow), start, end)
    flush_all(c)
    shadow.put_in(addr_of(c.shadow), memory, low, min(high, u64(1) << u64(memory.ipa_bits)))


@fn
def smmu_flush_page(vmid: u16, root: Hpa, ipa: u64) -> None:
    """The entry for `ipa` in the tables at `root` is invalid now, the CPUs have forgotten it; its
    stage 2 lock is held."""
    if confined_count.load(Order.ACQUIRE) == 0:
        return
    with lock:
        c = find_confined(root)
        if c is None:
            return
        if u64(c.context) != 0:
            follow(c, ipa, ipa + 1)
            return
        for i in range(u64(MAX_UNITS)):
            if c.units >> i & 1 != 0:
                with units[i].lock:
                    forget_page(addr_of(units[i]), vmid, ipa)
                    sync(addr_of(units[i]))


@fn
def smmu_flush_guest(root: Hpa) -> None:
    """Many entries of the tables at `root` are invalid now; their lock is held."""
    if confined_count.load(Order.ACQUIRE) == 0:
        return
    with lock:
        c = find_confined(root)
        if c is None:
            return
        memory = c.memory
        if u64(c.context) != 0 and memory is not None:
            follow(c, 0, memory.highest + PAGE)
        else:
            flush_all(c)


@fn
def smmu_changed(root: Hpa, gpa: u64, size: u64) -> None:
    """Stage 2 maps a range anew; only shadows have to know.  Its lock is held."""
    if confined_count.load(Order.ACQUIRE) == 0:
        return
    with lock:
        c = find_confined(root)
        if c is not None and u64(c.context) != 0:
            follow(c, gpa, gpa + size)


@fn
def smmu_address_bits() -> u8:
    """The most bits of guest addresses that every unit with stage 2 translates; 48 without one."""
    bits: u8 = 48
    for i in range(unit_count):
        if units[i].mode == Mode.STAGE2:
            bits = min(bits, BITS[u64(units[i].address_size) & 7])
    return bits
