"""Moving vCPUs between CPUs: no CPU is idle while one that it may run waits.

An idle CPU first sets its bit, then looks at every queue; whoever lets a vCPU wait first enters
it, then looks at the bits.  One of the two sees the other.  The bit is cleared by who claims the
CPU, moves something there and kicks it.
"""

from __future__ import annotations

from wrought.hv.core.domain import WORK_RESCHEDULE
from wrought.hv.core.sched_queue import (
    CpuQueue,
    adapt,
    before,
    bit_of,
    cpus,
    insert,
    lock_two,
    may_run,
    queues,
    rehome,
    slice_virtual,
    take,
    unlock_two,
    vcpu_of,
)
from wrought.hv.core.sched_time import forget, park, sleep, unpark
from wrought.hv.core.sched_types import NEVER, Place, SchedUnit
from wrought.hv.machine import cpu as machine
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, count_trailing_zeros, trunc
from wrought.lang.core.scalars import Atomic, Ptr, u32, u64
from wrought.lang.core.static import static

NO_CPU = 0xFFFF_FFFF

idle_cpus = static(Atomic[u64])
"""CPUs that have found nothing to do, a bit each."""


@fn
def claim(cpu: u32) -> bool:
    """Clear the idle bit; whether it was set and the caller has to see to it that the CPU looks
    at its queue."""
    bit = bit_of(cpu)
    return idle_cpus.and_(~bit, Order.SEQ_CST) & bit != 0


@fn
def call_out(cpu: u32) -> None:
    """Have a CPU look at its queue; this one does so anyway when it is idle."""
    if cpu != machine.cpu_number():
        machine.kick(cpu)


@fn
def nudge(queue: Ptr[CpuQueue]) -> None:
    """Have a locked queue's CPU reconsider what it runs."""
    current = queue.current
    if current is not None:
        vcpu = vcpu_of(current)
        vcpu.work.or_(WORK_RESCHEDULE, Order.SEQ_CST)
        call_out(current.home.load(Order.RELAXED))


@fn
def least_used(affinity: u64) -> u32:
    """The allowed CPU where the fewest vCPUs belong."""
    best: u32 = NO_CPU
    for cpu in range(cpus):
        if affinity & bit_of(cpu) != 0:
            if best == NO_CPU or queues[cpu].homes < queues[best].homes:
                best = cpu
    return best


@fn
def movable(queue: Ptr[CpuQueue], mask: u64) -> Ptr[SchedUnit] | None:
    """The first waiting vCPU that may run on a CPU of `mask` and has left its last one."""
    unit = queue.first
    while unit is not None:
        if unit.affinity & mask != 0 and unit.saved.load(Order.SEQ_CST) != 0:
            return unit
        unit = unit.next
    return None


@fn
def move(unit: Ptr[SchedUnit], source: u32, to: u32) -> None:
    """Make a waiting vCPU wait at another CPU; both queues are locked."""
    take(addr_of(queues[source]), unit)
    rehome(unit, to)
    adapt(addr_of(queues[to]), unit, 8 * slice_virtual(), machine.now())
    insert(addr_of(queues[to]), unit)
    queues[to].steals += 1


@fn
def steal(source: u32, to: u32, whatever: bool, limit: u64) -> bool:
    """Move the first vCPU that waits at `source` and may run on `to`; unless `whatever`, only one
    of a virtual time before `limit`."""
    lock_two(source, to)
    unit = movable(addr_of(queues[source]), bit_of(to))
    moved = False
    if unit is not None and (whatever or before(unit.virtual, limit)):
        move(unit, source, to)
        moved = True
    unlock_two(source, to)
    return moved


@fn
def most_behind(cpu: u32, tried: u64, whatever: bool, limit: u64) -> u32:
    """The CPU where the waiting vCPU of the smallest virtual time is, or NO_CPU."""
    best: u32 = NO_CPU
    for other in range(cpus):
        if tried & bit_of(other) == 0 and queues[other].waiting.load(Order.SEQ_CST) != 0:
            head = queues[other].head.load(Order.RELAXED)
            if whatever or before(head, limit):
                if best == NO_CPU or before(head, queues[best].head.load(Order.RELAXED)):
                    best = other
    return best


@fn
def pull(cpu: u32, whatever: bool, limit: u64) -> bool:
    """Get a vCPU from another CPU's queue into this one's: any, or only one that is behind virtual
    time `limit`."""
    tried = bit_of(cpu)
    while True:
        other = most_behind(cpu, tried, whatever, limit)
        if other == NO_CPU:
            return False
        if steal(other, cpu, whatever, limit):
            return True
        tried |= bit_of(other)


@fn
def spread(cpu: u32) -> None:
    """Give what waits at a CPU to idle ones."""
    queue = addr_of(queues[cpu])
    for _ in range(cpus):
        idle = idle_cpus.load(Order.SEQ_CST) & ~bit_of(cpu)
        if idle == 0:
            return
        mask: u64 = 0
        with queue.lock:
            unit = movable(queue, idle)
            if unit is not None:
                mask = unit.affinity & idle
        if mask == 0:
            return
        target = trunc(u32, count_trailing_zeros(mask))
        if claim(target):
            steal(cpu, target, True, 0)
            call_out(target)


@fn
def relocate(unit: Ptr[SchedUnit]) -> None:
    """Bring a vCPU that has left its CPU to one that its affinity allows."""
    source = unit.home.load(Order.RELAXED)
    to = least_used(unit.affinity)
    if to == NO_CPU or may_run(unit, source):
        return
    lock_two(source, to)
    stale = unit.home.load(Order.RELAXED) != source or not may_run(unit, to)
    if not stale and unit.place != Place.ON_CPU and unit.saved.load(Order.SEQ_CST) != 0:
        transplant(unit, source, to)
        claim(to)
        call_out(to)
        nudge(addr_of(queues[to]))
    unlock_two(source, to)


@fn
def transplant(unit: Ptr[SchedUnit], source: u32, to: u32) -> None:
    """Move it with its deadline, whatever it waits for; both queues are locked."""
    old = addr_of(queues[source])
    new = addr_of(queues[to])
    deadline = unit.deadline
    forget(old, unit)
    if unit.place == Place.WAITING:
        move(unit, source, to)
    elif unit.place == Place.PARKED:
        unpark(old, unit)
        rehome(unit, to)
        park(new, unit)
    else:
        rehome(unit, to)
    if deadline != NEVER:
        sleep(new, unit, deadline)
