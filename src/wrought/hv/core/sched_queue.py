"""Run queues of physical CPUs, ordered by virtual time, and who belongs to which.

A vCPU's virtual time grows while it runs, the faster the smaller its weight; the smallest runs
next.  It is compared between queues as well, which makes shares fair over all CPUs.  Where it
enters a queue it is brought to within LAG of what runs there, so that whoever had a CPU alone, or
slept, neither starves nor is starved.
"""

from __future__ import annotations

from wrought.hv.core.domain import Vcpu
from wrought.hv.core.runstate import runstate_changed
from wrought.hv.core.sched_types import (
    DEFAULT_WEIGHT,
    NEVER,
    Place,
    Runstate,
    SchedKind,
    SchedUnit,
)
from wrought.hv.machine import cpu as machine
from wrought.lang.core.atomics import Order
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, offsetof, zeroed
from wrought.lang.core.scalars import Array, Atomic, Ptr, i64, u8, u32, u64
from wrought.lang.core.static import static
from wrought.rt.lock import TicketLock

FACTOR = 1024
"""Virtual time of a tick at DEFAULT_WEIGHT."""
LONGEST = 1 << 36
"""Ticks that are charged at once, at most: nothing overflows."""


@struct(align=64)
class CpuQueue:
    """What a physical CPU runs, and what waits for it."""

    lock: TicketLock
    current: Ptr[SchedUnit] | None
    waiting: Atomic[u32]
    """Length of `first`'s list; read without the lock too."""
    homes: u32
    """vCPUs that belong here, in whatever state."""
    allowed: Atomic[u32]
    """vCPUs whose affinity includes this CPU."""
    first: Ptr[SchedUnit] | None
    """Waiting ones by virtual time."""
    sleepers: Ptr[SchedUnit] | None
    """Blocked ones with a deadline, the soonest first."""
    parked: Ptr[SchedUnit] | None
    """Capped ones, the soonest release first."""
    head: Atomic[u64]
    """Virtual time of `first`, for other CPUs to read."""
    floor: Atomic[u64]
    """Virtual time that this CPU has come to; never goes back."""
    slice_end: u64
    sliced: bool
    """The alarm ends the slice of what runs: whoever comes need not be told."""
    alarm: u64
    """As it was set last."""
    switches: u64
    steals: u64


queues = static(Array[CpuQueue, machine.MAX_CPUS])
kind = static(SchedKind)
cpus = static(u32)
slice_ticks = static(u64)
"""Length of a time slice."""
overcommitted = static(Atomic[u32])
"""CPUs with more than one vCPU."""


@unsafe
@fn(inline=True)
def vcpu_of(unit: Ptr[SchedUnit]) -> Ptr[Vcpu]:
    """The vCPU whose unit this is."""
    # SAFETY: every SchedUnit is the field of a Vcpu.
    return Ptr[Vcpu](bitcast(u64, unit) - offsetof(Vcpu, "sched"))


@fn(inline=True)
def slice_virtual() -> u64:
    """A slice in virtual time."""
    return slice_ticks * FACTOR


@fn(inline=True)
def before(a: u64, b: u64) -> bool:
    """Whether virtual time `a` is before `b`; they wrap around."""
    return bitcast(i64, a - b) < 0


@fn
def later_of(a: u64, b: u64) -> u64:
    """The later of two virtual times."""
    return b if before(a, b) else a


@fn(inline=True)
def bit_of(cpu: u32) -> u64:
    """A CPU as a mask."""
    return u64(1) << u64(cpu & 63)


@fn(inline=True)
def all_cpus() -> u64:
    """All CPUs there are as a mask."""
    return u64(0xFFFF_FFFF_FFFF_FFFF) >> u64((64 - cpus) & 63)


@fn(inline=True)
def may_run(unit: Ptr[SchedUnit], cpu: u32) -> bool:
    """Whether its affinity includes that CPU."""
    return unit.affinity & bit_of(cpu) != 0


@fn
def lock_home(unit: Ptr[SchedUnit]) -> Ptr[CpuQueue]:
    """Lock the queue that it belongs to; the caller owes `lock.__exit__()`."""
    while True:
        cpu = unit.home.load(Order.RELAXED)
        queue = addr_of(queues[cpu])
        queue.lock.__enter__()
        if unit.home.load(Order.RELAXED) == cpu:
            return queue
        queue.lock.__exit__()


@fn
def lock_two(a: u32, b: u32) -> None:
    """Lock two CPUs' queues, always in the same order."""
    queues[min(a, b)].lock.__enter__()
    queues[max(a, b)].lock.__enter__()


@fn
def unlock_two(a: u32, b: u32) -> None:
    """Undo `lock_two`."""
    queues[max(a, b)].lock.__exit__()
    queues[min(a, b)].lock.__exit__()


