"""EL2's timer has fired: emulated timers first, then the scheduler."""

from __future__ import annotations

from wrought.hv.a64.context import current
from wrought.hv.a64.cpu import (
    NEVER,
    arm,
    chore_alarm,
    now,
    scheduler_alarm,
    set_guest_alarm,
    watchdog_alarm,
)
from wrought.hv.core.domain import WORK_RESCHEDULE, Vcpu
from wrought.hv.core.sched import sched_tick
from wrought.hv.core.watchdog import watchdogs_check
from wrought.hv.machine.cpu import cpu_number
from wrought.hv.vdev.vtimer import next_deadline, timers_expired
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr


@fn
def alarm_rang() -> None:
    """Do what is due, and set the alarm anew."""
    global scheduler_alarm, chore_alarm, watchdog_alarm
    vcpu = current
    if vcpu is not None:
        timers_expired(vcpu)
        set_guest_alarm(next_deadline(vcpu))
    time = now()
    if chore_alarm <= time:
        chore_alarm = NEVER
        if vcpu is not None:
            vcpu.work.or_(WORK_RESCHEDULE, Order.RELAXED)
    if watchdog_alarm <= time:
        watchdog_alarm = watchdogs_check(time)
    if scheduler_alarm <= time:
        sched_tick(cpu_number())
        # A slice or budget that is over: the scheduler has asked for a switch, and sets the next
        # alarm with it.  A sleeper whose time came since is after `time`, and its alarm stays.
        if scheduler_alarm <= time:
            scheduler_alarm = NEVER
    arm()


@fn
def guest_timer_changed(vcpu: Ptr[Vcpu]) -> None:
    """The guest that runs here has programmed its emulated timer."""
    set_guest_alarm(next_deadline(vcpu))
