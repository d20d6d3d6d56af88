"""Guests about the virtual timer, which is the CPU's, and the physical one, which is emulated."""

from __future__ import annotations

from wrought.hv.guest import gic
from wrought.hv.guest.board import board
from wrought.hv.guest.interrupts import await_interrupt, came, sleep_until, unmask
from wrought.hv.guest.report import check, expect, finish
from wrought.hv.guest.timer import (
    ENABLE,
    IMASK,
    ISTATUS,
    arm_physical,
    arm_virtual,
    delay,
    milliseconds,
    now,
    physical_now,
    stop_physical,
    stop_virtual,
)
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import bitcast, isb
from wrought.lang.core.scalars import Never, i64, u64
from wrought.lang.core.sysreg import (
    CNTFRQ_EL0,
    CNTP_CTL_EL0,
    CNTP_CVAL_EL0,
    CNTP_TVAL_EL0,
    CNTV_CTL_EL0,
    CNTV_CVAL_EL0,
    CNTV_TVAL_EL0,
)


@fn
def counters() -> Never:
    """Both counters run, forward, at the same speed."""
    check(u64(CNTFRQ_EL0.read()) >= 1_000_000, b"frequency below 1 MHz")
    virtual, physical = now(), physical_now()
    last = virtual
    for _ in range(u64(1000)):
        this = now()
        check(this >= last, b"the virtual counter went back")
        last = this
    delay(milliseconds(5))
    by_virtual, by_physical = now() - virtual, physical_now() - physical
    check(by_virtual >= milliseconds(5), b"the delay was too short")
    check(by_physical >= by_virtual, b"the physical counter is slower")
    check(by_physical - by_virtual < milliseconds(5), b"the counters drift apart")
    finish(b"counters")


@fn
def virtual_timer() -> Never:
    """Fires not early, once; past times fire at once; masked and disabled ones never."""
    gic.enable(board.virtual_timer)
    unmask()
    for i in range(u64(4)):
        when = now() + milliseconds(1)
        arm_virtual(when)
        check(await_interrupt(board.virtual_timer, i + 1), b"the timer did not fire")
        check(now() >= when, b"the timer fired early")
    arm_virtual(now() - 1)
    check(await_interrupt(board.virtual_timer, 5), b"a time that is past did not fire")
    stop_virtual()
    CNTV_CVAL_EL0.write(now())
    CNTV_CTL_EL0.write(ENABLE | IMASK)
    isb()
    check(u64(CNTV_CTL_EL0.read()) & ISTATUS != 0, b"ISTATUS of a masked timer")
    delay(milliseconds(2))
    expect(came(board.virtual_timer), 5, b"interrupts of a masked timer")
    stop_virtual()
    CNTV_TVAL_EL0.write(u64(CNTFRQ_EL0.read()) // 1000)
    check(bitcast(i64, u64(CNTV_CVAL_EL0.read()) - now()) > 0, b"CVAL after TVAL was written")
    CNTV_CTL_EL0.write(ENABLE)
    check(await_interrupt(board.virtual_timer, 6), b"the timer by TVAL")
    finish(b"virtual_timer")


@fn
def physical_timer() -> Never:
    """The same, emulated."""
    gic.enable(board.physical_timer)
    unmask()
    for i in range(u64(4)):
        when = physical_now() + milliseconds(1)
        arm_physical(when)
        expect(u64(CNTP_CVAL_EL0.read()), when, b"CVAL")
        check(await_interrupt(board.physical_timer, i + 1), b"the timer did not fire")
        check(physical_now() >= when, b"the timer fired early")
    check(u64(CNTP_CTL_EL0.read()) & ISTATUS != 0, b"ISTATUS after it fired")
    stop_physical()
    expect(u64(CNTP_CTL_EL0.read()) & ENABLE, 0, b"ENABLE of a stopped timer")
    CNTP_TVAL_EL0.write(u64(CNTFRQ_EL0.read()) // 1000)
    left = bitcast(i64, u64(CNTP_CVAL_EL0.read()) - physical_now())
    check(left > 0 and left <= bitcast(i64, milliseconds(1)), b"CVAL after TVAL was written")
    CNTP_CTL_EL0.write(ENABLE | IMASK)
    delay(milliseconds(3))
    expect(came(board.physical_timer), 4, b"interrupts of a masked timer")
    CNTP_CTL_EL0.write(ENABLE)
    isb()
    check(await_interrupt(board.physical_timer, 5), b"the timer by TVAL")
    finish(b"physical_timer")


@fn
def timers_in_sleep() -> Never:
    """Both timers wake a vCPU that sleeps."""
    gic.enable(board.virtual_timer)
    gic.enable(board.physical_timer)
    unmask()
    for i in range(u64(3)):
        arm_virtual(now() + milliseconds(3))
        arm_physical(physical_now() + milliseconds(6))
        sleep_until(board.virtual_timer, i + 1)
        check(came(board.physical_timer) <= i + 1, b"too many interrupts")
        sleep_until(board.physical_timer, i + 1)
    finish(b"timers_in_sleep")
