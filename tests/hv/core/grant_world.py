"""Domains that grant each other pages, and an account of every frame."""

from __future__ import annotations

import struct
from typing import Any

from hv.core.machine import PAGE, Ram
from hv.core.memory_world import BASE, BASE_FRAME, HARDWARE, ONE, SELF, TWO, World
from wrought.hv.core import domain as domain_module
from wrought.hv.core import foreign, frames, grants, grants_life, grants_op, ram_release, stage2
from wrought.hv.core.call_result import RESTART
from wrought.hv.core.domain import DomainState
from wrought.hv.core.stage2_types import Kind

HOLE = BASE + 0x100_0000
"""Where nothing is mapped."""
MAP, UNMAP, SETUP, COPY, QUERY, REPLACE = 0, 1, 2, 5, 6, 7
SET_VERSION, STATUS_FRAMES, GET_VERSION, SWAP, FLUSH = 8, 9, 10, 11, 12
OKAY, GENERAL, BAD_DOMAIN, BAD_REF, BAD_HANDLE, BAD_ADDRESS = 0, -1, -2, -3, -4, -5
NO_DEVICE, DENIED, BAD_PAGE, BAD_COPY, AGAIN, NO_SPACE = -7, -8, -9, -10, -12, -13
DEVICE, HOST, READONLY = 1, 2, 4
PERMIT, READING, WRITING, SUB_PAGE = 1, 8, 16, 256
MAP_FORMAT = "<QIIHhIQ"
UNMAP_FORMAT = "<QQIhxx"
COPY_FORMAT = "<QHHxxxxQHHxxxxHHhxx"


class GrantWorld(World):
    """Three domains with grant tables."""

    def make(self, number: int) -> Any:
        """A domain with grants."""
        d = super().make(number)
        assert grants_life.grants_init(self.pointer(number))
        return d

    def pointer(self, number: int) -> Any:
        """A domain as compiled code takes it."""
        return domain_module.domains.get()[number]

    def frame(self, number: int, gfn: int) -> int:
        """The machine address of a guest frame, 0 for none."""
        return int(stage2.stage2_walk(self.domains[number].memory, gfn * PAGE).hpa)

    def put(self, number: int, data: bytes, at: int = BASE) -> None:
        """Bytes into the first 2 MB of a guest."""
        self.ram.write(self.frame(number, BASE_FRAME) + at - BASE, data)

    def get(self, number: int, size: int, at: int = BASE) -> bytes:
        """Bytes out of them."""
        return self.ram.read(self.frame(number, BASE_FRAME) + at - BASE, size)

    def op(self, number: int, command: int, arg: int, count: int) -> int:
        """One hypercall with its restarts."""
        vcpu = self.domains[number].vcpus[0].value
        for _ in range(10_000):
            result = grants_op.grant_table_op(vcpu, command, arg, count, 0, 0)
            if result != RESTART:
                return result
            arg, count = vcpu.regs.x[1], vcpu.regs.x[2]
        raise AssertionError("it never ends")

    def each(self, number: int, command: int, form: str, *items: tuple[int, ...]) -> list[Any]:
        """The structures after the call, which succeeds."""
        self.put(number, b"".join(struct.pack(form, *item) for item in items))
        assert self.op(number, command, BASE, len(items)) == 0
        return list(struct.iter_unpack(form, self.get(number, struct.calcsize(form) * len(items))))

    def table(self, number: int, ref: int) -> int:
        """The machine address of an entry."""
        d = self.domains[number]
        entries = 256 if d.grants.version == 2 else 512
        at = grants.grant_frame(self.pointer(number), ref // entries)
        assert at
        return at + ref % entries * PAGE // entries

    def grant(self, number: int, ref: int, to: int, gfn: int, flags: int = PERMIT) -> None:
        """Write an entry as the guest does."""
        at = self.table(number, ref)
        if self.domains[number].grants.version == 2:
            self.ram.write(at, struct.pack("<HHIQ", flags, to, 0, gfn))
        else:
            self.ram.write(at, struct.pack("<HHI", flags, to, gfn & 0xFFFF_FFFF))

    def used(self, number: int, ref: int) -> int:
        """READING and WRITING of an entry, as the guest sees them."""
        if self.domains[number].grants.version == 2:
            frame = grants.grant_frame(self.pointer(number), 1 << 31 | ref // 2048)
            return struct.unpack("<H", self.ram.read(frame + ref % 2048 * 2, 2))[0]
        flags = struct.unpack("<H", self.ram.read(self.table(number, ref), 2))[0]
        return flags & (READING | WRITING)

    def map(self, number: int, owner: int, ref: int, gpa: int,
            flags: int = HOST) -> tuple[int, int, int]:
        """Status, handle and bus address."""
        [r] = self.each(number, MAP, MAP_FORMAT, (gpa, flags, ref, owner, 77, 0, 0))
        return r[4], r[5], r[6]

    def unmap(self, number: int, handle: int, gpa: int) -> int:
        """The status."""
        [r] = self.each(number, UNMAP, UNMAP_FORMAT, (gpa, 0, handle, 77))
        return r[3]

    def copy(self, number: int, source: tuple[int, int, int], dest: tuple[int, int, int],
             size: int, flags: int) -> int:
        """The status of copying between (domain, frame or grant, offset)."""
        [r] = self.each(number, COPY, COPY_FORMAT, (
            source[1], source[0], source[2], dest[1], dest[0], dest[2], size, flags, 77))
        return r[8]

    def granted(self, number: int) -> dict[int, tuple[int, Kind]]:
        """Pages of others that a domain reaches."""
        return {gpa: found for gpa, found in self.tables(number).pages().items()
                if found[1] in (Kind.GRANT, Kind.GRANT_READ_ONLY)}

    def overhead(self) -> int:
        """Frames that the hypervisor has for grants."""
        total = 0
        for d in self.domains:
            g = d.grants
            total += g.frame_count + g.status_count + g.mapping_frames
            total += sum(1 for at in g.active if at)
        return total

    def end(self, number: int) -> None:
        """A domain ends, and begins anew."""
        d = self.domains[number]
        d.state = int(DomainState.DYING)
        for _ in range(1000):
            if grants_life.grants_destroy(self.pointer(number)):
                break
        else:
            raise AssertionError("it never ends")
        assert not self.granted(number)
        while not ram_release.ram_release(d, 100):
            pass
        assert d.frames == 0 and not self.tables(number).pages()
        stage2.stage2_destroy(d.memory)
        frames.free_frames(d.shared_info, 1)
        self.domains[number] = self.make(number)

    def account(self) -> int:
        """Frames that are nobody's and not free: orphans."""
        owned = sum(d.frames + d.memory.tables + 1 for d in self.domains)
        return (self.total - owned - self.overhead() - frames.free_count()
                - foreign.frames_taken.get())


def is_free(frame: int) -> bool:
    """Whether the allocator has a frame to give."""
    for r in frames.ranges.get()[:frames.range_count.get()]:
        if r.first <= frame // PAGE < r.end:
            i = frame // PAGE - r.base
            return not r.words[i // 64] >> i % 64 & 1
    return False


__all__ = ["BASE", "BASE_FRAME", "HARDWARE", "ONE", "PAGE", "SELF", "TWO", "GrantWorld",
           "is_free"]


def of_version(ram: Ram, version: int) -> GrantWorld:
    """A new world whose domains use that version of the tables."""
    world = GrantWorld(ram)
    if version != 1:
        for number in (HARDWARE, ONE, TWO):
            world.put(number, struct.pack("<I", version))
            assert world.op(number, SET_VERSION, BASE, 1) == 0
    return world
