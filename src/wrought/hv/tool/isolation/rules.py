"""What must not be: each rule gives a finding with the line of the partition file behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from wrought.hv.tool.isolation.claims import Claims, Given, Kept, Member
from wrought.hv.tool.isolation.dma import dma
from wrought.hv.tool.isolation.finding import Finding
from wrought.hv.tool.isolation.tables import Mapping
from wrought.hv.tool.places import Key
from wrought.hv.tool.quantities import Range, show_size

PAGE = 4096
UART_INTERRUPT = 32
"""INTID of a guest's emulated PL011 (GUEST_VPL011_SPI of Xen's public arch-arm.h)."""


class Reach(NamedTuple):
    """A piece of machine memory that a domain reaches."""

    place: Range
    member: Member
    mapping: Mapping


def judge(claims: Claims) -> list[Finding]:
    """All findings."""
    reaches = [Reach(mapping.machine, member, mapping) for member in claims.members
               if member.number in claims.spaces
               for mapping in claims.spaces[member.number].mappings]
    found: list[Finding] = []
    for rule in (not_built, two_domains, kept_memory, nowhere, devices, rights, totals):
        found += rule(claims, reaches)
    found += tables(claims)
    found += interrupts(claims)
    found += routes(claims)
    found += dma(claims)
    return list(dict.fromkeys(found))


def not_built(claims: Claims, reaches: list[Reach]) -> Iterator[Finding]:
    """Domains that EL2 leaves out."""
    for member in claims.members:
        if member.number not in claims.outcome.domains:
            why = claims.outcome.failures.get(member.number, "EL2 does not know it")
            yield Finding("not-built", ("domain", member.index, "name"),
                          f'"{member.name}" is not started: {why}')


def overlaps(reaches: Iterable[Reach]) -> Iterator[tuple[Range, Reach, Reach]]:
    """Memory that two domains reach."""
    active: list[Reach] = []
    for one in sorted(reaches, key=lambda reach: reach.place):
        active = [other for other in active if other.place.end > one.place.start]
        for other in active:
            if other.member.number != one.member.number:
                end = min(one.place.end, other.place.end)
                yield Range(one.place.start, end - one.place.start), other, one
        active.append(one)


def two_domains(claims: Claims, reaches: list[Reach]) -> Iterator[Finding]:
    """Frames reachable from two domains unless the file shares them."""
    virtual = claims.outcome.virtual_interface
    for place, first, second in overlaps(reaches):
        if virtual is not None and virtual.holds(place):
            continue
        if claims.is_shared(place, {first.member.number, second.member.number}):
            continue
        device = not in_ram(claims, place)
        later, other = sorted((first, second), key=lambda r: r.member.index, reverse=True)
        what = "the device registers" if device else "the memory"
        yield Finding("two-domains", _key(claims, later, device),
                      f'{what} {place} can be reached from "{other.member.name}" (its '
                      f'{_guest(other, place):#x}) and from "{later.member.name}" (its '
                      f"{_guest(later, place):#x})")


def kept_memory(claims: Claims, reaches: list[Reach]) -> Iterator[Finding]:
    """The hypervisor's frames, free ones, and files of other domains."""
    kept = sorted(claims.kept, key=lambda one: one.place)
    for reach in reaches:
        for one in kept:
            if reach.member.number in one.allowed or not one.place.overlaps(reach.place):
                continue
            start = max(one.place.start, reach.place.start)
            place = Range(start, min(one.place.end, reach.place.end) - start)
            yield Finding(_rule_of(one), _key(claims, reach, False),
                          f'"{reach.member.name}" reaches {one.what}: {place}, at its '
                          f"{_guest(reach, place):#x} ({reach.mapping.rights})")


def nowhere(claims: Claims, reaches: list[Reach]) -> Iterator[Finding]:
    """Mappings that lead neither to memory nor to registers that are the domain's."""
    for reach in reaches:
        if any(bank.holds(reach.place) for bank in claims.outcome.banks):
            continue
        if not any(bank.overlaps(reach.place) for bank in claims.outcome.banks) and (
                claims.may_reach_device(reach.member, reach.place)):
            continue
        yield Finding("outside", _key(claims, reach, reach.mapping.device),
                      f'"{reach.member.name}" reaches {reach.place} at its '
                      f"{reach.mapping.gpa:#x}: neither the machine's memory nor a device that it "
                      "is given")


def devices(claims: Claims, reaches: list[Reach]) -> Iterator[Finding]:
    """Registers that the hypervisor drives itself."""
    for reach in reaches:
        for what, place in claims.outcome.devices.items():
            if place.overlaps(reach.place):
                yield Finding("hypervisor-device", reach.member.devices_key,
                              f'"{reach.member.name}" reaches {what}, {place}, at its '
                              f"{reach.mapping.gpa:#x}")


