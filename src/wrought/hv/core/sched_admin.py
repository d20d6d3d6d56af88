"""The schedulers' other entries: start, vCPUs that come and go, parameters, pauses."""

from __future__ import annotations

from wrought.hv.core.domain import Vcpu, VcpuState
from wrought.hv.core.sched_balance import (
    NO_CPU,
    idle_cpus,
    least_used,
    nudge,
    relocate,
    spread,
)
from wrought.hv.core.sched_queue import (
    CpuQueue,
    account,
    all_cpus,
    bit_of,
    cpus,
    kind,
    lock_home,
    may_run,
    overcommitted,
    queues,
    reset_queues,
    set_slice,
    set_weight,
    settle,
    take,
    unsettle,
)
from wrought.hv.core.sched_time import forget, reset_periods, unpark
from wrought.hv.core.sched_types import NEVER, Place, Runstate, SchedKind, SchedUnit
from wrought.hv.core.sched_wake import arrive, change_state, is_in
from wrought.hv.machine import cpu as machine
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of
from wrought.lang.core.scalars import Ptr, i32, u8, u16, u32, u64

SLICE = 10_000_000
"""Nanoseconds of a time slice, unless `sched_set_slice` says otherwise."""
SHORTEST_SLICE = 100_000


@fn
def sched_init(chosen: SchedKind, count: u32) -> None:
    """Start with empty queues for CPUs 0 … count-1, once at boot."""
    idle_cpus.store(0, Order.RELAXED)
    reset_queues(chosen, count)
    reset_periods()
    sched_set_slice(SLICE)


@fn
def sched_set_slice(ns: u64) -> None:
    """Length of a time slice, at least SHORTEST_SLICE."""
    set_slice(machine.ticks_of(max(ns, SHORTEST_SLICE)))


@fn
def count_allowed(affinity: u64, change: i32) -> None:
    """Enter a vCPU with that affinity into the CPUs' counts, or take it out."""
    for cpu in range(cpus):
        if affinity & bit_of(cpu) != 0:
            if change > 0:
                queues[cpu].allowed.add(1, Order.RELAXED)
            else:
                queues[cpu].allowed.sub(1, Order.RELAXED)


@fn
def sched_add(vcpu: Ptr[Vcpu]) -> bool:
    """Give a vCPU a CPU, the least used that its affinity allows; False where there is none.  Its
    affinity, weight and cap may be set before, zero is the default; it waits for a CPU if it is
    RUNNABLE."""
    unit = addr_of(vcpu.sched)
    if unit.affinity == 0:
        unit.affinity = all_cpus()
    cpu = least_used(unit.affinity)
    if cpu == NO_CPU:
        return False
    set_weight(unit, unit.weight)
    set_cap(unit, unit.cap)
    queue = addr_of(queues[cpu])
    with queue.lock:
        clear(unit, machine.now())
        vcpu.cpu = cpu
        unit.virtual = queue.floor.load(Order.RELAXED)
        settle(unit, cpu)
    count_allowed(unit.affinity, 1)
    if is_in(vcpu, VcpuState.RUNNABLE):
        enqueue(unit)
    reconsider()
    return True


@fn
def set_cap(unit: Ptr[SchedUnit], cap: u16) -> None:
    """Enforced by the alarm, which SchedKind.NULL has no use of."""
    unit.cap = cap if cap < 100 and kind == SchedKind.FAIR else 0


@fn
def clear(unit: Ptr[SchedUnit], now: u64) -> None:
    """The state of a vCPU that has never run."""
    unit.place = Place.OUT
    unit.yields = False
    unit.saved.store(1, Order.RELAXED)
    unit.added.store(1, Order.RELAXED)
    unit.pauses.store(0, Order.RELAXED)
    unit.started = now
    unit.left = now
    unit.period = now
    unit.used = 0
    unit.deadline = NEVER
    unit.next = None
    unit.later = None
    unit.runstate = Runstate.OFFLINE
    unit.since = now
    for i in range(4):
        unit.times[i] = 0


@fn
def reconsider() -> None:
    """Have CPUs look again whose vCPU has lost the CPU for itself alone."""
    if overcommitted.load(Order.RELAXED) == 0:
        return
    for cpu in range(cpus):
        queue = addr_of(queues[cpu])
        with queue.lock:
            if not queue.sliced:
                nudge(queue)


@fn
def enqueue(unit: Ptr[SchedUnit]) -> None:
    """Let a runnable vCPU wait for a CPU."""
    queue = lock_home(unit)
    home = unit.home.load(Order.RELAXED)
    more = arrive(queue, unit)
    queue.lock.__exit__()
    if more:
        spread(home)


