"""The console by Xen's ring: a guest's side written from io/console.h, by bytes of the page."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hv.core.build_world import SIZE, BuildWorld
from hv.core.machine import PAGE, START, Ram
from hv.tool.files import an_image
from wrought.hv.core import console, console_input, console_ring, event_op, events_life, frames
from wrought.hv.core import domain as domain_module
from wrought.hv.core.call_result import RESTART
from wrought.hv.core.stage2 import stage2_walk
from wrought.hv.core.stage2_types import Kind
from wrought.hv.fake import console as fake_console
from wrought.hv.fake import cpu
from wrought.hv.tool.devicetree import strings

MAGIC = 0x3900_0000
SCRATCH = 0x4010_0000
INDICES = 3072
IN_CONS, IN_PROD, OUT_CONS, OUT_PROD = range(4)
SEND, STATUS, BIND_VCPU = 4, 5, 8
INTERDOMAIN = 2


@pytest.fixture(scope="module")
def ram() -> Ram:
    return Ram(SIZE)


class Guest:
    """A domain with a ring, and what its driver does."""

    def __init__(self, ram: Ram) -> None:
        self.world = BuildWorld(ram)
        self.world.domain("pv", an_image()).props["wrought,console"] = strings("pv")
        assert self.world.build() == ["built"]
        self.ram, self.d = ram, self.world.of(1)
        self.pointer = domain_module.domains.get()[1]
        self.at = int(stage2_walk(self.d.memory, MAGIC).hpa)
        self.port = int(self.d.calls.params[18])
        fake_console.sent_bytes.set(0)
        fake_console.accepts.set(False)
        cpu.waiting.set(False)
        console_input.focus.set(1)
        console_input.switches.set(0)

    def index(self, which: int) -> int:
        return struct.unpack("<I", self.ram.read(self.at + INDICES + 4 * which, 4))[0]

    def set_index(self, which: int, value: int) -> None:
        self.ram.write(self.at + INDICES + 4 * which, struct.pack("<I", value % 2**32))

    def put(self, data: bytes) -> None:
        """Output into the ring, without telling."""
        at = self.index(OUT_PROD)
        for i, byte in enumerate(data):
            self.ram.write(self.at + 1024 + (at + i) % 2048, bytes([byte]))
        self.set_index(OUT_PROD, at + len(data))

    def take(self) -> bytes:
        """What was typed."""
        at, end = self.index(IN_CONS), self.index(IN_PROD)
        count = (end - at) % 2**32
        made = bytes(self.ram.read(self.at + (at + i) % 1024, 1)[0] for i in range(count))
        self.set_index(IN_CONS, end)
        return made

    def op(self, op: int, data: bytes) -> int:
        """event_channel_op once."""
        hpa = int(stage2_walk(self.d.memory, SCRATCH).hpa)
        self.ram.write(hpa, data)
        return event_op.event_channel_op(self.d.vcpus[0].value, op, SCRATCH, 0, 0, 0)

    def send(self) -> int:
        return self.op(SEND, struct.pack("<I", self.port))

    def pending(self) -> bool:
        """Whether the port is, and no longer."""
        at = self.d.shared_info + 48 + self.port // 8
        bits = self.ram.read(at, 1)[0]
        self.ram.write(at, bytes([bits & ~(1 << self.port % 8)]))
        return bool(bits >> self.port % 8 & 1)


def shown() -> bytes:
    return bytes(list(fake_console.sent.get())[:fake_console.sent_bytes.get()])


@pytest.fixture
def guest(ram: Ram) -> Guest:
    return Guest(ram)


def test_parameters(guest: Guest):
    """Where the guest finds it; no store, which Linux takes as one that never comes."""
    params = [int(x) for x in guest.d.calls.params]
    assert params[17] == MAGIC >> 12 and params[18] == guest.port > 0
    assert params[0] == 2 << 56 | 31 and params[1] == params[2] == 0
    there = stage2_walk(guest.d.memory, MAGIC)
    assert there.kind == Kind.XEN and guest.ram.read(guest.at, PAGE) == bytes(PAGE)


@pytest.mark.parametrize(("said", "store"), [
    (b"enabled\0", True), (b"", True), (b"no-xenstore\0", False), (b"disabled\0", False),
    (None, False)])
def test_a_store_that_may_come_later(ram: Ram, said: bytes | None, store: bool):
    """As Xen has it: an unbound port, and a page that is not there yet."""
    world = BuildWorld(ram)
    node = world.domain("pv", an_image())
    node.props["wrought,console"] = strings("pv")
    if said is not None:
        node.props["xen,enhanced"] = said
    assert world.build() == ["built"]
    params = [int(x) for x in world.of(1).calls.params]
    assert params[1:3] == ([2**64 - 1, 1] if store else [0, 0])
    assert params[18] == (2 if store else 1)


def test_output(guest: Guest):
    guest.put(b"hello\r\nwor")
    assert guest.send() == 0
    assert shown() == b"(pv) hello\n"
    guest.put(b"ld\n")
    assert guest.send() == 0
    assert shown() == b"(pv) hello\n(pv) world\n"
    assert guest.index(OUT_CONS) == guest.index(OUT_PROD) == 13
    assert not guest.pending(), "nobody waits for room"


def test_lines_of_domains_stay_whole(guest: Guest):
    """The hypervisor prints a line in pieces, and another CPU may come between."""
    console.log(b"stays")
    guest.put(b"a line\n")
    assert guest.send() == 0
    console.log(b" here\n")
    assert shown() == b"(pv) a line\n(wrought) stays here\n"


def test_a_full_ring_is_told_of(guest: Guest):
    guest.put(b"x" * 2047 + b"\n")
    assert guest.send() == 0 and guest.index(OUT_CONS) == 2048
    assert guest.pending()


def test_an_interrupt_that_waits_comes_first(guest: Guest):
    guest.put(b"line\n" * 200)
    cpu.waiting.set(True)
    before, times = 0, 0
    while guest.send() == RESTART:
        assert guest.index(OUT_CONS) > before
        before, times = guest.index(OUT_CONS), times + 1
    assert times == 7 and shown() == b"(pv) line\n" * 200
    cpu.waiting.set(False)


def test_input(guest: Guest):
    for byte in b"ls\r":
        console_input.receive(byte)
    assert guest.take() == b"ls\r" and guest.pending()
    console_input.receive(0x1)
    console_input.receive(0x1)
    assert guest.take() == b""
    console_input.receive(ord("x"))
    assert guest.take() == b"\x01\x01x"


def test_more_input_than_the_ring_holds(guest: Guest):
    """128 bytes wait outside it until the guest says that it took some."""
    data = bytes(i % 251 + 2 for i in range(1400))
    for byte in data:
        console_input.receive(byte)
    first = guest.take()
    assert first == data[:1024]
    assert guest.send() == 0
    assert guest.take() == data[1024:1024 + 128]


def test_indices_wrap(guest: Guest):
    for which in range(4):
        guest.set_index(which, 2**32 - 2)
    guest.put(b"wrap\n")
    assert guest.send() == 0 and shown() == b"(pv) wrap\n"
    for byte in b"again":
        console_input.receive(byte)
    assert guest.take() == b"again"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2**32 - 1)), max_size=6))
def test_any_indices(ram: Ram, changes: list[tuple[int, int]]):
    """Nothing happens outside of the ring."""
    guest = Guest(ram)
    neighbours = ram.read(guest.at + 3088, PAGE - 3088)
    for which, value in changes:
        guest.set_index(which, value)
        assert guest.send() == 0
        console_input.receive(ord("q"))
        assert ram.read(guest.at + 3088, PAGE - 3088) == neighbours
    for which in range(4):
        guest.set_index(which, 0)
    fake_console.sent_bytes.set(0)
    guest.put(b"\nfine\n")
    assert guest.send() == 0 and shown().endswith(b"(pv) fine\n")


def test_what_the_port_is(guest: Guest):
    assert guest.op(STATUS, struct.pack("<HxxIIIII", 0x7FF0, guest.port, 0, 0, 0, 0)) == 0
    status = guest.ram.read(int(stage2_walk(guest.d.memory, SCRATCH).hpa) + 8, 4)
    assert struct.unpack("<I", status)[0] == INTERDOMAIN
    assert guest.op(BIND_VCPU, struct.pack("<II", guest.port, 0)) == 0


def test_it_goes_with_its_domain(guest: Guest):
    """And a key that is typed then does nothing."""
    free = frames.free_count()
    events_life.events_destroy(guest.pointer)
    console_ring.console_ring_destroy(guest.pointer)
    assert frames.free_count() == free + 4
    console_input.receive(ord("x"))
    assert not console_ring.console_ring_typed(guest.pointer)


def test_direct_mapped(ram: Ram):
    """Where guest addresses are the machine's, the page is at its own."""
    world = BuildWorld(ram)
    node = world.domain("pv", an_image())
    node.props |= {"wrought,console": strings("pv"), "direct-map": b""}
    assert world.build() == ["built"]
    d: Any = world.of(1)
    assert START <= d.calls.params[17] << 12 == d.console.ring


