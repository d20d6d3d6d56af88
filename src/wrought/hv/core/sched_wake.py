"""Blocking, waking and yielding, from any CPU.

An event that comes between a vCPU's last look and its sleep is not lost: the vCPU first enters
BLOCKED, then looks for what is pending; whoever wakes it first makes that known, then looks at
the state.
"""

from __future__ import annotations

from wrought.hv.core.domain import WORK_RESCHEDULE, Vcpu, VcpuState
from wrought.hv.core.sched_balance import call_out, claim, idle_cpus, nudge, spread
from wrought.hv.core.sched_queue import (
    CpuQueue,
    account,
    adapt,
    before,
    cpus,
    insert,
    kind,
    later_of,
    lock_home,
    queues,
    slice_ticks,
    slice_virtual,
)
from wrought.hv.core.sched_time import exhausted, forget, has_cpu_alone, park, sleep
from wrought.hv.core.sched_types import Place, Runstate, SchedKind, SchedUnit
from wrought.hv.machine import cpu as machine
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, fence
from wrought.lang.core.scalars import Ptr, u8, u64


@fn
def change_state(vcpu: Ptr[Vcpu], old: VcpuState, new: VcpuState) -> bool:
    """From one state to another; False where it is in a third."""
    _, changed = vcpu.state.compare_exchange(u8(old), u8(new), Order.SEQ_CST)
    return changed


@fn(inline=True)
def is_in(vcpu: Ptr[Vcpu], state: VcpuState) -> bool:
    """Whether it is in that state just now."""
    return vcpu.state.load(Order.SEQ_CST) == u8(state)


@fn
def alone(vcpu: Ptr[Vcpu]) -> bool:
    """Whether no other vCPU could want its CPU: it may wait for interrupts in hardware.  When that
    ends, the CPU is kicked."""
    return vcpu.sched.cap == 0 and has_cpu_alone(
        addr_of(queues[vcpu.sched.home.load(Order.RELAXED)]))


@fn
def yield_cpu(vcpu: Ptr[Vcpu]) -> None:
    """Let others run that want to; for the vCPU that runs here."""
    if not alone(vcpu):
        vcpu.sched.yields = True
        vcpu.work.or_(WORK_RESCHEDULE, Order.RELAXED)


@fn
def wake(vcpu: Ptr[Vcpu]) -> None:
    """End the sleep of a blocked vCPU; call it after making known what it is woken for.  From any
    CPU."""
    fence(Order.SEQ_CST)
    if is_in(vcpu, VcpuState.BLOCKED):
        wake_blocked(vcpu)


@fn
def wake_blocked(vcpu: Ptr[Vcpu]) -> None:
    """The rest of `wake`, unless another CPU was faster."""
    unit = addr_of(vcpu.sched)
    queue = lock_home(unit)
    cpu = unit.home.load(Order.RELAXED)
    more = False
    if change_state(vcpu, VcpuState.BLOCKED, VcpuState.RUNNABLE):
        forget(queue, unit)
        more = arrive(queue, unit)
    queue.lock.__exit__()
    if more:
        spread(cpu)


@fn
def arrive(queue: Ptr[CpuQueue], unit: Ptr[SchedUnit]) -> bool:
    """Let a runnable vCPU wait in its locked queue, if nothing holds it back, and tell the CPU;
    whether the caller is to `spread` after unlocking."""
    # ON_CPU: it was blocked or paused a moment ago, and its CPU has not yet given it up.
    if unit.place != Place.OUT or unit.pauses.load(Order.RELAXED) != 0:
        return False
    now = machine.now()
    account(unit, Runstate.RUNNABLE, now)
    if now - unit.left > slice_ticks:
        unit.virtual = later_of(unit.virtual, least_floor(unit.virtual) - slice_virtual())
    adapt(queue, unit, slice_virtual(), now)
    if exhausted(unit, now):
        park(queue, unit)
    else:
        insert(queue, unit)
    return tell(queue, unit)


@fn
def least_floor(otherwise: u64) -> u64:
    """The virtual time that the busy CPU furthest behind has come to."""
    best = otherwise
    found = False
    for cpu in range(cpus):
        queue = addr_of(queues[cpu])
        if queue.waiting.load(Order.RELAXED) != 0:
            floor = queue.floor.load(Order.RELAXED)
            if not found or before(floor, best):
                best = floor
                found = True
    return best


@fn
def tell(queue: Ptr[CpuQueue], unit: Ptr[SchedUnit]) -> bool:
    """Have some CPU look at a vCPU that came to wait; as `arrive`."""
    home = unit.home.load(Order.RELAXED)
    if claim(home):
        call_out(home)
        return False
    if kind == SchedKind.NULL:
        return False
    if idle_cpus.load(Order.SEQ_CST) & unit.affinity != 0:
        return True
    current = queue.current
    if current is not None:
        lead = slice_virtual() // 8
        if not queue.sliced or before(unit.virtual + lead, current.virtual):
            nudge(queue)
    return False


@fn
def sched_sleep_until(vcpu: Ptr[Vcpu], deadline: u64) -> None:
    """Wake the vCPU at counter value `deadline` if it is blocked then; NEVER for not at all.  For
    the vCPU that runs here, before `block`; it holds for one sleep."""
    unit = addr_of(vcpu.sched)
    queue = lock_home(unit)
    sleep(queue, unit, deadline)
    queue.lock.__exit__()
