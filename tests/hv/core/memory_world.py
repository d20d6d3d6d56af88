"""Domains with RAM on the fake machine, and an account of every frame."""

from __future__ import annotations

import struct
from typing import Any

from hv.core.machine import PAGE, START, Ram
from hv.core.stage2_model import Tables
from wrought.hv.core import domain as domain_module
from wrought.hv.core import foreign, frames, memory_op, ram_release, stage2
from wrought.hv.core.call_result import RESTART
from wrought.hv.core.domain import DomainState
from wrought.hv.core.stage2_types import Kind
from wrought.hv.fake import cpu, guest
from wrought.hv.fake import memory as fake_memory

BASE = 0x8000_0000
"""Where the guests' RAM begins."""
BASE_FRAME = BASE // PAGE
SELF = 0x7FF0
RAM_SIZE = 24 << 20
HARDWARE, ONE, TWO = range(3)


class World:
    """Three domains, the first the hardware domain, each with 2 MB of RAM and 16 pages."""

    def __init__(self, ram: Ram) -> None:
        self.ram = ram
        ram.begin()
        foreign.forget_foreign()
        fake_memory.start_level.set(1)
        cpu.waiting.set(False)
        guest.hidden_from.set(0)
        guest.hidden_to.set(0)
        assert frames.add_memory(START, RAM_SIZE)
        self.total = frames.free_count()
        self.domains = [self.make(i) for i in range(3)]
        self.check()

    def make(self, number: int) -> Any:
        """A domain with its vCPU."""
        pointer = guest.new_domain()
        d = pointer.value
        d.id, d.hardware, d.state = number, number == HARDWARE, int(DomainState.RUNNING)
        domain_module.domains.get()[number] = pointer
        assert stage2.stage2_new(d.memory, number + 1, 40)
        self.give(d, BASE, 512)
        self.give(d, BASE + 512 * PAGE, 16)
        d.max_frames = 1024
        d.shared_info = frames.alloc_frames(1, 1)
        guest.new_vcpu(pointer, 0)
        return d

    def give(self, d: Any, gpa: int, count: int) -> None:
        """RAM in one piece."""
        at = frames.alloc_frames(count, 512 if count == 512 else 1)
        assert stage2.stage2_map(d.memory, gpa, at, count * PAGE, Kind.RAM)
        d.frames += count

    def tables(self, number: int) -> Tables:
        """The raw tables of a domain."""
        return Tables(self.ram, self.domains[number].memory.root, 40)

    def pages(self, number: int, *kinds: Kind) -> dict[int, int]:
        """Guest page to machine page, of some kinds."""
        return {gpa: hpa for gpa, (hpa, kind) in self.tables(number).pages().items()
                if kind in kinds}

    def owned(self) -> list[int]:
        """Frames that domains have, their tables and shared_info included."""
        found: list[int] = []
        for number, d in enumerate(self.domains):
            found += self.pages(number, Kind.RAM).values()
            found += self.tables(number).frames
            found.append(d.shared_info)
        return found

    def accounted(self) -> int:
        """Frames of which it is known where they are."""
        return len(self.owned()) + frames.free_count() + foreign.frames_taken.get()

    def check(self, kept: int = 0, orphans: int = 0) -> None:
        """Every frame is with exactly one owner, and nobody reaches what is free."""
        owned = self.owned()
        assert len(owned) == len(set(owned)), "a frame has two owners"
        assert self.accounted() + kept + orphans == self.total, "frames are lost or made"
        reached = set(owned)
        for number, d in enumerate(self.domains):
            tables = self.tables(number)
            reached |= {hpa for hpa, _ in tables.pages().values()}
            assert d.frames == len(self.pages(number, Kind.RAM))
            assert d.memory.tables == len(tables.frames)
        assert not free_frames() & reached, "a free frame can be reached"

    def call(self, number: int, op: int, arg: int, start: int = 0) -> int:
        """One hypercall of a domain, with its restarts: its result."""
        vcpu = self.domains[number].vcpus[0].value
        command = op | start << 6
        for _ in range(10_000):
            result = memory_op.memory_op(vcpu, command, arg, 0, 0, 0)
            if result != RESTART:
                return result
            command = vcpu.regs.x[0]
        raise AssertionError("it never ends")

    def store(self, number: int, gpa: int, data: bytes) -> None:
        """Put bytes into a guest's memory, page by page, where there is any."""
        for i in range(len(data)):
            there = stage2.stage2_walk(self.domains[number].memory, (gpa + i) % 2**64)
            if there.kind in (Kind.RAM, Kind.FOREIGN, Kind.XEN):
                self.ram.write(there.hpa, data[i:i + 1])

    def fetch(self, number: int, gpa: int, size: int) -> bytes:
        """Bytes of a guest's memory."""
        return b"".join(
            self.ram.read(stage2.stage2_walk(self.domains[number].memory, gpa + i).hpa, 1)
            for i in range(size))

    def balloon(self, number: int, op: int, gfns: list[int], order: int = 0,
                domain: int = SELF, start: int = 0) -> int:
        """A reservation call with that list of extents; the list is below the structure."""
        self.store(number, BASE, struct.pack("<QQIIH6x", BASE + 64, len(gfns), order, 0, domain))
        self.store(number, BASE + 64, struct.pack(f"<{len(gfns)}Q", *gfns))
        return self.call(number, op, BASE, start)

    def batch(self, number: int, space: int, items: list[tuple[int, int]], domain: int = SELF,
              extra: int = 0, start: int = 0) -> tuple[int, list[int]]:
        """add_to_physmap_batch of (index, guest frame): the result and each one's."""
        n, at = len(items), BASE + 64
        arrays = [at, at + 8 * n, at + 16 * n]
        self.store(number, BASE, struct.pack("<HHHHQQQ", domain, space, n, extra, *arrays))
        for i, column in enumerate(zip(*items, strict=True)):
            self.store(number, arrays[i], struct.pack(f"<{n}Q", *column))
        self.store(number, arrays[2], b"\x11" * 4 * n)
        result = self.call(number, 23, BASE, start)
        return result, list(struct.unpack(f"<{n}i", self.fetch(number, arrays[2], 4 * n)))

    def release(self, number: int) -> None:
        """End a domain: free its memory, piece by piece, and its tables."""
        d = self.domains[number]
        while not ram_release.ram_release(d, 100):
            pass
        assert d.frames == 0 and not self.tables(number).pages()
        stage2.stage2_destroy(d.memory)
        frames.free_frames(d.shared_info, 1)
        d.state = int(DomainState.EMPTY)
        del self.domains[number]


def free_frames() -> set[int]:
    """What the allocator has to give, by its bits."""
    found: set[int] = set()
    for r in frames.ranges.get()[:frames.range_count.get()]:
        bits = "".join(f"{word:064b}"[::-1] for word in list(r.words))
        base = r.base * PAGE
        found |= {base + i * PAGE for i, bit in enumerate(bits) if bit == "0"}
    return found
