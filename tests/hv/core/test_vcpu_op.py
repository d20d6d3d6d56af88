"""Where guests see their vCPUs' events and times."""

from __future__ import annotations

import struct

import pytest

from hv.core.call_world import call
from hv.core.event_world import BASE, INFO, PAGE, PAGES, UPCALL, World
from hv.core.machine import Ram
from wrought.hv.abi.xen import Call
from wrought.hv.core import event_use, runstate, stage2
from wrought.hv.core.domain import VcpuState
from wrought.hv.core.stage2_types import Kind
from wrought.hv.fake import cpu, guest

ram = Ram(2 << 20)
ENOENT, EFAULT, EINVAL = 2, 14, 22
IS_UP, GET, RUNSTATE, REGISTER = 3, 4, 5, 10
FRAME = BASE // PAGE
MS = 1_000_000


@pytest.fixture
def world() -> World:
    cpu.hertz.set(100_000_000)
    cpu.clock.set(0)
    return World(ram)


def register(world: World, frame: int, offset: int, vcpu: int = 0) -> int:
    arg = world.put(1, struct.pack("<QII", frame, offset, 0))
    return call(world, 1, Call.VCPU_OP, REGISTER, vcpu, arg)


def test_vcpu_info_moves_with_its_news(world):
    port = world.bind_ipi(1, 0)
    world.send(1, port)
    raised = guest.raised.get()
    assert register(world, FRAME + INFO, PAGE - 48) == 0
    at = world.at(1, INFO, PAGE - 48)
    assert world.info(1, 0) == at
    assert ram.read(at, 1) == b"\1" and ram.word(at + 8) == 2**64 - 1
    assert ram.read(at + 16, 32) == bytes(32)
    entry = guest.raised_log.get()[raised]
    assert (guest.raised.get(), entry.domain, entry.vcpu, entry.number) == (raised + 1, 1, 0,
                                                                            UPCALL)
    assert world.handle(1, 0) == [port]


@pytest.mark.parametrize(("frame", "offset"), [
    (FRAME, PAGE - 47), (FRAME, PAGE - 40), (FRAME, PAGE), (FRAME, 2**32 - 8), (FRAME, 4),
    (FRAME + PAGES, 0), (0, 0), (2**36, 0), (2**52, 0), (2**64 - 1, 0), (FRAME | 1 << 52, 0)])
def test_bad_places_for_vcpu_info(world, frame, offset):
    before = world.vcpu(1).events.info
    assert register(world, frame, offset) == -EINVAL
    assert world.vcpu(1).events.info == before
    assert register(world, FRAME + INFO, 8) == 0


def test_vcpu_info_is_placed_once_and_by_its_own_vcpu(world):
    assert register(world, FRAME + INFO, 0) == 0
    assert register(world, FRAME + INFO, 64) == -EINVAL
    world.vcpu(1, 1).state = int(VcpuState.RUNNING)
    assert register(world, FRAME + INFO, 64, vcpu=1) == -EINVAL
    world.vcpu(1, 1).state = int(VcpuState.OFFLINE)
    assert register(world, FRAME + INFO, 64, vcpu=1) == 0
    assert register(world, FRAME + INFO, 64, vcpu=2) == -ENOENT
    assert call(world, 1, Call.VCPU_OP, REGISTER, 2**32 - 1, BASE) == -ENOENT


def test_only_own_ram_is_written(world):
    """A page that another domain shares by grant, or of the hypervisor's, is refused."""
    hpa = world.at(2, 0)
    for kind in (Kind.GRANT, Kind.FOREIGN, Kind.XEN, Kind.SHARED, Kind.RAM_READ_ONLY, Kind.DEVICE):
        assert stage2.stage2_map(world.domains[1].memory, BASE + PAGES * PAGE, hpa, PAGE, kind)
        assert register(world, FRAME + PAGES, 0) == -EINVAL
        at = world.put(1, struct.pack("<Q", BASE + PAGES * PAGE))
        assert call(world, 1, Call.VCPU_OP, RUNSTATE, 0, at) == -EINVAL
        assert world.op(1, 11, "<QIIB7x", FRAME + PAGES, 0, 0, 0) == -EINVAL
        stage2.stage2_unmap(world.domains[1].memory, BASE + PAGES * PAGE, PAGE)


