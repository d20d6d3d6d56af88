"""Event channels: what random operations on few ports do not come to."""

from __future__ import annotations

import struct

import pytest

from hv.core.event_world import ARRAY, BASE, CONTROL, PAGE, PAGES, UPCALL, World
from hv.core.machine import Ram, few_frames
from wrought.hv.core import (
    event_op,
    event_ports,
    event_use,
    events,
    events_life,
    events_virq,
    frames,
    stage2,
)
from wrought.hv.core.domain import DomainState
from wrought.hv.core.stage2_types import Kind
from wrought.hv.fake import cpu, guest

ram = Ram(4 << 20)
EINVAL, ENOMEM, ENOSPC, EFAULT, ENOSYS = 22, 12, 28, 14, 38
SELF = 0x7FF0
FRAME = BASE // PAGE


@pytest.fixture
def world() -> World:
    return World(ram)


def fifo(world: World, number: int, pages: int = 1) -> None:
    """Switch a domain to the FIFO ABI."""
    assert world.init_control(number, 0) == 0
    for _ in range(pages):
        assert world.expand_array(number) == 0


def test_many_ports(world):
    """All 4,096 of the two-level ABI, each in its own bit."""
    world.domains[1].events.limit = 1 << 17
    for number in range(1, 4096):
        assert world.bind_ipi(1, 0) == number
    assert world.bind_ipi(1, 0) == -ENOSPC
    for number in (1, 63, 64, 511, 512, 4095):
        assert world.send(1, number) == 0
    assert world.bitmap(1, 48) == {1, 63, 64, 511, 512, 4095}
    assert world.handle(1, 0) == [1, 63, 64, 511, 512, 4095]
    assert world.close(1, 700) == 0
    assert world.bind_ipi(1, 0) == 700


def test_fifo_beyond_the_two_level_abi(world):
    """Ports behind the pages given are raised when their page comes."""
    world.domains[1].events.limit = 1 << 17
    fifo(world, 1)
    for _ in range(1, 5000):
        assert world.bind_ipi(1, 0) > 0
    for number in (4999, 1, 1023, 1024, 2048):
        assert world.send(1, number) == 0
    assert world.handle(1, 0) == [1, 1023]
    for late in ([1024], [2048], [], [4999]):
        assert world.expand_array(1) == 0
        assert world.handle(1, 0) == late
    assert world.send(1, 1024) == 0 and world.handle(1, 0) == [1024]


def test_the_event_array_ends(world):
    fifo(world, 1, 128)
    assert world.expand_array(1) == -ENOSPC


def test_limits_of_domains(world):
    assert [d.events.limit for d in world.domains] == [1 << 17, 1024, 1024]
    for number in range(1, 1024):
        assert world.bind_ipi(1, 0) == number
    assert world.bind_ipi(1, 0) == -ENOSPC
    assert world.bind_ipi(2, 0) == 1


def test_without_memory(world):
    for _ in range(1, 512):
        assert world.bind_ipi(1, 0) > 0
    with few_frames(0):
        assert world.bind_ipi(1, 0) == -ENOMEM
    assert world.bind_ipi(1, 0) == 512


def test_a_domain_without_memory_for_its_events(world):
    for left in range(3):
        d = guest.new_domain().value
        with few_frames(left):
            before = frames.free_count()
            assert not events_life.events_init(d)
            assert frames.free_count() == before
        assert d.shared_info == 0 and d.events.directory == 0


@pytest.mark.parametrize(("frame", "offset", "vcpu", "error"), [
    (FRAME, PAGE - 64, 0, EINVAL), (FRAME, PAGE, 0, EINVAL), (FRAME, 4, 0, EINVAL),
    (FRAME, 2**32 - 8, 0, EINVAL), (FRAME + PAGES, 0, 0, EINVAL), (2**64 - 1, 0, 0, EINVAL),
    (2**52 | FRAME, 0, 0, EINVAL), (FRAME, 0, 2, 2), (FRAME, 0, 2**32 - 1, 2)])
def test_bad_control_blocks(world, frame, offset, vcpu, error):
    assert world.op(1, 11, "<QIIB7x", frame, offset, vcpu, 0) == -error
    assert not world.domains[1].events.fifo and world.vcpu(1).events.control == 0


