"""The schedulers under random operations on several CPUs, and with threads as CPUs."""

from __future__ import annotations

import random
import threading
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hv.core.sched_world import (
    BLOCKED,
    MS,
    OFFLINE,
    RUNNABLE,
    RUNNING,
    SLICE,
    World,
    look,
)
from wrought.hv.core import sched, sched_admin, sched_wake
from wrought.hv.core.domain import Domain, Vcpu
from wrought.hv.core.sched_types import SchedKind
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, cpu_relax
from wrought.lang.core.scalars import Array, Atomic, Ptr, u32, u64
from wrought.lang.core.static import static

NUMBER = st.integers(0, 7)
STEPS = st.lists(st.tuples(
    st.sampled_from(["begin", "begin", "finish", "block", "block", "wake", "wake", "time",
                     "sleep", "yield", "pause", "unpause", "offline", "online", "affinity",
                     "share", "remove", "settle"]),
    NUMBER, NUMBER, st.integers(0, 15)), max_size=60)


class Random:
    """Applies steps to a world, and knows who is to be asleep or off."""

    def __init__(self, cpus: int, count: int, kind: Any) -> None:
        self.world = World(cpus, kind)
        self.expected: dict[Any, int] = {}
        self.pauses: dict[Any, int] = {}
        for _ in range(count):
            vcpu = self.world.add()
            self.expected[vcpu] = RUNNABLE
            self.pauses[vcpu] = 0

    def apply(self, step: tuple[str, int, int, int]) -> None:
        """One step, on a CPU of which no switch is half done."""
        name, cpu, number, value = step
        world = self.world
        cpu %= world.cpus
        vcpu = world.vcpus[number % len(world.vcpus)]
        if world.leaving[cpu] is not None:
            world.finish(cpu)
            return
        getattr(self, "do_" + name)(cpu, vcpu, value)

    def do_begin(self, cpu: int, vcpu: Any, value: int) -> None:
        self.world.begin(cpu)

    def do_finish(self, cpu: int, vcpu: Any, value: int) -> None:
        self.world.finish(cpu)

    def do_block(self, cpu: int, vcpu: Any, value: int) -> None:
        current = self.world.running[cpu]
        if current is not None and look(current)[0] == RUNNING:
            assert self.world.on(cpu, sched.block, current)
            self.expected[current] = BLOCKED

    def do_sleep(self, cpu: int, vcpu: Any, value: int) -> None:
        current = self.world.running[cpu]
        if current is not None and look(current)[0] == RUNNING:
            self.world.on(cpu, sched_wake.sched_sleep_until, current,
                          self.world.now + value * MS)
            self.do_block(cpu, vcpu, value)
            self.expected[current] = RUNNABLE

    def do_wake(self, cpu: int, vcpu: Any, value: int) -> None:
        self.world.on(cpu, sched_wake.wake, vcpu)
        if self.expected[vcpu] == BLOCKED:
            self.expected[vcpu] = RUNNABLE

    def do_time(self, cpu: int, vcpu: Any, value: int) -> None:
        self.world.run(value * MS)

    def do_yield(self, cpu: int, vcpu: Any, value: int) -> None:
        if (current := self.world.running[cpu]) is not None:
            self.world.on(cpu, sched_wake.yield_cpu, current)

    def do_pause(self, cpu: int, vcpu: Any, value: int) -> None:
        self.world.on(cpu, sched_admin.pause, vcpu)
        self.pauses[vcpu] += 1

    def do_unpause(self, cpu: int, vcpu: Any, value: int) -> None:
        self.world.on(cpu, sched_admin.unpause, vcpu)
        self.pauses[vcpu] = max(self.pauses[vcpu] - 1, 0)

    def do_offline(self, cpu: int, vcpu: Any, value: int) -> None:
        self.world.on(cpu, sched_admin.sched_offline, vcpu)
        self.expected[vcpu] = OFFLINE

    def do_online(self, cpu: int, vcpu: Any, value: int) -> None:
        if vcpu.sched.added and self.world.on(cpu, sched_admin.sched_online, vcpu):
            self.expected[vcpu] = RUNNABLE

    def do_affinity(self, cpu: int, vcpu: Any, value: int) -> None:
        there_are = value & (1 << self.world.cpus) - 1 != 0
        if vcpu.sched.added:
            assert self.world.on(cpu, sched_admin.sched_set_affinity, vcpu, value) == there_are

    def do_share(self, cpu: int, vcpu: Any, value: int) -> None:
        self.world.on(cpu, sched_admin.sched_set_share, vcpu, value * 64, value * 9 % 100)

    def do_remove(self, cpu: int, vcpu: Any, value: int) -> None:
        world = self.world
        self.expected[vcpu] = OFFLINE
        if world.on(cpu, sched_admin.sched_remove, vcpu):
            assert vcpu not in world.running and vcpu not in world.leaving
            assert world.on(cpu, sched_admin.sched_add, vcpu)
            self.pauses[vcpu] = 0

    def do_settle(self, cpu: int, vcpu: Any, value: int) -> None:
        self.world.settle()
        self.world.check()

    def finish(self) -> None:
        """Come to rest; nobody was forgotten."""
        self.world.run(20 * MS)
        self.world.check()
        for vcpu, expected in self.expected.items():
            state, _, _, pauses = look(vcpu)
            assert pauses == self.pauses[vcpu]
            assert (RUNNABLE if state == RUNNING else state) == expected, "a lost wake-up"


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(1, 4), st.integers(1, 8), st.sampled_from([SchedKind.FAIR] * 3
       + [SchedKind.NULL]), STEPS)