def show(world: World, page: int, offset: int) -> tuple[int, ...]:
    """(state, entered, times) of the guest's copy."""
    return world.get(1, "<Q5Q", page, offset)


@pytest.mark.parametrize("offset", [0, 1024, PAGE - 48, PAGE - 40, PAGE - 24, PAGE - 8])
def test_runstate(world, offset):
    world.put(1, b"\xcc" * 2 * PAGE, 4)
    unit = world.vcpu(1).sched
    at = world.put(1, struct.pack("<Q", BASE + 4 * PAGE + offset))
    unit.runstate, unit.since = 0, 0
    assert call(world, 1, Call.VCPU_OP, RUNSTATE, 0, at) == 0
    assert show(world, 4, offset) == (0, 0, 0, 0, 0, 0)
    unit.times[0], unit.times[2], unit.runstate, unit.since = 500_000, 100, 2, 700_000
    runstate.runstate_changed(world.vcpu(1))
    assert show(world, 4, offset) == (2, 7 * MS, 5 * MS, 0, 1000, 0)
    around = world.get(1, f"<{2 * PAGE}s", 4)[0]
    assert around.count(b"\xcc") == 2 * PAGE - 48
    cpu.clock.set(900_000)
    assert call(world, 1, Call.VCPU_OP, GET, 0, world.put(1, b"")) == 0
    assert world.get(1, "<I4x5Q") == (2, 9 * MS, 5 * MS, 0, 2 * MS + 1000, 0)


def test_runstate_with_the_flag(world):
    """The flag is clear again after the last write."""
    at = world.put(1, struct.pack("<Q", BASE + PAGE))
    assert call(world, 1, Call.VM_ASSIST, 0, 5) == 0
    assert call(world, 1, Call.VCPU_OP, RUNSTATE, 0, at) == 0
    world.vcpu(1).sched.since = 100
    runstate.runstate_changed(world.vcpu(1))
    assert show(world, 1, 0)[1] == 1000


@pytest.mark.parametrize("va", [BASE + 4, BASE + 1, 2**64 - 8, 8, BASE + PAGES * PAGE - 8,
                                BASE - 8, 2**64 - 4096, 1 << 48])
def test_bad_places_for_runstate(world, va):
    at = world.put(1, struct.pack("<Q", va))
    assert call(world, 1, Call.VCPU_OP, RUNSTATE, 0, at) == -EINVAL
    runstate.runstate_changed(world.vcpu(1))


def test_runstate_ends(world):
    at = world.put(1, struct.pack("<Q", BASE + PAGE))
    assert call(world, 1, Call.VCPU_OP, RUNSTATE, 0, at) == 0
    assert event_use.events_use(world.domains[1], world.at(1, 1), PAGE)
    at = world.put(1, struct.pack("<Q", 0))
    assert call(world, 1, Call.VCPU_OP, RUNSTATE, 0, at) == 0
    assert not event_use.events_use(world.domains[1], world.at(1, 1), PAGE)
    world.vcpu(1).sched.since = 100
    runstate.runstate_changed(world.vcpu(1))
    assert show(world, 1, 0)[1] == 0


def test_others(world):
    assert call(world, 1, Call.VCPU_OP, IS_UP, 1, 0) == 0
    world.vcpu(1, 1).state = int(VcpuState.BLOCKED)
    assert call(world, 1, Call.VCPU_OP, IS_UP, 1, 0) == 1
    for command in (0, 1, 2, 6, 7, 8, 9, 11, 12, 13, 99):
        assert call(world, 1, Call.VCPU_OP, command, 0, BASE) == -EINVAL
    assert call(world, 1, Call.VCPU_OP, RUNSTATE, 0, 0) == -EFAULT
    assert call(world, 1, Call.VCPU_OP, GET, 0, BASE + PAGES * PAGE - 40) == -EFAULT
