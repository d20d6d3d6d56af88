"""What a CPU does between two runs of guests: pending work, switching, idling."""

from __future__ import annotations

from wrought.hv.a64.context import choose_traps, context_load, context_save
from wrought.hv.a64.cpu import frequency, interrupt_waits, now, set_chore_alarm
from wrought.hv.a64.irq import take
from wrought.hv.a64.restart import housekeeping
from wrought.hv.core.domain import (
    WORK_CONTINUE,
    WORK_RESCHEDULE,
    Vcpu,
    VcpuState,
)
from wrought.hv.core.life import dying
from wrought.hv.core.sched import (
    sched_may_idle,
    sched_sleep_until,
    sched_switched_out,
    schedule,
    wake,
)
from wrought.hv.drivers.gic.host import acknowledge, gic
from wrought.hv.machine.cpu import cpu_number
from wrought.hv.vdev.vgic import vgic_flush, vgic_pending, vgic_sync
from wrought.hv.vdev.vtimer import sleep_deadline
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import wfi
from wrought.lang.core.scalars import Ptr, u8, u64

HVC_BYTES = 4
LOOKS = 100
"""Times a second that a CPU with a GICv2 leaves its guest.  QEMU's model of it (7.2) does not look
again at a level that rose before a guest's end of interrupt deactivated it, as the timer's does
when its next time has passed already; any other change at the distributor makes it look."""
CHORES = 2000
"""Steps a second that are done for domains that have ended, while guests are busy."""


@fn
def work(vcpu: Ptr[Vcpu]) -> Ptr[Vcpu]:
    """Before a guest runs on: its pending work, another vCPU's turn.  Gives who runs next."""
    running = vcpu
    todo = running.work.swap(0, Order.ACQUIRE)
    if todo & WORK_CONTINUE != 0:
        running.regs.pc -= HVC_BYTES
    while todo != 0:
        if todo & WORK_RESCHEDULE != 0 or not is_running(running):
            running = next_vcpu(running)
            choose_traps(running)
        # The list registers may have been another's a moment ago.
        vgic_flush(running)
        todo = running.work.swap(0, Order.ACQUIRE)
        # Other vCPUs of its domain may give it work without end: not at the cost of this CPU.
        if todo != 0 and interrupt_waits():
            take(acknowledge())
            todo |= running.work.swap(0, Order.ACQUIRE)
    return running


@fn
def is_running(vcpu: Ptr[Vcpu]) -> bool:
    """Whether nobody has switched it off."""
    return vcpu.state.load(Order.ACQUIRE) == u8(VcpuState.RUNNING)


@fn
def next_vcpu(vcpu: Ptr[Vcpu] | None) -> Ptr[Vcpu]:
    """The vCPU whose turn it is, its state in the registers; waits until there is one."""
    cpu = cpu_number()
    more = housekeeping()
    if vcpu is not None and vcpu.state.load(Order.ACQUIRE) == u8(VcpuState.BLOCKED):
        set_sleep(vcpu)
    chosen = schedule(cpu, vcpu)
    if vcpu is not None:
        if chosen is not None and u64(chosen) == u64(vcpu):
            plan_chores(more or dying.load(Order.RELAXED) != 0)
            return vcpu
        context_save(vcpu)
        sched_switched_out(vcpu)
    while chosen is None:
        if not housekeeping() and sched_may_idle(cpu):
            wfi()
        take(acknowledge())
        chosen = schedule(cpu, None)
    plan_chores(more or dying.load(Order.RELAXED) != 0)
    context_load(chosen)
    return chosen


@fn
def set_sleep(vcpu: Ptr[Vcpu]) -> None:
    """A vCPU that goes to sleep here wakes for its timers, which hardware no longer counts."""
    # Whether the guest has ended its timer's interrupt is in the list registers.
    vgic_sync(vcpu)
    already = vgic_pending(vcpu)
    deadline = sleep_deadline(vcpu)
    if deadline < vcpu.sched.deadline:
        sched_sleep_until(vcpu, deadline)
    # A timer that came due since `block` looked.
    if not already and vgic_pending(vcpu):
        wake(vcpu)


@fn
def plan_chores(more: bool) -> None:
    """Come back soon where there is more to do than running guests, and on a GICv2 now and then:
    see `LOOKS`."""
    if more:
        set_chore_alarm(now() + frequency() // CHORES)
    elif gic.version == 2:
        set_chore_alarm(now() + frequency() // LOOKS)