@fn
def withdraw(queue: Ptr[CpuQueue], unit: Ptr[SchedUnit]) -> None:
    """Take it from where it waits in its locked queue, or off its CPU soon."""
    if unit.place == Place.WAITING:
        take(queue, unit)
    elif unit.place == Place.PARKED:
        unpark(queue, unit)
    elif unit.place == Place.ON_CPU:
        nudge(queue)


@fn
def sched_online(vcpu: Ptr[Vcpu]) -> bool:
    """Start a vCPU that is OFFLINE and has left its CPU; False where it is not so."""
    if not sched_off_cpu(vcpu) or not change_state(
            vcpu, VcpuState.OFFLINE, VcpuState.RUNNABLE):
        return False
    enqueue(addr_of(vcpu.sched))
    return True


@fn
def sched_offline(vcpu: Ptr[Vcpu]) -> None:
    """Switch a vCPU off; where it runs it leaves soon, see `sched_off_cpu`."""
    unit = addr_of(vcpu.sched)
    queue = lock_home(unit)
    vcpu.state.store(u8(VcpuState.OFFLINE), Order.SEQ_CST)
    forget(queue, unit)
    withdraw(queue, unit)
    if unit.place != Place.ON_CPU:
        account(unit, Runstate.OFFLINE, machine.now())
    queue.lock.__exit__()


@fn
def sched_off_cpu(vcpu: Ptr[Vcpu]) -> bool:
    """Whether it has left its CPU, its context in memory."""
    unit = addr_of(vcpu.sched)
    queue = lock_home(unit)
    off = unit.place != Place.ON_CPU and unit.saved.load(Order.ACQUIRE) != 0
    queue.lock.__exit__()
    return off


@fn
def sched_remove(vcpu: Ptr[Vcpu]) -> bool:
    """Forget a vCPU, switched off if it is not yet; False while it still is on a CPU, which has
    been told: try again later."""
    unit = addr_of(vcpu.sched)
    if unit.added.load(Order.RELAXED) == 0:
        return True
    sched_offline(vcpu)
    if not sched_off_cpu(vcpu):
        return False
    queue = lock_home(unit)
    # Between the two calls above it may have run to an end of its own, and gone to sleep there.
    forget(queue, unit)
    unsettle(unit)
    unit.added.store(0, Order.RELAXED)
    queue.lock.__exit__()
    count_allowed(unit.affinity, -1)
    return True


@fn
def pause(vcpu: Ptr[Vcpu]) -> None:
    """Keep a vCPU from running until as many `unpause` calls; it leaves its CPU soon, see
    `sched_off_cpu`."""
    unit = addr_of(vcpu.sched)
    queue = lock_home(unit)
    unit.pauses.add(1, Order.SEQ_CST)
    withdraw(queue, unit)
    queue.lock.__exit__()


@fn
def unpause(vcpu: Ptr[Vcpu]) -> None:
    """Undo a `pause`; nothing for one that is not paused."""
    unit = addr_of(vcpu.sched)
    queue = lock_home(unit)
    home = unit.home.load(Order.RELAXED)
    more = False
    if unit.pauses.load(Order.RELAXED) != 0:
        unit.pauses.sub(1, Order.SEQ_CST)
        if is_in(vcpu, VcpuState.RUNNABLE):
            more = arrive(queue, unit)
    queue.lock.__exit__()
    if more:
        spread(home)


@fn
def sched_set_affinity(vcpu: Ptr[Vcpu], affinity: u64) -> bool:
    """The CPUs that it may run on from now on; False, and nothing changes, where none of them
    exists."""
    wanted = affinity & all_cpus()
    if wanted == 0:
        return False
    unit = addr_of(vcpu.sched)
    queue = lock_home(unit)
    home = unit.home.load(Order.RELAXED)
    count_allowed(unit.affinity, -1)
    unit.affinity = wanted
    count_allowed(wanted, 1)
    if unit.place == Place.ON_CPU:
        nudge(queue)
    queue.lock.__exit__()
    if not may_run(unit, home):
        relocate(unit)
    elif kind == SchedKind.FAIR:
        spread(home)
    reconsider()
    return True


@fn
def sched_set_share(vcpu: Ptr[Vcpu], weight: u32, cap: u16) -> None:
    """Weight against others (0 for the default) and cap in percent of a CPU (0, and 100 or more,
    for none; SchedKind.NULL has none)."""
    unit = addr_of(vcpu.sched)
    queue = lock_home(unit)
    set_weight(unit, weight)
    set_cap(unit, cap)
    unit.used = 0
    unit.period = machine.now()
    if unit.place == Place.ON_CPU:
        nudge(queue)
    queue.lock.__exit__()
