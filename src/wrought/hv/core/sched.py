"""Which vCPU runs where and for how long: the choice of the next.

The machine calls `schedule` on a CPU whose vCPU has WORK_RESCHEDULE, or that is idle, and
`sched_switched_out` for the old vCPU once its context is in memory, before it runs the next.
Adding, removing and parameters are in `sched_admin`, waking is in `sched_wake`.
"""

from __future__ import annotations

from wrought.hv.core.domain import WORK_RESCHEDULE, Vcpu, VcpuState
from wrought.hv.core.sched_balance import (
    NO_CPU,
    claim,
    idle_cpus,
    most_behind,
    nudge,
    pull,
    relocate,
    spread,
)
from wrought.hv.core.sched_queue import (
    CpuQueue,
    account,
    before,
    bit_of,
    charge,
    insert,
    kind,
    may_run,
    queues,
    slice_ticks,
    slice_virtual,
    take,
    vcpu_of,
)
from wrought.hv.core.sched_time import exhausted, forget, park, release_due, update_alarm
from wrought.hv.core.sched_types import NEVER, Place, Runstate, SchedKind, SchedUnit
from wrought.hv.core.sched_wake import (
    alone,
    arrive,
    change_state,
    is_in,
    sched_sleep_until,
    wake,
    yield_cpu,
)
from wrought.hv.machine import cpu as machine
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, fence
from wrought.lang.core.scalars import Ptr, u32, u64

__all__ = ("alone", "block", "sched_may_idle", "sched_sleep_until", "sched_switched_out",
           "sched_tick", "schedule", "wake", "yield_cpu")


@fn
def block(vcpu: Ptr[Vcpu]) -> bool:
    """Let the vCPU that runs here sleep until `wake`, from the next `schedule` on; False, and it
    goes on, where something is pending for it already."""
    slept = change_state(vcpu, VcpuState.RUNNING, VcpuState.BLOCKED)
    fence(Order.SEQ_CST)
    # Where it was switched off meanwhile, it leaves its CPU as well.
    if not slept or guest.interrupts_masked(vcpu):
        vcpu.work.or_(WORK_RESCHEDULE, Order.RELAXED)
        return True
    if not change_state(vcpu, VcpuState.BLOCKED, VcpuState.RUNNING):
        change_state(vcpu, VcpuState.RUNNABLE, VcpuState.RUNNING)
    if vcpu.sched.deadline != NEVER:
        sched_sleep_until(vcpu, NEVER)
    return False


@fn
def sched_tick(cpu: u32) -> None:
    """The alarm of this CPU has come: wake whose deadline it is, and reschedule if needed."""
    queue = addr_of(queues[cpu])
    more = False
    with queue.lock:
        queue.alarm = NEVER
        now = machine.now()
        release_due(queue, now)
        unit = queue.sleepers
        while unit is not None and unit.deadline <= now:
            forget(queue, unit)
            if change_state(vcpu_of(unit), VcpuState.BLOCKED, VcpuState.RUNNABLE):
                more |= arrive(queue, unit)
            unit = queue.sleepers
        current = queue.current
        if kind == SchedKind.FAIR and current is not None:
            if queue.sliced or queue.first is not None or current.cap != 0:
                nudge(queue)
        update_alarm(queue, now)
    if more:
        spread(cpu)