def test_bad_array_pages(world):
    assert world.op(1, 12, "<Q", FRAME) == -95
    fifo(world, 1)
    for frame in (FRAME + PAGES, 0, 2**64 - 1, 2**36, 2**52 | FRAME):
        assert world.op(1, 12, "<Q", frame) == -EINVAL
    assert world.domains[1].events.pages == 1


def test_a_guest_that_breaks_its_queues(world):
    """Whatever a guest writes into its own array, only its own events suffer."""
    fifo(world, 1)
    ports = [world.bind_ipi(1, 0) for _ in range(4)]
    for junk in (0, 2**32 - 1, 1 << 28, 1 << 29 | 5, 0xAAAAAAAA, 1 << 29):
        for port in range(8):
            world.set_word(world.event_word(1, port), junk)
        world.ram.write(world.at(1, CONTROL), struct.pack("<I", junk) * 1024)
        for port in ports * 3:
            assert world.send(1, port) == 0
            assert world.unmask(1, port) == 0
            assert world.set_priority(1, port, junk % 16) == 0
    world.ram.write(world.at(1, CONTROL), bytes(PAGE))
    world.ram.write(world.at(1, ARRAY), bytes(PAGE))
    assert world.reset(1, SELF) == 0
    port = world.bind_ipi(1, 0)
    world.send(1, port)
    assert world.bitmap(1, 48) == {port}


def test_the_upcall_is_raised_once_until_the_guest_looks(world):
    port = world.bind_ipi(1, 0)
    before = guest.raised.get()
    for _ in range(3):
        assert world.send(1, port) == 0
    assert guest.raised.get() == before + 1
    entry = guest.raised_log.get()[before]
    assert (entry.domain, entry.vcpu, entry.number) == (1, 0, UPCALL)
    assert world.handle(1, 0) == [port] and world.handle(1, 0) == []
    assert world.send(1, port) == 0
    assert guest.raised.get() == before + 2


def test_global_virtual_interrupts(world):
    port = world.bind_virq(1, 2, 0)
    assert world.bind_vcpu(1, port, 1) == 0
    assert world.register_info(1, 1) == 0
    world.handle(1, 1)
    events_virq.event_send_global(world.domains[1], 2)
    assert world.handle(1, 0) == [] and world.handle(1, 1) == [port]


def test_notify(world):
    port = world.bind_ipi(1, 0)
    events.event_notify(world.domains[1], port)
    for number in (0, 5, 512, 2**32 - 1):
        events.event_notify(world.domains[1], number)
    assert world.bitmap(1, 48) == {port}


def test_static_channels(world):
    a, b = world.domains[1], world.domains[2]
    assert events.event_bind_static(a, 10, b, 600)
    assert world.status(1, SELF, 10) == (2, 0, 2, 600)
    assert world.status(2, SELF, 600) == (2, 0, 1, 10)
    assert world.send(1, 10) == 0 and world.handle(2, 0) == [600]
    assert world.send(2, 600) == 0 and world.handle(1, 0) == [10]
    assert not events.event_bind_static(a, 10, b, 601), "in use"
    assert not events.event_bind_static(a, 1024, b, 7), "above the limit"
    assert not events.event_bind_static(a, 0, b, 7), "port 0 is none"
    assert not events.event_bind_static(a, 7, a, 7), "an end cannot be its own other end"
    assert events.event_bind_static(a, 7, a, 8)
    assert world.send(1, 7) == 0 and world.handle(1, 0) == [8]


def test_a_static_number_is_kept(world):
    a, b = world.domains[1], world.domains[2]
    assert events.event_bind_static(a, 1, b, 1)
    assert world.close(1, 1) == 0
    assert world.bind_ipi(1, 0) == 2
    assert events.event_bind_static(a, 1, b, 1)


def test_a_static_channel_after_a_restart(world):
    """The domain that stayed is told, since what it sent meanwhile is lost."""
    a, b = world.domains[1], world.domains[2]
    assert events.event_bind_static(a, 3, b, 4)
    events_life.events_destroy(b)
    assert world.status(1, SELF, 3) == (1, 0, 2, 0)
    assert world.send(1, 3) == 0
    assert events_life.events_init(b)
    assert events.event_bind_static(a, 3, b, 4)
    assert world.handle(1, 0) == [3]
    assert world.send(1, 3) == 0 and world.handle(2, 0) == [4]


