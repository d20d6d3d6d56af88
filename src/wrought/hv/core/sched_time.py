"""What the schedulers do at a time: caps, deadlines of blocked vCPUs, the alarm of each CPU.

A cap is a budget for each period of 100 ms; a vCPU that has used it up is parked until the next
one.  What it ran too long is taken off the next budget, so the cap holds exactly over time.
"""

from __future__ import annotations

from wrought.hv.core.sched_queue import CpuQueue, adapt, insert, kind, overcommitted, slice_virtual
from wrought.hv.core.sched_types import NEVER, Place, SchedKind, SchedUnit
from wrought.hv.machine import cpu as machine
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, u64
from wrought.lang.core.static import static

PERIOD = 100_000_000
"""Nanoseconds of a cap's period."""

period_ticks = static(u64)


@fn
def reset_periods() -> None:
    """Work out the period in ticks, once at boot."""
    global period_ticks
    period_ticks = max(machine.ticks_of(PERIOD), 100)


@fn(inline=True)
def allowance(unit: Ptr[SchedUnit]) -> u64:
    """Ticks that it may run in a period."""
    return period_ticks // 100 * u64(unit.cap)


@fn
def refill(unit: Ptr[SchedUnit], now: u64) -> None:
    """Begin the period that `now` is in."""
    passed = (now - unit.period) // period_ticks
    if passed != 0:
        unit.period += passed * period_ticks
        paid = passed * allowance(unit)
        unit.used = unit.used - paid if unit.used > paid else 0


@fn
def exhausted(unit: Ptr[SchedUnit], now: u64) -> bool:
    """Whether it has to wait for its next period."""
    if unit.cap == 0:
        return False
    refill(unit, now)
    return unit.used >= allowance(unit)


@fn
def park(queue: Ptr[CpuQueue], unit: Ptr[SchedUnit]) -> None:
    """Let an exhausted one wait for its next period."""
    unit.place = Place.PARKED
    unit.release = unit.period + period_ticks
    at = queue.parked
    if at is None or unit.release < at.release:
        unit.next = at
        queue.parked = unit
        return
    ahead: Ptr[SchedUnit] = at
    following = at.next
    while following is not None and following.release <= unit.release:
        ahead = following
        following = ahead.next
    unit.next = following
    ahead.next = unit


@fn
def unpark(queue: Ptr[CpuQueue], unit: Ptr[SchedUnit]) -> None:
    """Take a parked one out of the list."""
    at = queue.parked
    if at is not None and at == unit:
        queue.parked = unit.next
    else:
        while at is not None:
            following = at.next
            if following is not None and following == unit:
                at.next = unit.next
                break
            at = following
    unit.next = None
    unit.place = Place.OUT


@fn
def release_due(queue: Ptr[CpuQueue], now: u64) -> None:
    """Let parked ones wait for the CPU again whose period has come."""
    unit = queue.parked
    while unit is not None and unit.release <= now:
        unpark(queue, unit)
        if exhausted(unit, now):
            park(queue, unit)
        else:
            adapt(queue, unit, slice_virtual(), now)
            insert(queue, unit)
        unit = queue.parked


@fn
def sleep(queue: Ptr[CpuQueue], unit: Ptr[SchedUnit], deadline: u64) -> None:
    """Enter it among the sleepers, at most once."""
    forget(queue, unit)
    if deadline == NEVER:
        return
    unit.deadline = deadline
    at = queue.sleepers
    if at is None or deadline < at.deadline:
        unit.later = at
        queue.sleepers = unit
        return
    ahead: Ptr[SchedUnit] = at
    following = at.later
    while following is not None and following.deadline <= deadline:
        ahead = following
        following = ahead.later
    unit.later = following
    ahead.later = unit


@fn
def forget(queue: Ptr[CpuQueue], unit: Ptr[SchedUnit]) -> None:
    """Take it out of the sleepers, if it is there."""
    if unit.deadline == NEVER:
        return
    at = queue.sleepers
    if at is not None and at == unit:
        queue.sleepers = unit.later
    else:
        while at is not None:
            following = at.later
            if following is not None and following == unit:
                at.later = unit.later
                break
            at = following
    unit.later = None
    unit.deadline = NEVER


@fn
def has_cpu_alone(queue: Ptr[CpuQueue]) -> bool:
    """Whether no second vCPU could want this CPU."""
    if queue.homes > 1:
        return False
    return (kind == SchedKind.NULL or queue.allowed.load(Order.RELAXED) == 1
            or overcommitted.load(Order.RELAXED) == 0)


@fn
def next_event(queue: Ptr[CpuQueue], now: u64) -> u64:
    """When this CPU has to look at its queue again; notes whether the slice ends."""
    at: u64 = NEVER
    queue.sliced = False
    current = queue.current
    if current is not None:
        if kind == SchedKind.FAIR and not has_cpu_alone(queue):
            queue.sliced = True
            at = queue.slice_end
        if current.cap != 0:
            budget = allowance(current)
            # Where it is used up, a time that is past for every reader of the clock.
            at = min(at, now + budget - current.used if current.used < budget else 0)
    sleeper = queue.sleepers
    if sleeper is not None:
        at = min(at, sleeper.deadline)
    parked = queue.parked
    if parked is not None:
        at = min(at, parked.release)
    return at


@fn
def update_alarm(queue: Ptr[CpuQueue], now: u64) -> None:
    """Set this CPU's alarm; for the queue's own CPU only."""
    at = next_event(queue, now)
    if at != queue.alarm:
        queue.alarm = at
        machine.set_alarm(at)