@fn
def schedule(cpu: u32, current: Ptr[Vcpu] | None) -> Ptr[Vcpu] | None:
    """The vCPU that this CPU runs next; None when it is to be idle until a kick or its alarm, and
    call again.  `current` ran until now."""
    queue = addr_of(queues[cpu])
    aside: Ptr[SchedUnit] | None = None
    claim(cpu)
    if current is not None:
        unit = addr_of(current.sched)
        if keeps(queue, cpu, unit):
            share(queue, cpu)
            return current
        if unit.yields:
            aside = unit
    if kind == SchedKind.FAIR and queue.waiting.load(Order.RELAXED) != 0:
        pull(cpu, False, queue.head.load(Order.RELAXED) - slice_virtual() // 2)
    while True:
        found = choose(queue, cpu, aside)
        if found is not None:
            share(queue, cpu)
            return vcpu_of(found)
        if kind == SchedKind.NULL or not pull(cpu, True, 0):
            return None
        claim(cpu)


@fn
def share(queue: Ptr[CpuQueue], cpu: u32) -> None:
    """Give what has to wait here to idle CPUs, if there are any."""
    if idle_cpus.load(Order.SEQ_CST) != 0 and queue.waiting.load(Order.RELAXED) != 0:
        if kind == SchedKind.FAIR:
            spread(cpu)


@fn
def keeps(queue: Ptr[CpuQueue], cpu: u32, unit: Ptr[SchedUnit]) -> bool:
    """Whether the vCPU that ran on this CPU until now goes on; else it has left the CPU."""
    with queue.lock:
        now = machine.now()
        charge(queue, unit, now)
        release_due(queue, now)
        if may_go_on(cpu, unit, now) and is_ahead(queue, cpu, unit, now):
            change_state(vcpu_of(unit), VcpuState.RUNNABLE, VcpuState.RUNNING)
            forget(queue, unit)
            unit.yields = False
            update_alarm(queue, now)
            return True
        leave(queue, unit, now)
        return False


@fn
def may_go_on(cpu: u32, unit: Ptr[SchedUnit], now: u64) -> bool:
    """Whether anything but others' claims takes the CPU from it."""
    vcpu = vcpu_of(unit)
    # RUNNABLE: it was blocked and woken before it had left.
    if not is_in(vcpu, VcpuState.RUNNING) and not is_in(vcpu, VcpuState.RUNNABLE):
        return False
    return (unit.pauses.load(Order.RELAXED) == 0 and may_run(unit, cpu)
            and not exhausted(unit, now))


@fn
def is_ahead(queue: Ptr[CpuQueue], cpu: u32, unit: Ptr[SchedUnit], now: u64) -> bool:
    """Whether the CPU stays with the vCPU that it runs, seen from what waits."""
    best = queue.first
    if unit.yields:
        return best is None
    if kind == SchedKind.NULL:
        return True
    if now < queue.slice_end:
        return best is None or not before(best.virtual + slice_virtual() // 8, unit.virtual)
    if best is not None and before(best.virtual, unit.virtual):
        return False
    behind = unit.virtual - slice_virtual() // 2
    if most_behind(cpu, bit_of(cpu), False, behind) != NO_CPU:
        return False
    queue.slice_end = now + slice_ticks
    return True


@fn
def leave(queue: Ptr[CpuQueue], unit: Ptr[SchedUnit], now: u64) -> None:
    """Take it off the locked queue's CPU, to wait again if it can run."""
    vcpu = vcpu_of(unit)
    queue.current = None
    unit.place = Place.OUT
    unit.left = now
    change_state(vcpu, VcpuState.RUNNING, VcpuState.RUNNABLE)
    if is_in(vcpu, VcpuState.RUNNABLE):
        account(unit, Runstate.RUNNABLE, now)
        forget(queue, unit)
        if unit.pauses.load(Order.RELAXED) == 0:
            if exhausted(unit, now):
                park(queue, unit)
            else:
                insert(queue, unit)
    elif is_in(vcpu, VcpuState.BLOCKED):
        account(unit, Runstate.BLOCKED, now)
    else:
        account(unit, Runstate.OFFLINE, now)


@fn
def choose(queue: Ptr[CpuQueue], cpu: u32, aside: Ptr[SchedUnit] | None) -> Ptr[SchedUnit] | None:
    """The next vCPU of this CPU's own queue, `aside` only if there is no other; none, and the CPU
    is marked idle."""
    with queue.lock:
        now = machine.now()
        release_due(queue, now)
        unit = first_allowed(queue, cpu, aside)
        if unit is None:
            unit = first_allowed(queue, cpu, None)
        if unit is None:
            idle_cpus.or_(bit_of(cpu), Order.SEQ_CST)
        else:
            enter(queue, cpu, unit, now)
        update_alarm(queue, now)
        return unit


@fn
def first_allowed(queue: Ptr[CpuQueue], cpu: u32,
                  aside: Ptr[SchedUnit] | None) -> Ptr[SchedUnit] | None:
    """The first of the queue that this CPU may run, without `aside`."""
    unit = queue.first
    while unit is not None:
        if may_run(unit, cpu) and (aside is None or aside != unit):
            return unit
        unit = unit.next
    return None


@fn
def enter(queue: Ptr[CpuQueue], cpu: u32, unit: Ptr[SchedUnit], now: u64) -> None:
    """Put a waiting vCPU on this CPU."""
    vcpu = vcpu_of(unit)
    take(queue, unit)
    change_state(vcpu, VcpuState.RUNNABLE, VcpuState.RUNNING)
    unit.place = Place.ON_CPU
    unit.saved.store(0, Order.RELAXED)
    unit.started = now
    unit.yields = False
    account(unit, Runstate.RUNNING, now)
    vcpu.cpu = cpu
    queue.current = unit
    queue.slice_end = now + slice_ticks
    queue.switches += 1


@fn
def sched_switched_out(vcpu: Ptr[Vcpu]) -> None:
    """The context of a vCPU that `schedule` took off this CPU is in memory: others may run it."""
    unit = addr_of(vcpu.sched)
    unit.saved.store(1, Order.SEQ_CST)
    home = unit.home.load(Order.RELAXED)
    if not may_run(unit, home):
        relocate(unit)
    elif idle_cpus.load(Order.SEQ_CST) & unit.affinity != 0:
        if kind == SchedKind.FAIR and queues[home].waiting.load(Order.SEQ_CST) != 0:
            spread(home)


@fn
def sched_may_idle(cpu: u32) -> bool:
    """Whether this CPU, for which `schedule` found nothing, may sleep until an interrupt; else
    something it did since then (`sched_switched_out`, `wake`) has given it a vCPU, without a kick:
    call `schedule` again.  With interrupts masked until it sleeps."""
    return idle_cpus.load(Order.SEQ_CST) & bit_of(cpu) != 0


# Last, since the machine behind it calls what is above.
from wrought.hv.machine import guest  # noqa: E402
