"""sched_op: sleeping, polling, ends of domains, watchdogs."""

from __future__ import annotations

import struct

import pytest

from hv.core.call_world import call
from hv.core.event_world import BASE, PAGE, PAGES, World
from hv.core.machine import Ram
from wrought.hv.abi.xen import Call
from wrought.hv.core import sched, sched_admin, watchdog
from wrought.hv.core.domain import DomainState, VcpuState
from wrought.hv.core.sched_types import SchedKind
from wrought.hv.fake import cpu, guest

ram = Ram(2 << 20)
EPERM, ESRCH, EFAULT, EINVAL, ENOSPC, ENOSYS = 1, 3, 14, 22, 28, 38
YIELD, BLOCK, SHUTDOWN, POLL, REMOTE, CODE, WATCHDOG = range(7)
HERTZ = 1_000_000
NEVER = 2**64 - 1


@pytest.fixture
def world() -> World:
    """Domain 1's vCPU 0 runs."""
    made = World(ram)
    guest.masked.set(True)
    cpu.hertz.set(HERTZ)
    cpu.clock.set(0)
    cpu.current.set(0)
    cpu.cpus.set(1)
    cpu.watchdog_alarm.set(NEVER)
    sched_admin.sched_init(SchedKind.FAIR, 1)
    watchdog.earliest.set(NEVER)
    for d in range(3):
        assert sched_admin.sched_add(made.vcpu(d))
    sched_admin.sched_online(made.vcpu(1))
    assert state(made) == VcpuState.RUNNABLE
    running = sched.schedule(0, None)
    assert running is not None and running.value.domain.value.id == 1
    return made


def state(world: World, domain: int = 1) -> VcpuState:
    return VcpuState(world.vcpu(domain).state)


def op(world: World, command: int, form: str, *values: int, domain: int = 1) -> int:
    return call(world, domain, Call.SCHED_OP, command, world.put(domain, struct.pack(form,
                                                                                     *values)))


def poll(world: World, *ports: int, timeout: int = 0) -> int:
    at = world.put(1, struct.pack(f"<{len(ports)}I", *ports), 1)
    return op(world, POLL, "<QI4xQ", at, len(ports), timeout)


def test_yield_and_block(world):
    assert call(world, 1, Call.SCHED_OP, YIELD) == 0
    assert state(world) == VcpuState.RUNNING
    world.vcpu(1).regs.pstate = 0x3C5
    assert call(world, 1, Call.SCHED_OP, BLOCK) == 0
    assert state(world) == VcpuState.BLOCKED
    assert world.vcpu(1).regs.pstate == 0x345, "interrupts are unmasked"


def test_block_with_an_interrupt_pending(world):
    guest.masked.set(False)
    assert call(world, 1, Call.SCHED_OP, BLOCK) == 0
    assert state(world) == VcpuState.RUNNING


def test_poll_sleeps_until_its_port(world):
    mine, other = world.bind_ipi(1, 0), world.bind_ipi(1, 0)
    world.mask(1, mine)
    assert poll(world, mine) == 0
    assert state(world) == VcpuState.BLOCKED
    assert world.send(1, other) == 0
    assert state(world) == VcpuState.BLOCKED
    assert world.send(1, mine) == 0
    assert state(world) == VcpuState.RUNNABLE
    assert world.domains[1].events.polling == 0


def test_poll_for_any_of_several(world):
    ports = [world.bind_ipi(1, 0) for _ in range(3)]
    assert poll(world, *ports) == 0
    assert state(world) == VcpuState.BLOCKED
    assert world.send(1, ports[2]) == 0
    assert state(world) == VcpuState.RUNNABLE


def test_poll_in_the_fifo_abi(world):
    assert world.init_control(1, 0) == 0 and world.expand_array(1) == 0
    port = world.bind_ipi(1, 0)
    world.mask(1, port)
    assert poll(world, port) == 0
    assert world.send(1, port) == 0
    assert state(world) == VcpuState.RUNNABLE


def test_poll_of_what_is_pending_does_not_sleep(world):
    port = world.bind_ipi(1, 0)
    world.send(1, port)
    assert poll(world, port) == 0
    assert state(world) == VcpuState.RUNNING
    assert world.domains[1].events.polling == 0


