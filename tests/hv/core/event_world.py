"""Domains with event channels on the fake machine, and a guest's side of both ABIs, written from
the headers: it reads and writes the bytes of guest memory."""

from __future__ import annotations

import struct
from typing import Any

from hv.core.machine import PAGE, START, Ram
from wrought.hv.core import domain as domain_module
from wrought.hv.core import event_op, events_life, frames, stage2, vcpu_op
from wrought.hv.core.call_result import RESTART
from wrought.hv.core.domain import DomainState
from wrought.hv.core.event_info import place_vcpu_info
from wrought.hv.core.stage2_types import Kind
from wrought.hv.fake import cpu, guest
from wrought.hv.fake import memory as fake_memory

BASE = 0x8000_0000
"""Guest address of each domain's RAM."""
PAGES = 64
SCRATCH, CONTROL, ARRAY, INFO = 0, 1, 8, 32
"""Pages of it: structures of calls, control blocks of vCPUs, the event array, `vcpu_info`s."""
UPCALL = 31
PENDING, MASKED, LINKED, LINK = 1 << 31, 1 << 30, 1 << 29, (1 << 17) - 1
NEW = object()


class World:
    """Three domains of some vCPUs, the first the hardware domain."""

    def __init__(self, ram: Ram, vcpus: int = 2, limit: int = 0) -> None:
        self.ram = ram
        ram.begin()
        fake_memory.start_level.set(1)
        cpu.waiting.set(False)
        guest.hidden_from.set(0)
        guest.hidden_to.set(0)
        assert frames.add_memory(START, ram.size)
        self.free = frames.free_count()
        self.hpa: list[int] = []
        self.pointers: list[Any] = []
        self.domains = [self.make(i, vcpus, limit) for i in range(3)]

    def make(self, number: int, vcpus: int, limit: int) -> Any:
        """A domain with zeroed RAM."""
        pointer = guest.new_domain()
        d = pointer.value
        d.id, d.hardware, d.state = number, number == 0, int(DomainState.RUNNING)
        d.upcall = UPCALL
        domain_module.domains.get()[number] = pointer
        assert stage2.stage2_new(d.memory, number + 1, 40)
        at = frames.alloc_frames(PAGES, 1)
        self.ram.write(at, bytes(PAGES * PAGE))
        assert stage2.stage2_map(d.memory, BASE, at, PAGES * PAGE, Kind.RAM)
        self.hpa.append(at)
        self.pointers.append(pointer)
        assert events_life.events_init(d)
        if limit:
            d.events.limit = limit
        for i in range(vcpus):
            guest.new_vcpu(pointer, i)
        return d

    def vcpu(self, number: int, i: int = 0) -> Any:
        """A vCPU of a domain."""
        return self.domains[number].vcpus[i].value

    def at(self, number: int, page: int, offset: int = 0) -> int:
        """Machine address of a place in a domain's RAM."""
        return self.hpa[number] + page * PAGE + offset

    def put(self, number: int, data: bytes, page: int = SCRATCH, offset: int = 0) -> int:
        """Store into a domain's RAM: the guest address."""
        self.ram.write(self.at(number, page, offset), data)
        return BASE + page * PAGE + offset

    def get(self, number: int, form: str, page: int = SCRATCH, offset: int = 0) -> tuple[Any, ...]:
        """Numbers in a domain's RAM."""
        data = self.ram.read(self.at(number, page, offset), struct.calcsize(form))
        return struct.unpack(form, data)

    def op(self, number: int, op: int, form: str, *values: int, vcpu: int = 0) -> int:
        """event_channel_op with a packed structure; its restarts included."""
        arg = self.put(number, struct.pack(form, *values))
        for _ in range(1000):
            result = event_op.event_channel_op(self.vcpu(number, vcpu), op, arg, 0, 0, 0)
            if result != RESTART:
                return result
        raise AssertionError("it never ends")

    def port(self, number: int, op: int, form: str, *values: int) -> int:
        """An operation whose structure ends with the new port: that, or the error."""
        result = self.op(number, op, form + "I", *values, 0xDEAD)
        return result or self.get(number, "<I", offset=struct.calcsize(form))[0]

    def alloc_unbound(self, caller: int, dom: int, remote: int) -> int:
        return self.port(caller, 6, "<HH", dom, remote)

    def bind_interdomain(self, caller: int, remote: int, other: int) -> int:
        return self.port(caller, 0, "<HxxI", remote, other)

    def bind_virq(self, caller: int, virq: int, vcpu: int) -> int:
        return self.port(caller, 1, "<II", virq, vcpu)

    def bind_ipi(self, caller: int, vcpu: int) -> int:
        return self.port(caller, 7, "<I", vcpu)

    def bind_vcpu(self, caller: int, port: int, vcpu: int) -> int:
        return self.op(caller, 8, "<II", port, vcpu)

    def close(self, caller: int, port: int) -> int:
        return self.op(caller, 3, "<I", port)

    def send(self, caller: int, port: int) -> int:
        return self.op(caller, 4, "<I", port)

    def unmask(self, caller: int, port: int) -> int:
        return self.op(caller, 9, "<I", port)

    def set_priority(self, caller: int, port: int, priority: int) -> int:
        return self.op(caller, 13, "<II", port, priority)

    def reset(self, caller: int, dom: int) -> int:
        return self.op(caller, 10, "<H", dom)

    def status(self, caller: int, dom: int, port: int) -> tuple[int, ...] | int:
        """(status, vCPU, remote domain or virtual interrupt, remote port), or the error."""
        result = self.op(caller, 5, "<HxxIIIII", dom, port, 99, 99, 99, 99)
        return result or self.get(caller, "<IIII", offset=8)

    def init_control(self, caller: int, vcpu: int) -> int:
        self.ram.write(self.at(caller, CONTROL + vcpu % 4), bytes(PAGE))
        if not self.domains[caller].events.fifo:
            self.ram.write(self.at(caller, ARRAY), bytes(16 * PAGE))
        frame = BASE // PAGE + CONTROL + vcpu % 4
        result = self.op(caller, 11, "<QIIB7x", frame, 64, vcpu, 0)
        assert result or self.get(caller, "<B", offset=16) == (17,)
        return result

    def expand_array(self, caller: int) -> int:
        page = self.domains[caller].events.pages
        return self.op(caller, 12, "<Q", BASE // PAGE + ARRAY + page % 16)

    def register_info(self, caller: int, vcpu: int) -> int:
        arg = self.put(caller, struct.pack("<QII", BASE // PAGE + INFO, 48 * 3 + vcpu * 48, 0))
        return vcpu_op.vcpu_op(self.vcpu(caller), 10, vcpu, arg, 0, 0)

    # What a guest sees.

    def info(self, number: int, vcpu: int) -> int:
        """Machine address of a vCPU's `vcpu_info`, 0 for none."""
        at = self.vcpu(number, vcpu).events.info
        return at or (self.domains[number].shared_info if vcpu == 0 else 0)

    def word(self, at: int) -> int:
        return struct.unpack("<I", self.ram.read(at, 4))[0]

    def set_word(self, at: int, value: int) -> None:
        self.ram.write(at, struct.pack("<I", value))

    def event_word(self, number: int, port: int) -> int:
        """Machine address of a port's word in the event array."""
        return self.at(number, ARRAY) + 4 * port

    def bitmap(self, number: int, offset: int) -> set[int]:
        """Ports whose bits are set in `pending` (48) or `mask` (560) of shared_info."""
        bits = int.from_bytes(self.ram.read(self.domains[number].shared_info + offset, 512),
                              "little")
        return {i for i in range(4096) if bits >> i & 1}

    def mask(self, number: int, port: int) -> None:
        """The guest masks a port."""
        if self.domains[number].events.fifo:
            if self.domains[number].events.pages:
                at = self.event_word(number, port)
                self.set_word(at, self.word(at) | MASKED)
            return
        at = self.domains[number].shared_info + 560 + port // 8
        self.ram.write(at, bytes([self.ram.read(at, 1)[0] | 1 << port % 8]))

    def handle(self, number: int, vcpu: int) -> list[int]:
        """The guest's interrupt handler: events that it takes, in order."""
        info = self.info(number, vcpu)
        if not info or not self.ram.read(info, 1)[0]:
            return []
        self.ram.write(info, b"\0")
        if self.domains[number].events.fifo:
            return self.handle_fifo(number, vcpu)
        words = self.ram.word(info + 8)
        self.ram.write(info + 8, bytes(8))
        done = []
        for port in sorted(self.bitmap(number, 48) - self.bitmap(number, 560)):
            if words >> port // 64 & 1:
                at = self.domains[number].shared_info + 48 + port // 8
                self.ram.write(at, bytes([self.ram.read(at, 1)[0] & ~(1 << port % 8)]))
                done.append(port)
        return done

    def handle_fifo(self, number: int, vcpu: int) -> list[int]:
        """Empty the queues, the most urgent first."""
        control = self.vcpu(number, vcpu).events.control
        done: list[int] = []
        ready = self.word(control) if control else 0
        if control:
            self.set_word(control, 0)
        for priority in range(16):
            if ready >> priority & 1:
                self.empty(number, self.word(control + 8 + 4 * priority), done)
        return done

    def empty(self, number: int, port: int, done: list[int]) -> None:
        """Take a queue's events from its head on."""
        seen = set()
        while port:
            assert port not in seen, "the queue is a circle"
            seen.add(port)
            at = self.event_word(number, port)
            word = self.word(at)
            assert word & LINKED, "a port in a queue is not linked"
            word &= ~(LINKED | LINK)
            if word & PENDING and not word & MASKED:
                word &= ~PENDING
                done.append(port)
            port, _ = self.word(at) & LINK, self.set_word(at, word)


__all__ = ["World", "place_vcpu_info"]