def test_random_operations(cpus: int, count: int, kind: Any, steps: list[Any]):
    it = Random(cpus, count, kind)
    if kind == SchedKind.NULL:
        steps = [step for step in steps if step[0] != "settle"]
        it.world.check = lambda: None  # type: ignore[method-assign]  # it does not move vCPUs
    for step in steps:
        it.apply(step)
    it.finish()


@settings(max_examples=12, deadline=None)
@given(st.integers(1, 3), st.lists(st.tuples(st.integers(0, 7), st.integers(64, 1024)),
                                   min_size=1, max_size=6), st.randoms())
def test_nobody_starves(cpus: int, units: list[tuple[int, int]], rng: random.Random):
    """Whoever can run does within as many slices as all the others' weights are to its own,
    counted twice, and some for those who wake with credit."""
    world = World(cpus)
    every = (1 << cpus) - 1
    for affinity, weight in units:
        world.add(affinity=affinity & every, weight=weight)
    sleepers = [world.add() for _ in range(2)]
    total = sum(weight for _, weight in units) + 512
    last = dict.fromkeys(world.vcpus, world.now)
    for _ in range(200):
        world.run(rng.randrange(1, SLICE // 2))
        for vcpu in world.running:
            last[vcpu] = world.now
        for vcpu in sleepers:
            if vcpu in world.running:
                world.block(vcpu)
            else:
                world.on(0, sched_wake.wake, vcpu)
        for vcpu, (_, weight) in zip(world.vcpus, units, strict=False):
            assert world.now - last[vcpu] < (2 * total // weight + 16) * SLICE


on_cpus = static(Atomic[u64])
"""vCPUs whose context is in some CPU, a bit each."""
events = static(Array[Atomic[u32], 8])
"""What each vCPU is woken for."""
collisions = static(Atomic[u64])
runs = static(Atomic[u64])
stop = static(Atomic[u64])


@fn
def switch(old: Ptr[Vcpu] | None, new: Ptr[Vcpu] | None) -> None:
    """As the machine: the old context out, the new one in."""
    if old is not None:
        on_cpus.and_(~(u64(1) << u64(old.id)), Order.SEQ_CST)
        sched.sched_switched_out(old)
    if new is not None:
        bit = u64(1) << u64(new.id)
        if on_cpus.or_(bit, Order.SEQ_CST) & bit != 0:
            collisions.add(1, Order.RELAXED)


@fn
def act_as_cpu(cpu: u32) -> u64:
    """Run what there is, and let it sleep until its event; how often something ran."""
    current: Ptr[Vcpu] | None = None
    ran: u64 = 0
    while stop.load(Order.RELAXED) == 0:
        found = sched.schedule(cpu, current)
        if current is None or found is None or found != current:
            switch(current, found)
        current = found
        if found is not None:
            ran += 1
            runs.add(1, Order.RELAXED)
            event = addr_of(events[found.id])
            if event.swap(0, Order.SEQ_CST) == 0 and sched.block(found):
                if event.load(Order.SEQ_CST) != 0:
                    sched_wake.wake(found)
        else:
            cpu_relax()
    return ran


@fn
def send_events(domain: Ptr[Domain], wanted: u64) -> u64:
    """Wake the vCPUs of a domain until they ran so often; then end it all.  How often it tried, at
    most 2^26 times."""
    tries: u64 = 0
    while runs.load(Order.RELAXED) < wanted and tries < 1 << 26:
        tries += 1
        for i in range(domain.vcpu_count):
            vcpu = domain.vcpus[i]
            if vcpu is not None:
                events[i].store(1, Order.SEQ_CST)
                sched_wake.wake(vcpu)
        cpu_relax()
    stop.store(1, Order.SEQ_CST)
    return tries


@pytest.mark.parametrize("count", [1, 2, 6])
def test_threads_as_cpus(count: int):
    """Two threads schedule and block, a third wakes: never one vCPU on both, no event lost."""
    world = World(2)
    for _ in range(count):
        world.add()
    collisions.set(0)
    on_cpus.set(0)
    runs.set(0)
    stop.set(1)
    assert act_as_cpu(0) + act_as_cpu(1) + send_events(world.domain, 0) == 0
    stop.set(0)
    ran = [0, 0]

    def cpu(n: int) -> None:
        ran[n] = act_as_cpu(n)

    threads = [threading.Thread(target=cpu, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    send_events(world.domain, 5000)
    for thread in threads:
        thread.join(60)
    assert collisions.get() == 0 and sum(ran) >= 5000
    waiting = [v for i, v in enumerate(world.vcpus) if events.get()[i] and v.state == BLOCKED]
    assert not waiting, "a lost wake-up"
