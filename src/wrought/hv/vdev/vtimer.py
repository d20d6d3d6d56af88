"""The virtual timer, left to the hardware: the guest programs it without an exit, and its
interrupt costs one.

The physical interrupt stays active from the moment EL2 has taken it until the guest ends the
virtual one, which the list register ties to it; so it cannot come twice.  While a vCPU does not
run, that active state is kept here, for the interrupt is then another vCPU's.
"""

from __future__ import annotations

from wrought.hv.a64.state import arch
from wrought.hv.core.domain import Vcpu
from wrought.hv.drivers.gic import host
from wrought.hv.drivers.gic.lists import host_clear_active, host_set_active
from wrought.hv.machine.cpu import now
from wrought.hv.machine.guest import raise_interrupt
from wrought.hv.vdev.vtimer_host import timer_interrupts
from wrought.hv.vdev.vtimer_physical import ptimer_deadline, ptimer_expired
from wrought.hv.vdev.vtimer_types import VTimer
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of
from wrought.lang.core.scalars import Ptr, u64
from wrought.lang.core.sysreg import CNTV_CTL_EL0, CNTV_CVAL_EL0, CNTVOFF_EL2

VIRTUAL_PPI = 27
"""INTID of the virtual timer in guests."""
NEVER = 0xFFFF_FFFF_FFFF_FFFF
ENABLE, IMASK = 1, 2
"""CNTV_CTL_EL0 (DDI 0487, D24.10.21)."""


@fn(inline=True)
def timer_of(vcpu: Ptr[Vcpu]) -> Ptr[VTimer]:
    """A vCPU's timers."""
    return addr_of(arch(vcpu).timer)


@fn
def vtimer_init(vcpu: Ptr[Vcpu], offset: u64) -> None:
    """A vCPU's timers at reset: both off.  All vCPUs of a domain have the same offset."""
    timer = timer_of(vcpu)
    timer.offset = offset
    timer.ctl = 0
    timer.cval = 0
    timer.physical_ctl = 0
    timer.physical_cval = 0
    timer.loaded = False
    timer.injected = False
    timer.active = False
    timer.line = False


@fn(inline=True)
def vtimer_load(vcpu: Ptr[Vcpu]) -> None:
    """Switch in: its virtual timer is this CPU's.  In effect at the latest with the ERET."""
    timer = timer_of(vcpu)
    if timer.active:
        host_set_active(timer_interrupts.virtual)
        timer.active = False
    CNTVOFF_EL2.write(timer.offset)
    CNTV_CVAL_EL0.write(timer.cval)
    CNTV_CTL_EL0.write(timer.ctl)
    timer.loaded = True


@fn(inline=True)
def vtimer_save(vcpu: Ptr[Vcpu]) -> None:
    """Switch out: the timer is off and its physical interrupt free for the next vCPU."""
    timer = timer_of(vcpu)
    timer.ctl = u64(CNTV_CTL_EL0.read()) & (ENABLE | IMASK)
    timer.cval = u64(CNTV_CVAL_EL0.read())
    CNTV_CTL_EL0.write(0)
    if timer.injected:
        release_interrupt(timer)
    timer.loaded = False


@fn
def release_interrupt(timer: Ptr[VTimer]) -> None:
    """Remember whether the guest still has the interrupt, and take it off the physical one."""
    timer.active = host.is_active(timer_interrupts.virtual)
    timer.injected = timer.active
    if timer.active:
        host_clear_active(timer_interrupts.virtual)


@fn(inline=True)
def vtimer_interrupt(vcpu: Ptr[Vcpu]) -> None:
    """The physical interrupt came, its priority was dropped: give it to the vCPU whose timer is
    loaded.  The guest's end of interrupt ends the physical one too."""
    timer_of(vcpu).injected = True
    raise_interrupt(vcpu, VIRTUAL_PPI)


@fn
def vtimer_deadline(vcpu: Ptr[Vcpu]) -> u64:
    """When the virtual timer of a vCPU that is not loaded fires, in the machine's ticks; NEVER
    where it is off, where the guest still has its interrupt, or where hardware sees to it."""
    timer = timer_of(vcpu)
    if timer.loaded or timer.active or timer.ctl & (ENABLE | IMASK) != ENABLE:
        return NEVER
    deadline = timer.cval + timer.offset
    # A comparator beyond the counter's end never fires in a machine's life.
    return NEVER if deadline < timer.cval else deadline


@fn
def next_deadline(vcpu: Ptr[Vcpu]) -> u64:
    """When EL2's alarm has to ring for this vCPU's timers, in the machine's ticks, or NEVER."""
    return min(vtimer_deadline(vcpu), ptimer_deadline(timer_of(vcpu)))


@fn
def timers_expired(vcpu: Ptr[Vcpu]) -> None:
    """Give the vCPU the interrupts that are due: when the alarm rang, and before a vCPU that was
    not loaded decides to sleep.  Raising one wakes it."""
    timer = timer_of(vcpu)
    time = now()
    if vtimer_deadline(vcpu) <= time:
        # As if the physical interrupt had come: it will be active once the timer is loaded.
        timer.injected = True
        timer.active = True
        raise_interrupt(vcpu, VIRTUAL_PPI)
    ptimer_expired(vcpu, timer, time)