def rights(claims: Claims, reaches: list[Reach]) -> Iterator[Finding]:
    """Executable devices and shared memory, and memory types that fit neither side."""
    for reach in reaches:
        ram = in_ram(claims, reach.place)
        device = reach.mapping.device
        where = f'"{reach.member.name}" at its {reach.mapping.gpa:#x}: {reach.place}'
        key = _key(claims, reach, not ram)
        if reach.mapping.execute and (device or not ram):
            yield Finding("rights", key, f"{where}: device registers can be executed")
        if ram and device:
            yield Finding("rights", key, f"{where}: memory is mapped as a device")
        if not ram and not device:
            yield Finding("rights", key, f"{where}: device registers are mapped as memory, which "
                                         "caches may hold")
        for i, region in enumerate(claims.plan.source.partition.shared_memory):
            if reach.mapping.execute and region.memory.overlaps(reach.place):
                yield Finding("rights", ("shared-memory", i, "memory"),
                              f'"{reach.member.name}" can execute shared memory "{region.name}", '
                              f"which others write")


def totals(claims: Claims, reaches: list[Reach]) -> Iterator[Finding]:
    """Whether each domain's memory is what the file says and what EL2 accounts for."""
    sizes: dict[int, int] = defaultdict(int)
    common: dict[int, int] = defaultdict(int)
    for reach in reaches:
        shared = any(region.memory.overlaps(reach.place)
                     for region in claims.shared(reach.member.number))
        if in_ram(claims, reach.place):
            (common if shared else sizes)[reach.member.number] += reach.place.size
    for member in claims.members:
        built = claims.outcome.domains.get(member.number)
        if built is None:
            continue
        size, counted = sizes[member.number], built.frames * PAGE
        if counted not in (size, size + common[member.number]):
            yield Finding("memory", member.memory_key, f'"{member.name}" reaches {show_size(size)} '
                          f"of memory, and EL2 accounts for {show_size(counted)}")
        if size != member.domain.size:
            yield Finding("memory", member.memory_key, f'"{member.name}" reaches {show_size(size)} '
                          f"of memory, and the file gives it {show_size(member.domain.size)}")


def tables(claims: Claims) -> Iterator[Finding]:
    """Tables that break the architecture's rules, or serve two domains."""
    owners: dict[int, Member] = {}
    vmids: dict[int, Member] = {}
    for member in claims.members:
        space, built = claims.spaces.get(member.number), claims.outcome.domains.get(member.number)
        if space is None or built is None:
            continue
        key: Key = ("domain", member.index, "name")
        for defect in space.defects:
            yield Finding("tables", key, f'stage 2 tables of "{member.name}": {defect}')
        if built.vmid == 0 or built.vmid in vmids:
            yield Finding("tables", key, f'"{member.name}" has VMID {built.vmid}, which is '
                          f'{_owner(vmids.get(built.vmid))}: TLBs would mix them up')
        vmids.setdefault(built.vmid, member)
        for table in space.tables:
            other = owners.setdefault(table.start, member)
            if other is not member:
                yield Finding("tables", key, f'"{member.name}" and "{other.name}" share the table '
                                             f"at {table.start:#x}")


def interrupts(claims: Claims) -> Iterator[Finding]:
    """Lines that two would get, and those that meet a guest's emulated UART."""
    routes: dict[int, Given] = {}
    for number, given in claims.interrupts():
        other = routes.setdefault(number, given)
        if (other.number, other.what) != (given.number, given.what):
            yield Finding("interrupt", given.key, f"interrupt {number} goes to {given.owner} "
                          f"({given.what}) and to {other.owner} ({other.what})")
        member = next((m for m in claims.members if m.number == given.number), None)
        if member and number == UART_INTERRUPT and member.domain.console == "vpl011":
            yield Finding("interrupt", given.key, f"interrupt {number} of {given.what} is that of "
                          f"the emulated UART of {given.owner} too; give it console = \"pv\"")


def routes(claims: Claims) -> Iterator[Finding]:
    """Interrupts that EL2 sends to another domain than the file says."""
    wanted: dict[int, Given] = {}
    for number, given in claims.interrupts():
        wanted.setdefault(number, given)
    for number, domain in claims.outcome.routes.items():
        member = next((m for m in claims.members if m.number == domain), None)
        given = wanted.get(number)
        if member is None or (given is None and member.domain.hardware):
            continue
        if given is None or given.number != domain:
            whose = f"that is {given.what} of {given.owner}" if given else "no device of its own"
            yield Finding("interrupt", member.devices_key,
                          f'interrupt {number} goes to "{member.name}": {whose}')


def in_ram(claims: Claims, place: Range) -> bool:
    """Whether it is memory."""
    return any(bank.overlaps(place) for bank in claims.outcome.banks)


def _owner(member: Member | None) -> str:
    return f'that of "{member.name}" too' if member else "the hypervisor's"


def _guest(reach: Reach, place: Range) -> int:
    """The domain's address for a machine address."""
    return reach.mapping.gpa + place.start - reach.mapping.hpa


def _rule_of(kept: Kept) -> str:
    return "free-frame" if kept.what == "memory that is free" else "hypervisor-frame"


def _key(claims: Claims, reach: Reach, device: bool) -> Key:
    """The line that a mapping comes from."""
    if device:
        return reach.member.devices_key
    for i, region in enumerate(claims.plan.source.partition.shared_memory):
        if region.memory.overlaps(reach.place) and reach.member.name in region.domains:
            return ("shared-memory", i, "memory")
    return reach.member.memory_key
