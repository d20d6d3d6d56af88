"""The virtual timer, left to the hardware: the guest programs it without an exit, and its
interrupt costs one.

The physical interrupt stays active from the moment EL2 has taken it until the guest ends the
virtual one, which the list register ties to it; so it cannot come twice.  The virtual interrupt
controller moves that active state with the vCPU, for while the vCPU does not run, the physical
interrupt is another's: `vgic_load` comes before `vtimer_load`, `vtimer_save` before `vgic_save`.
"""

from __future__ import annotations

from wrought.hv.a64.state import arch
from wrought.hv.core.domain import Vcpu
from wrought.hv.drivers.gic.lists import host_set_active
from wrought.hv.machine import guest
from wrought.hv.machine.cpu import now
from wrought.hv.vdev.vgic_banks import is_here
from wrought.hv.vdev.vgic_init import vgic_map_hw
from wrought.hv.vdev.vtimer_host import timer_interrupts
from wrought.hv.vdev.vtimer_physical import (
    ptimer_deadline,
    ptimer_expired,
    ptimer_read,
    ptimer_write,
)
from wrought.hv.vdev.vtimer_types import VTimer
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, zeroed
from wrought.lang.core.scalars import Ptr, u64
from wrought.lang.core.sysreg import CNTV_CTL_EL0, CNTV_CVAL_EL0, CNTVOFF_EL2

__all__ = ["ptimer_read", "ptimer_write"]

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
    """A vCPU's timers as at reset: before its first run, and before each later start.  All vCPUs
    of a domain have the same offset.  After `vgic_init_vcpu`."""
    timer = timer_of(vcpu)
    assert not timer.loaded, "a vCPU that is loaded can't be reset"
    timer[0] = zeroed(VTimer)
    timer.offset = offset
    vgic_map_hw(vcpu, VIRTUAL_PPI, timer_interrupts.virtual)


@fn(inline=True)
def vtimer_load(vcpu: Ptr[Vcpu]) -> None:
    """Switch in: its virtual timer is this CPU's.  In effect at the latest with the ERET."""
    timer = timer_of(vcpu)
    CNTVOFF_EL2.write(timer.offset)
    CNTV_CVAL_EL0.write(timer.cval)
    CNTV_CTL_EL0.write(timer.ctl)
    timer.loaded = True


@fn(inline=True)
def vtimer_save(vcpu: Ptr[Vcpu]) -> None:
    """Switch out: the timer is off, and its interrupt no longer pending."""
    timer = timer_of(vcpu)
    timer.ctl = u64(CNTV_CTL_EL0.read()) & (ENABLE | IMASK)
    timer.cval = u64(CNTV_CVAL_EL0.read())
    CNTV_CTL_EL0.write(0)
    timer.loaded = False


@fn(inline=True)
def vtimer_interrupt(vcpu: Ptr[Vcpu]) -> None:
    """The physical interrupt came, its priority was dropped: give it to the vCPU whose timer is
    loaded.  The guest's end of interrupt ends the physical one too."""
    guest.raise_interrupt(vcpu, VIRTUAL_PPI)


@fn
def vtimer_deadline(vcpu: Ptr[Vcpu]) -> u64:
    """When the virtual timer of a vCPU that is not loaded fires, in the machine's ticks; NEVER
    where it is off, where the guest still has its interrupt, or where hardware sees to it."""
    timer = timer_of(vcpu)
    if timer.loaded or timer.ctl & (ENABLE | IMASK) != ENABLE:
        return NEVER
    if arch(vcpu).vgic.own.fired.load(Order.RELAXED) >> VIRTUAL_PPI & 1 != 0:
        return NEVER
    deadline = timer.cval + timer.offset
    # A comparator so far ahead that the machine's counter never gets there.
    return NEVER if deadline < timer.cval else deadline


@fn
def next_deadline(vcpu: Ptr[Vcpu]) -> u64:
    """When EL2's alarm has to ring for this vCPU's timers, in the machine's ticks, or NEVER."""
    return min(vtimer_deadline(vcpu), ptimer_deadline(timer_of(vcpu)))


@fn
def timers_expired(vcpu: Ptr[Vcpu]) -> None:
    """Give the vCPU the interrupts that are due; raising one wakes it.  For when the alarm rang,
    and before `vgic_load` of a vCPU whose timer is due: that saves an exit right behind it."""
    timer = timer_of(vcpu)
    time = now()
    if vtimer_deadline(vcpu) <= time:
        # As if the physical interrupt had come: `vgic_load` makes it active, or it is done here.
        if is_here(addr_of(arch(vcpu).vgic)):
            host_set_active(timer_interrupts.virtual)
        guest.raise_interrupt(vcpu, VIRTUAL_PPI)
    ptimer_expired(vcpu, timer, time)


@fn
def sleep_deadline(vcpu: Ptr[Vcpu]) -> u64:
    """Before the vCPU that is loaded here goes to sleep: give it what is due, and tell when one
    of its timers fires next, in the machine's ticks, or NEVER.  The timer stays loaded."""
    timer = timer_of(vcpu)
    timer.ctl = u64(CNTV_CTL_EL0.read()) & (ENABLE | IMASK)
    timer.cval = u64(CNTV_CVAL_EL0.read())
    timer.loaded = False
    timers_expired(vcpu)
    deadline = next_deadline(vcpu)
    timer.loaded = True
    return deadline
