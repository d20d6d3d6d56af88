"""The physical timer of guests, emulated: CNTP_TVAL_EL0, CNTP_CTL_EL0, CNTP_CVAL_EL0.

It compares with the machine's counter, which guests read without an exit (CNTPCT_EL0).
"""

from __future__ import annotations

from wrought.hv.a64.state import arch
from wrought.hv.core.domain import Vcpu
from wrought.hv.machine import guest
from wrought.hv.machine.cpu import now
from wrought.hv.vdev.vtimer_types import VTimer
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, bitcast, trunc
from wrought.lang.core.scalars import Ptr, i32, i64, u32, u64

PHYSICAL_PPI = 30
"""INTID of the non-secure physical timer in guests."""
NEVER = 0xFFFF_FFFF_FFFF_FFFF
TVAL, CTL, CVAL = 0, 1, 2
"""Registers by the op2 of their encoding, (3, 3, 14, 2, op2)."""
ENABLE, IMASK, ISTATUS = 1, 2, 4
"""CNTP_CTL_EL0 (DDI 0487, D24.10.16)."""


@fn(inline=True)
def is_due(timer: Ptr[VTimer], time: u64) -> bool:
    """The timer's condition, ISTATUS: 0 while the timer is disabled."""
    return timer.physical_ctl & ENABLE != 0 and time >= timer.physical_cval


@fn
def ptimer_read(vcpu: Ptr[Vcpu], which: u32) -> u64:
    """TVAL, CTL or CVAL as the guest reads it; zero for anything else."""
    timer = addr_of(arch(vcpu).timer)
    if which == CTL:
        return timer.physical_ctl | (ISTATUS if is_due(timer, now()) else 0)
    if which == CVAL:
        return timer.physical_cval
    return timer.physical_cval - now() & 0xFFFF_FFFF if which == TVAL else u64(0)


@fn
def ptimer_write(vcpu: Ptr[Vcpu], which: u32, value: u64) -> bool:
    """Set one of them, and the interrupt's level accordingly; whether `next_deadline` may have
    changed, so that the alarm has to be set anew."""
    timer = addr_of(arch(vcpu).timer)
    before = ptimer_deadline(timer)
    time = now()
    if which == CTL:
        timer.physical_ctl = value & (ENABLE | IMASK)
    elif which == CVAL:
        timer.physical_cval = value
    elif which == TVAL:
        timer.physical_cval = time + bitcast(u64, i64(bitcast(i32, trunc(u32, value))))
    ptimer_expired(vcpu, timer, time)
    return ptimer_deadline(timer) != before


@fn
def ptimer_deadline(timer: Ptr[VTimer]) -> u64:
    """When the level of its interrupt goes high, in the machine's ticks; NEVER where it is off
    or masked, or high already."""
    if timer.physical_ctl & (ENABLE | IMASK) != ENABLE or timer.line:
        return NEVER
    return timer.physical_cval


@fn
def ptimer_expired(vcpu: Ptr[Vcpu], timer: Ptr[VTimer], time: u64) -> None:
    """Give the level at `time` to the interrupt controller, where it has changed."""
    high = is_due(timer, time) and timer.physical_ctl & IMASK == 0
    if high != timer.line:
        timer.line = high
        guest.set_level(vcpu, PHYSICAL_PPI, high)