def test_poll_with_a_time(world):
    port = world.bind_ipi(1, 0)
    assert poll(world, port, timeout=5_000_000) == 0
    assert world.vcpu(1).sched.deadline == 5 * HERTZ // 1000
    cpu.clock.set(5 * HERTZ // 1000)
    sched.schedule(0, None)
    sched.sched_tick(0)
    assert state(world) != VcpuState.BLOCKED


def test_bad_polls(world):
    port = world.bind_ipi(1, 0)
    assert poll(world, 512) == -EINVAL
    assert poll(world, port, 2**32 - 1) == -EINVAL
    assert poll(world, *[port] * 129) == -EINVAL
    assert op(world, POLL, "<QI4xQ", BASE + PAGES * PAGE - 4, 2, 0) in (-EFAULT, -EINVAL)
    assert op(world, POLL, "<QI4xQ", 2**64 - 4, 2, 0) == -EFAULT
    assert call(world, 1, Call.SCHED_OP, POLL, BASE + PAGES * PAGE - 16) == -EFAULT
    assert state(world) == VcpuState.RUNNING and world.domains[1].events.polling == 0


@pytest.mark.parametrize("reason", range(6))
def test_shutdown(world, reason):
    assert op(world, SHUTDOWN, "<I", reason) == 0
    assert world.domains[1].state == int(DomainState.DYING)
    assert world.domains[1].shutdown_code == reason
    assert world.domains[2].state == int(DomainState.RUNNING)


def test_bad_shutdowns(world):
    assert op(world, SHUTDOWN, "<I", 6) == -EINVAL
    assert op(world, SHUTDOWN, "<I", 2**32 - 1) == -EINVAL
    assert call(world, 1, Call.SCHED_OP, SHUTDOWN, 0) == -EFAULT
    assert op(world, CODE, "<I", 6) == -EINVAL
    assert op(world, CODE, "<I", 3) == 0 and world.domains[1].shutdown_code == 3
    assert world.domains[1].state == int(DomainState.RUNNING)
    assert call(world, 1, Call.SCHED_OP, 7, BASE) == -ENOSYS
    assert call(world, 1, Call.SCHED_OP, 2**32 - 1, BASE) == -ENOSYS


def test_remote_shutdown(world):
    assert op(world, REMOTE, "<HxxI", 2, 0) == -EPERM
    assert op(world, REMOTE, "<HxxI", 9, 0, domain=0) == -ESRCH
    assert op(world, REMOTE, "<HxxI", 0x7FF0, 0, domain=0) == -ESRCH
    assert op(world, REMOTE, "<HxxI", 2, 6, domain=0) == -EINVAL
    assert op(world, REMOTE, "<HxxI", 2, 3, domain=0) == 0
    assert world.domains[2].state == int(DomainState.DYING)
    assert world.domains[0].state == int(DomainState.RUNNING)


def test_watchdogs(world):
    assert op(world, WATCHDOG, "<II", 0, 10) == 1
    assert op(world, WATCHDOG, "<II", 0, 20) == 2
    assert op(world, WATCHDOG, "<II", 0, 5) == -ENOSPC
    assert op(world, WATCHDOG, "<II", 0, 0) == -EINVAL
    assert op(world, WATCHDOG, "<II", 3, 5) == -EINVAL
    assert op(world, WATCHDOG, "<II", 2**32 - 1, 5) == -EINVAL
    assert op(world, WATCHDOG, "<II", 2, 0) == 0
    assert op(world, WATCHDOG, "<II", 2, 5) == -EINVAL
    assert cpu.watchdog_alarm.get() == 10 * HERTZ, "this CPU will look"
    cpu.clock.set(9 * HERTZ)
    assert watchdog.watchdogs_check(9 * HERTZ) == 10 * HERTZ
    assert op(world, WATCHDOG, "<II", 1, 10) == 0, "fed"
    assert watchdog.watchdogs_check(11 * HERTZ) == 19 * HERTZ
    assert world.domains[1].state == int(DomainState.RUNNING)
    assert watchdog.watchdogs_check(19 * HERTZ) == NEVER
    assert world.domains[1].state == int(DomainState.DYING)
    assert world.domains[1].shutdown_code == 4


def test_the_longest_watchdog(world):
    """The longest time does not overflow."""
    assert op(world, WATCHDOG, "<II", 0, 2**32 - 1) == 1
    assert watchdog.watchdogs_check(HERTZ) == (2**32 - 1) * HERTZ
