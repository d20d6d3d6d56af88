"""The schedulers: shares, caps, affinity, sleep and wake-up."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hv.core.sched_world import BLOCKED, MS, OFFLINE, RUNNABLE, SLICE, World, alarm_of
from wrought.hv.core import sched_admin, sched_wake
from wrought.hv.core.sched_types import NEVER, SchedKind
from wrought.hv.fake import guest


def shares(world: World, ticks: int) -> list[float]:
    """The parts of one CPU that the vCPUs get in that time."""
    before = dict(world.ran)
    world.run(ticks)
    return [(world.ran[v] - before[v]) / ticks for v in world.vcpus]


def test_one_vcpu_has_its_cpu_without_alarms():
    world = World(1)
    vcpu = world.add()
    world.settle()
    assert world.running == [vcpu] and alarm_of(0) == NEVER
    assert sched_wake.alone(vcpu)
    world.on(0, sched_wake.yield_cpu, vcpu)
    assert vcpu.work == 0


def test_two_share_by_time_slices():
    world = World(1)
    a, b = world.add(), world.add()
    world.settle()
    assert alarm_of(0) == world.now + SLICE and not sched_wake.alone(a)
    assert world.running == [a]
    world.run(SLICE)
    world.settle()
    assert world.running == [b]


def test_a_second_vcpu_ends_the_first_ones_solitude():
    world = World(1)
    a = world.add()
    world.settle()
    world.add()
    assert a.work & 1, "it may be asleep in hardware, with no alarm set"


@pytest.mark.parametrize("weights", [(256, 256), (256, 512), (64, 256, 1024), (1, 256),
                                     (1000, 100, 100, 10)])
def test_weights_on_one_cpu(weights: tuple[int, ...]):
    world = World(1)
    for weight in weights:
        world.add(weight=weight)
    world.run(2000 * MS)
    for share, weight in zip(shares(world, 10_000 * MS), weights, strict=True):
        assert share == pytest.approx(weight / sum(weights), rel=0.05)


@pytest.mark.parametrize(("cpus", "weights"), [
    (2, (256, 256, 256)), (4, (256,) * 5), (2, (512, 256, 256)), (3, (300, 300, 200, 200, 100))])
def test_weights_over_several_cpus(cpus: int, weights: tuple[int, ...]):
    world = World(cpus)
    for weight in weights:
        world.add(weight=weight)
    world.run(1000 * MS)
    for share, weight in zip(shares(world, 6000 * MS), weights, strict=True):
        assert share == pytest.approx(cpus * weight / sum(weights), rel=0.05)


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 4), st.lists(st.integers(100, 1000), min_size=1, max_size=8))
def test_weights_wherever_they_are_feasible(cpus: int, weights: list[int]):
    world = World(cpus)
    for weight in weights:
        world.add(weight=weight)
    world.run(200 * MS)
    got = shares(world, 4000 * MS)
    assert sum(got) == pytest.approx(min(cpus, len(weights)), rel=0.001)
    wanted = [cpus * weight / sum(weights) for weight in weights]
    if max(wanted) <= 1:
        assert got == pytest.approx(wanted, rel=0.05)


@pytest.mark.parametrize(("cap", "others"), [(10, 0), (50, 0), (25, 2), (1, 1), (99, 0)])
def test_caps(cap: int, others: int):
    world = World(1)
    world.add(cap=cap)
    for _ in range(others):
        world.add()
    world.run(1000 * MS)
    capped, *rest = shares(world, 20_000 * MS)
    assert capped == pytest.approx(cap / 100, rel=0.02)
    for share in rest:
        assert share == pytest.approx((1 - cap / 100) / others, rel=0.05)


def test_cap_alone_is_not_left_to_hardware():
    world = World(1)
    assert not sched_wake.alone(world.add(cap=40))


def test_affinity_changes():
    world = World(2)
    a, b = world.add(affinity=1), world.add(affinity=1)
    assert shares(world, 5000 * MS) == pytest.approx([0.5, 0.5], rel=0.05)
    assert world.on(1, sched_admin.sched_set_affinity, b, 0b10)
    assert shares(world, 1000 * MS) == pytest.approx([1, 1], rel=0.03)
    assert world.running == [a, b] and sched_wake.alone(a)
    assert not world.on(1, sched_admin.sched_set_affinity, b, 0b100), "there is no such CPU"
    assert world.on(1, sched_admin.sched_set_affinity, a, 0b10)
    world.run(500 * MS)
    assert shares(world, 5000 * MS) == pytest.approx([0.5, 0.5], rel=0.05)
    world.check()


def test_a_pinned_one_does_not_starve_who_joins_it():
    """It had a CPU alone and is far ahead in virtual time."""
    world = World(2)
    world.add(affinity=1, weight=16)
    for _ in range(3):
        world.add(affinity=2)
    world.run(20_000 * MS)
    joins = world.vcpus[1]
    world.on(1, sched_admin.sched_set_affinity, joins, 1)
    world.run(2000 * MS)
    pinned, joined, *_ = shares(world, 4000 * MS)
    assert pinned == pytest.approx(16 / 272, rel=0.05)
    assert joined == pytest.approx(256 / 272, rel=0.05)


def test_who_wakes_runs_at_once():
    world = World(1)
    sleeper, _ = world.add(), world.add()
    world.run(1000 * MS)
    while world.running != [sleeper]:
        world.run(MS)
    assert world.block(sleeper)
    world.run(300 * MS)
    world.on(0, sched_wake.wake, sleeper)
    world.settle()
    assert world.running == [sleeper]


def test_sleep_until():
    world = World(1)
    sleeper, busy = world.add(), world.add()
    world.settle()
    at = world.now + 3 * MS + 7
    world.on(0, sched_wake.sched_sleep_until, sleeper, at)
    world.block(sleeper)
    world.run_until(at - 1)
    assert world.running == [busy]
    world.run_until(at)
    assert world.running == [sleeper]
    world.block(sleeper)
    world.run(10_000 * MS)
    assert sleeper.state == BLOCKED, "a deadline holds for one sleep"


def test_idle_cpu_wakes_for_the_soonest_deadline():
    world = World(1)
    a, b = world.add(), world.add()
    world.settle()
    for vcpu, ms in ((a, 50), (b, 20)):
        assert world.running == [vcpu]
        world.on(0, sched_wake.sched_sleep_until, vcpu, (1 << 40) + ms * MS)
        world.block(vcpu)
        world.settle()
    assert world.running == [None] and alarm_of(0) == (1 << 40) + 20 * MS
    world.run(20 * MS)
    assert world.running == [b]


def test_block_sees_what_is_pending():
    world = World(1)
    vcpu = world.add()
    world.settle()
    guest.masked.set(False)
    assert not world.block(vcpu)
    assert vcpu.state == 2 and vcpu.work == 0


def test_a_wake_up_before_the_switch_keeps_it_running():
    world = World(2)
    vcpu = world.add()
    world.settle()
    cpu = world.running.index(vcpu)
    world.block(vcpu)
    world.on(1 - cpu, sched_wake.wake, vcpu)
    assert vcpu.state == RUNNABLE
    world.settle()
    assert world.running[cpu] == vcpu
    world.check()


def test_kicks_go_to_others_only():
    world = World(2)
    a, b = world.add(affinity=1), world.add(affinity=2)
    world.settle()
    world.block(a)
    world.block(b)
    world.settle()
    world.on(0, sched_wake.wake, a)
    assert world.sent == set(), "CPU 0 is awake: it just did this"
    world.on(0, sched_wake.wake, b)
    assert world.sent == {1}
    world.on(0, sched_wake.wake, b)
    assert world.sent == set()
    world.settle()
    assert world.running == [a, b]


def test_pauses_count():
    world = World(1)
    vcpu = world.add()
    world.settle()
    for _ in range(2):
        world.on(0, sched_admin.pause, vcpu)
    world.settle()
    assert world.running == [None] and sched_admin.sched_off_cpu(vcpu)
    world.on(0, sched_admin.unpause, vcpu)
    world.settle()
    assert world.running == [None]
    for _ in range(3):
        world.on(0, sched_admin.unpause, vcpu)
    world.settle()
    assert world.running == [vcpu] and vcpu.sched.pauses == 0


def test_online_offline_remove():
    world = World(1)
    vcpu = world.add(state=OFFLINE)
    world.settle()
    assert world.running == [None]
    assert world.on(0, sched_admin.sched_online, vcpu)
    assert not world.on(0, sched_admin.sched_online, vcpu)
    world.settle()
    assert world.running == [vcpu]
    assert not world.on(0, sched_admin.sched_remove, vcpu), "it is on a CPU"
    world.settle()
    assert world.on(0, sched_admin.sched_remove, vcpu) and world.running == [None]
    assert world.on(0, sched_admin.sched_remove, vcpu), "once more is no mistake"
    world.check()


def test_yield_lets_the_other_run():
    world = World(1)
    a, b = world.add(), world.add()
    world.settle()
    for now, then in ((a, b), (b, a)):
        world.run(MS)
        assert world.running == [now]
        world.on(0, sched_wake.yield_cpu, now)
        world.settle()
        assert world.running == [then]


def test_null_never_ticks():
    world = World(2, SchedKind.NULL)
    for _ in range(2):
        world.add()
    world.run(10_000 * MS)
    assert {alarm_of(0), alarm_of(1)} == {NEVER}
    assert all(sched_wake.alone(v) for v in world.vcpus)
    assert [int(v.sched.home) for v in world.vcpus] == [0, 1]


def test_null_with_too_many_takes_turns_when_they_block():
    world = World(1, SchedKind.NULL)
    a, b = world.add(), world.add()
    world.run(1000 * MS)
    assert world.ran == {a: 1000 * MS, b: 0} and not sched_wake.alone(a)
    world.block(a)
    world.settle()
    assert world.running == [b]
    world.on(0, sched_wake.wake, a)
    world.run(1000 * MS)
    assert world.running == [b]
    world.on(0, sched_wake.yield_cpu, b)
    world.settle()
    assert world.running == [a]


def test_run_states_are_accounted():
    world = World(1)
    a, b = world.add(), world.add()
    world.run(1000 * MS)
    while world.running != [a]:
        world.run(MS)
    world.block(a)
    world.run(100 * MS)
    world.on(0, sched_wake.wake, a)
    world.settle()
    for vcpu in (a, b):
        times = list(vcpu.sched.times)
        times[int(vcpu.sched.runstate)] += world.now - vcpu.sched.since
        assert sum(times) == world.now - (1 << 40)
        assert times[0] == world.ran[vcpu] and times[3] == 0
        assert times[2] == (100 * MS if vcpu == a else 0)