def test_the_end_of_a_domain(world):
    """Frames come back, other ends become unbound, and calls for it fail."""
    d = world.domains[2]
    before = frames.free_count()
    theirs = world.alloc_unbound(1, SELF, 2)
    assert world.bind_interdomain(2, 1, theirs) > 0
    for _ in range(600):
        assert world.bind_ipi(2, 0) > 0
    fifo(world, 2)
    assert frames.free_count() == before - 1
    events_life.events_destroy(d)
    assert frames.free_count() == before + 3
    assert world.status(1, SELF, theirs) == (1, 0, 2, 0)
    assert world.send(1, theirs) == 0
    assert world.bind_interdomain(1, 2, 1) == -EINVAL
    assert world.bind_ipi(2, 0) == -EINVAL
    assert world.status(0, 2, 1) == -EINVAL
    events_virq.event_send_virq(world.vcpu(2), 2)
    events.event_notify(d, 1)
    events_life.events_destroy(d)
    assert frames.free_count() == before + 3
    d.state = int(DomainState.EMPTY)
    assert world.bind_interdomain(1, 2, 1) == -3


def test_frames_that_stay(world):
    """What the hypervisor writes to is known, and nothing else."""
    d = world.domains[1]
    used = {world.at(1, p) for p in range(PAGES)
            if event_use.events_use(d, world.at(1, p), PAGE)}
    assert used == set()
    fifo(world, 1)
    assert world.register_info(1, 0) == 0
    used = {p for p in range(PAGES) if event_use.events_use(d, world.at(1, p), PAGE)}
    assert used == {CONTROL, ARRAY, 32}
    assert event_use.events_use(d, world.at(1, 0), PAGES * PAGE)
    assert event_use.events_use(d, world.at(1, 2), 7 * PAGE)
    assert not event_use.events_use(d, world.at(1, 2), 6 * PAGE)
    assert world.reset(1, SELF) == 0
    used = {p for p in range(PAGES) if event_use.events_use(d, world.at(1, p), PAGE)}
    assert used == {32}


def test_a_long_reset_stops_for_interrupts(world):
    world.domains[1].events.limit = 1 << 17
    for _ in range(1, 1200):
        assert world.bind_ipi(1, 0) > 0
    cpu.waiting.set(True)
    assert world.reset(1, SELF) == 0
    assert {world.status(1, SELF, n)[0] for n in range(1, 1200)} == {0}
    assert world.bind_ipi(1, 0) == 1


def test_bad_addresses(world):
    for op in range(14):
        for at in (0, 8, BASE - 1, BASE + PAGES * PAGE - 1, 2**64 - 1, 1 << 48):
            result = event_op.event_channel_op(world.vcpu(1), op, at, 0, 0, 0)
            assert result == (-EINVAL if op == 2 else -EFAULT), (op, at)
    for op in (14, 15, 63, 2**32 - 1):
        assert event_op.event_channel_op(world.vcpu(1), op, BASE, 0, 0, 0) == -ENOSYS
    assert event_op.event_channel_op(world.vcpu(1), 1 << 32 | 99, BASE, 0, 0, 0) == -ENOSYS


def test_a_result_that_cannot_be_written(world):
    """The guest's memory may be read-only: EFAULT, and the channel is there."""
    memory = world.domains[1].memory
    at = BASE + PAGES * PAGE
    assert stage2.stage2_map(memory, at, world.at(1, 0), PAGE, Kind.RAM_READ_ONLY)
    world.put(1, struct.pack("<HHI", SELF, SELF, 0))
    assert event_op.event_channel_op(world.vcpu(1), 6, at, 0, 0, 0) == -EFAULT
    assert world.status(1, SELF, 1) == (1, 0, 1, 0)


def test_closing_leaves_what_took_the_other_ends_place(world):
    """The other end is gone without this one's knowledge, and its number is something else."""
    port = world.alloc_unbound(1, SELF, 2)
    own = world.bind_interdomain(2, 1, port)
    event_ports.set_channel(world.domains[1], port, 0)
    world.domains[1].events.lowest = port
    assert world.bind_virq(1, 1, 0) == port
    there = world.status(1, SELF, port)
    assert world.close(2, own) == 0
    assert world.status(1, SELF, port) == there
