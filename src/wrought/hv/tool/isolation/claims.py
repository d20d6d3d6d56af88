"""Who may reach what, by the partition file and the board's tree: what tables are judged by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wrought.hv.tool.isolation.board_facts import (
    Streams,
    interrupts,
    path_at,
    registers,
    streams,
)
from wrought.hv.tool.isolation.simulate import Outcome
from wrought.hv.tool.isolation.tables import Space
from wrought.hv.tool.machine import names_of
from wrought.hv.tool.placement import reserved_of
from wrought.hv.tool.places import Key
from wrought.hv.tool.plan import Plan
from wrought.hv.tool.quantities import Range
from wrought.hv.tool.schema import Domain, SharedMemory

PAGE = 4096


@dataclass(frozen=True)
class Member:
    """A domain of the file."""

    number: int
    """EL2's."""
    index: int
    """In the file."""
    domain: Domain

    @property
    def name(self) -> str:
        """As in the file."""
        return self.domain.name

    @property
    def memory_key(self) -> Key:
        """The line that its memory comes from."""
        static = bool(self.domain.static_memory)
        return ("domain", self.index, "static-memory" if static else "memory")

    @property
    def devices_key(self) -> Key:
        """The line with its devices."""
        return ("domain", self.index, "devices" if self.domain.devices else "name")


@dataclass(frozen=True)
class Kept:
    """Memory that no guest may reach, but for some."""

    place: Range
    what: str
    allowed: frozenset[int] = frozenset()
    """Numbers of domains that may."""


@dataclass(frozen=True)
class Given:
    """A device, or an interrupt's source, of somebody's."""

    owner: str
    number: int | None
    """The domain's; None for the hypervisor."""
    what: str
    key: Key


class Claims:
    """Everything that is known without looking at the tables."""

    def __init__(self, plan: Plan, outcome: Outcome, spaces: dict[int, Space]) -> None:
        self.plan, self.outcome, self.spaces = plan, outcome, spaces
        partition = plan.source.partition
        names, first = names_of(partition)
        index = {domain.name: i for i, domain in enumerate(partition.domain)}
        self.members = [Member(first + i, index[name], partition.domain[index[name]])
                        for i, name in enumerate(names)]
        self.kept = list(self._kept())

    def name(self, number: int) -> str:
        """Of a domain, by EL2's number."""
        return next((f'"{m.name}"' for m in self.members if m.number == number),
                    f"domain {number}")

    def shared(self, number: int) -> Iterator[SharedMemory]:
        """Shared memory that the file gives to a domain."""
        for member in self.members:
            if member.number == number:
                yield from (region for region in self.plan.source.partition.shared_memory
                            if member.name in region.domains)

    def is_shared(self, place: Range, numbers: set[int]) -> bool:
        """Whether the file lets all these domains have that memory."""
        return all(any(region.memory.holds(place) for region in self.shared(number))
                   for number in numbers)

    def devices(self, member: Member) -> Iterator[tuple[str, Range]]:
        """Registers of the devices that a domain is given, by path."""
        for device in member.domain.devices:
            yield from ((device.path, place) for place in registers(self.plan.tree, device.path))

    def may_reach_device(self, member: Member, place: Range) -> bool:
        """Whether registers belong to a domain, by the file."""
        virtual = self.outcome.virtual_interface
        if virtual is not None and virtual.holds(place):
            return True
        if member.domain.hardware:
            others = [piece for other in self.members if other is not member
                      for _, piece in self.devices(other)]
            return not any(piece.overlaps(place) for piece in others)
        pieces = sorted(piece for _, piece in self.devices(member))
        at = place.start
        for piece in pieces:
            if piece.start <= at < piece.end:
                at = piece.end
        return at >= place.end

    def stream_owners(self) -> Iterator[tuple[Streams, Member, str]]:
        """Streams with the domain that the file gives their device to, and the device's path.
        The hardware domain has all devices that nobody else has."""
        given: set[str] = set()
        for member in self.members:
            for device in member.domain.devices:
                top = self.plan.tree.root.find(device.path)
                for path, node in (top.walk(device.path) if top else ()):
                    given.add(path)
                    yield from ((one, member, path) for one in streams(self.plan.tree, node))
        hardware = next((m for m in self.members if m.domain.hardware), None)
        for path, node in self.plan.tree.root.walk() if hardware else ():
            if path not in given and hardware:
                yield from ((one, hardware, path) for one in streams(self.plan.tree, node))

    def interrupts(self) -> Iterator[tuple[int, Given]]:
        """Every interrupt line with whoever gets it."""
        console = self.outcome.devices.get("the hypervisor's UART")
        path = path_at(self.plan.tree, console) if console else None
        if path:
            for number in interrupts(self.plan.tree, path):
                yield number, Given("the hypervisor", None, path, ("hypervisor", "console"))
        for member in self.members:
            for device in member.domain.devices:
                for number in interrupts(self.plan.tree, device.path):
                    yield number, Given(f'"{member.name}"', member.number, device.path,
                                        member.devices_key)

    def interrupts_of(self, number: int) -> list[int]:
        """Interrupts of the machine that EL2 gives to a domain, ascending."""
        return sorted(line for line, domain in self.outcome.routes.items() if domain == number)

    def _kept(self) -> Iterator[Kept]:
        """What must stay out of reach."""
        outcome, plan = self.outcome, self.plan
        yield Kept(outcome.image, "the hypervisor's image")
        yield Kept(_pages(outcome.tree), "the board's device tree")
        yield from (Kept(place, "the frame allocator's bits") for place in outcome.allocator)
        yield from (Kept(place, "memory that is free") for place in outcome.free)
        for number, built in outcome.domains.items():
            for table in self.spaces[number].tables:
                yield Kept(table, f"the hypervisor's page tables, those of {self.name(number)}")
            for held in built.held:
                yield Kept(held, f"the hypervisor's frames that serve {self.name(number)}")
        for base, model in outcome.smmus.items():
            for at, size in model.frames():
                yield Kept(Range(at, size), f"the hypervisor's tables and queues of SMMU {base:#x}")
        hardware = frozenset(m.number for m in self.members if m.domain.hardware)
        yield from (Kept(_pages(place), "memory that the firmware has reserved", hardware)
                    for place in reserved_of(plan.tree))
        for module in plan.modules:
            owner = next(m for m in self.members if m.index == module.domain)
            what = f'the {module.kind} of "{owner.name}" as it was loaded'
            yield Kept(_pages(module.place), what, frozenset([owner.number]))


def _pages(place: Range) -> Range:
    """In whole pages."""
    start = place.start & -PAGE
    return Range(start, (place.end + PAGE - 1 & -PAGE) - start)