@fn
def publish(queue: Ptr[CpuQueue], change: i64) -> None:
    """Tell other CPUs of the run queue's new length and head."""
    head = queue.first
    if head is not None:
        queue.head.store(head.virtual, Order.RELAXED)
    length = queue.waiting.load(Order.RELAXED)
    # The order matters to idle CPUs: they set their bit, then read this (sched_balance).
    queue.waiting.store(length + 1 if change > 0 else length - 1, Order.SEQ_CST)


@fn
def insert(queue: Ptr[CpuQueue], unit: Ptr[SchedUnit]) -> None:
    """Put it among the waiting ones, behind those of the same virtual time."""
    unit.place = Place.WAITING
    virtual = unit.virtual
    at = queue.first
    if at is None or before(virtual, at.virtual):
        unit.next = at
        queue.first = unit
    else:
        ahead: Ptr[SchedUnit] = at
        following = at.next
        while following is not None and not before(virtual, following.virtual):
            ahead = following
            following = ahead.next
        unit.next = following
        ahead.next = unit
    publish(queue, 1)


@fn
def take(queue: Ptr[CpuQueue], unit: Ptr[SchedUnit]) -> None:
    """Take a waiting one out."""
    at = queue.first
    if at is not None and at == unit:
        queue.first = unit.next
    else:
        while at is not None:
            following = at.next
            if following is not None and following == unit:
                at.next = unit.next
                break
            at = following
    unit.next = None
    unit.place = Place.OUT
    publish(queue, -1)


@fn
def rehome(unit: Ptr[SchedUnit], cpu: u32) -> None:
    """Make it belong to another CPU; both queues are locked, and it is in neither."""
    unsettle(unit)
    settle(unit, cpu)


@fn
def unsettle(unit: Ptr[SchedUnit]) -> None:
    """It no longer belongs to its CPU; the queue is locked."""
    queue = addr_of(queues[unit.home.load(Order.RELAXED)])
    queue.homes -= 1
    if queue.homes == 1:
        overcommitted.sub(1, Order.RELAXED)


@fn
def settle(unit: Ptr[SchedUnit], cpu: u32) -> None:
    """Make it belong to a CPU; the queue is locked."""
    unit.home.store(cpu, Order.RELAXED)
    queue = addr_of(queues[cpu])
    queue.homes += 1
    if queue.homes == 2:
        overcommitted.add(1, Order.RELAXED)


@fn
def adapt(queue: Ptr[CpuQueue], unit: Ptr[SchedUnit], credit: u64, now: u64) -> None:
    """Bring its virtual time to within `credit` before and 8 slices after what the CPU has come
    to."""
    current = queue.current
    if current is not None:
        charge(queue, current, now)
    floor = queue.floor.load(Order.RELAXED)
    unit.virtual = later_of(unit.virtual, floor - credit)
    latest = floor + 8 * slice_virtual()
    if current is None and queue.first is None:
        if before(floor, unit.virtual):
            queue.floor.store(unit.virtual, Order.RELAXED)
    elif before(latest, unit.virtual):
        unit.virtual = latest


@fn
def charge(queue: Ptr[CpuQueue], unit: Ptr[SchedUnit], now: u64) -> None:
    """Count the time that it ran until `now`."""
    if before(now, unit.started):
        return
    ran = min(now - unit.started, LONGEST)
    unit.started = now
    unit.used += ran
    unit.virtual += ran * unit.factor
    lowest = unit.virtual
    head = queue.first
    if head is not None and before(head.virtual, lowest):
        lowest = head.virtual
    queue.floor.store(later_of(queue.floor.load(Order.RELAXED), lowest), Order.RELAXED)


@fn
def set_weight(unit: Ptr[SchedUnit], weight: u32) -> None:
    """Share of the time against others'; 0 for the default."""
    unit.weight = DEFAULT_WEIGHT if weight == 0 else weight
    unit.factor = max(u64(FACTOR * DEFAULT_WEIGHT) // u64(unit.weight), 1)


@fn
def account(unit: Ptr[SchedUnit], new: Runstate, now: u64) -> None:
    """Book the time since the last change of its run state."""
    old = u8(unit.runstate)
    unit.times[old & 3] += now - unit.since
    unit.runstate = new
    unit.since = now
    runstate_changed(vcpu_of(unit))


@fn
def reset_queues(chosen: SchedKind, count: u32) -> None:
    """Start with empty queues."""
    global kind, cpus
    kind = chosen
    cpus = min(count, machine.MAX_CPUS)
    overcommitted.store(0, Order.RELAXED)
    for cpu in range(machine.MAX_CPUS):
        queues[cpu] = zeroed(CpuQueue)
        queues[cpu].alarm = NEVER


@fn
def set_slice(ticks: u64) -> None:
    """Length of a time slice."""
    global slice_ticks
    slice_ticks = max(ticks, 8)
