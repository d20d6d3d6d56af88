"""CPUs that run the scheduler as the machine does, one step at a time, with a clock."""

from __future__ import annotations

from typing import Any

from wrought.hv.core import sched, sched_admin
from wrought.hv.core.domain import Vcpu
from wrought.hv.core.sched_balance import idle_cpus
from wrought.hv.core.sched_queue import queues
from wrought.hv.core.sched_types import SchedKind
from wrought.hv.fake import cpu as fake
from wrought.hv.fake import guest
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, u32, u64

HERTZ = 1_000_000
MS = HERTZ // 1000
SLICE = 10 * MS
OFFLINE, RUNNABLE, RUNNING, BLOCKED = range(4)
OUT, WAITING, ON_CPU, PARKED = range(4)


@fn
def look(v: Ptr[Vcpu]) -> tuple[u64, u64, u64, u64]:
    """State, place, home, pauses."""
    return (u64(v.state.load(Order.RELAXED)), u64(v.sched.place), u64(v.sched.home.load(
        Order.RELAXED)), u64(v.sched.pauses.load(Order.RELAXED)))


@fn
def take_work(v: Ptr[Vcpu]) -> u32:
    """The work bits, which are cleared."""
    return v.work.swap(0, Order.RELAXED)


@fn
def work_of(v: Ptr[Vcpu]) -> u32:
    """The work bits."""
    return v.work.load(Order.RELAXED)


@fn
def alarm_of(cpu: u32) -> u64:
    """When a CPU's alarm comes."""
    return queues[cpu].alarm


class World:
    """Some CPUs and vCPUs; `running` tells what each CPU does."""

    def __init__(self, cpus: int, kind: Any = SchedKind.FAIR) -> None:
        guest.forget_all()
        fake.cpus.set(cpus)
        fake.hertz.set(HERTZ)
        fake.kicked.set(0)
        guest.masked.set(True)
        self.cpus, self.now = cpus, 1 << 40
        self.running: list[Any] = [None] * cpus
        self.leaving: list[Any] = [None] * cpus
        """Was switched out, its context is not yet saved."""
        self.kicked = set(range(cpus))
        self.vcpus: list[Any] = []
        self.ran: dict[Any, int] = {}
        self.domain = guest.new_domain()
        self.on(0, sched_admin.sched_init, kind, cpus)

    def on(self, cpu: int, function: Any, *arguments: Any) -> Any:
        """Call on a CPU, and remember the kicks."""
        fake.current.set(cpu)
        fake.clock.set(self.now)
        result = function(*arguments)
        mask = fake.kicked.get()
        fake.kicked.set(0)
        self.sent = {c for c in range(self.cpus) if mask >> c & 1}
        self.kicked |= self.sent
        return result

    def add(self, affinity: int = 0, weight: int = 0, cap: int = 0,
            state: int = RUNNABLE) -> Any:
        """A vCPU more."""
        vcpu = guest.new_vcpu(self.domain, len(self.vcpus))
        self.vcpus.append(vcpu)
        self.ran[vcpu] = 0
        value = vcpu.value
        value.state = state
        value.sched.affinity, value.sched.weight, value.sched.cap = affinity, weight, cap
        assert self.on(0, sched_admin.sched_add, vcpu)
        return vcpu

    def begin(self, cpu: int) -> None:
        """The first half of a switch, if this CPU has a reason for one."""
        current = self.running[cpu]
        wanted = take_work(current) & 1 if current is not None else (
            cpu in self.kicked or not sched.sched_may_idle(cpu))
        if not wanted:
            self.kicked.discard(cpu)
            return
        found = self.on(cpu, sched.schedule, cpu, current)
        self.running[cpu] = found
        self.kicked.discard(cpu)
        if found is not None:
            assert self.running.count(found) == 1, "on two CPUs"
            assert found not in self.leaving, "runs before its context was saved"
            assert self.affinity(found) >> cpu & 1, "not allowed here"
            state, place, home, pauses = look(found)
            assert (state, place, home, pauses) == (RUNNING, ON_CPU, cpu, 0)
            assert found.cpu == cpu
        if current is not None and found != current:
            self.leaving[cpu] = current

    def finish(self, cpu: int) -> None:
        """The second half: the old context is saved."""
        if (old := self.leaving[cpu]) is not None:
            self.leaving[cpu] = None
            self.on(cpu, sched.sched_switched_out, old)

    def settle(self) -> None:
        """Until no CPU has a reason to switch."""
        for _ in range(1000):
            for cpu in range(self.cpus):
                self.finish(cpu)
                self.begin(cpu)
            if not self.kicked and not any(self.leaving) and not any(
                    work_of(v) & 1 if v else not sched.sched_may_idle(c)
                    for c, v in enumerate(self.running)):
                return
        raise AssertionError("it never comes to rest")

    def run_until(self, end: int) -> None:
        """Let the time pass, alarms included."""
        while True:
            self.settle()
            cpu = min(range(self.cpus), key=alarm_of)
            at = max(min(alarm_of(cpu), end), self.now)
            for vcpu in self.running:
                if vcpu is not None:
                    self.ran[vcpu] += at - self.now
            self.now = at
            if alarm_of(cpu) > at:
                return
            self.kicked.add(cpu)
            self.on(cpu, sched.sched_tick, cpu)

    def run(self, ticks: int) -> None:
        """As `run_until`, from now on."""
        self.run_until(self.now + ticks)

    def block(self, vcpu: Any) -> bool:
        """The vCPU, which runs, goes to sleep."""
        return self.on(self.running.index(vcpu), sched.block, vcpu)

    def affinity(self, vcpu: Any) -> int:
        """CPUs allowed, as a mask."""
        return vcpu.sched.affinity & (1 << self.cpus) - 1

    def check(self) -> None:
        """What holds whenever all CPUs are at rest."""
        idle = [c for c in range(self.cpus) if self.running[c] is None]
        assert int(idle_cpus.get()) == sum(1 << c for c in idle)
        for vcpu in self.vcpus:
            state, place, _, pauses = look(vcpu)
            on = vcpu in self.running
            assert on == (place == ON_CPU) == (state == RUNNING)
            if state == RUNNABLE and not pauses:
                assert place in (WAITING, PARKED)
            elif not on:
                assert place == OUT
            if place == WAITING:
                assert not [c for c in idle if self.affinity(vcpu) >> c & 1], "not conserving"
        homes = [look(v)[2] for v in self.vcpus if v.sched.added]
        for cpu in range(self.cpus):
            assert homes.count(cpu) == queues.get()[cpu].homes
