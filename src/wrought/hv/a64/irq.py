"""Physical interrupts: the guest's timer, EL2's alarm, kicks, the console, devices of guests."""

from __future__ import annotations

from wrought.hv.a64.alarm import alarm_rang
from wrought.hv.a64.context import current
from wrought.hv.a64.devices import LINES, deliver
from wrought.hv.core.console_input import receive
from wrought.hv.core.domain import Vcpu
from wrought.hv.core.grace import grace_point
from wrought.hv.drivers.gic.host import (
    KICK_SGI,
    acknowledge,
    deactivate,
    drop_priority,
    enable,
    gic,
    is_special,
    set_target,
)
from wrought.hv.drivers.smmu.events import smmu_interrupt
from wrought.hv.drivers.smmu.units import unit_count
from wrought.hv.drivers.uart.console import clear_receive_interrupt, enable_receive_interrupt, get
from wrought.hv.machine.cpu import cpu_number
from wrought.hv.vdev.vgic import vgic_maintenance
from wrought.hv.vdev.vtimer import vtimer_interrupt
from wrought.hv.vdev.vtimer_host import timer_interrupts
from wrought.lang.core.function import cold, fn, noinline
from wrought.lang.core.intrinsics import bitcast, trunc
from wrought.lang.core.scalars import Ptr, u8, u32
from wrought.lang.core.static import static

EXIT_INTERRUPT = 2
"""`Exit.INTERRUPT`."""


console_line = static(u32)
"""Interrupt of the hypervisor's UART; 0 where it is polled."""


@fn
def listen_on(intid: u32) -> None:
    """Take the UART's interrupts on this CPU."""
    global console_line
    console_line = intid
    set_target(intid, cpu_number())
    enable(intid)
    enable_receive_interrupt()


@fn
def on_interrupt(vcpu: Ptr[Vcpu]) -> None:
    """The guest was interrupted."""
    vcpu.exits[EXIT_INTERRUPT] += 1
    intid = acknowledge()
    if intid == timer_interrupts.virtual:
        drop_priority(intid)
        vtimer_interrupt(vcpu)
        return
    take(intid)


@noinline
@fn
def take(intid: u32) -> None:
    """One that was acknowledged, and those that wait behind it."""
    while not is_special(intid):
        drop_priority(intid)
        if dispatch(intid):
            deactivate(intid)
        intid = acknowledge()


@fn
def dispatch(intid: u32) -> bool:
    """Do what the interrupt asks for; False where its guest ends it."""
    vcpu = current
    if intid == KICK_SGI:
        grace_point()
        return True
    if intid == timer_interrupts.hypervisor:
        alarm_rang()
    elif intid == timer_interrupts.virtual:
        if vcpu is not None:
            vtimer_interrupt(vcpu)
            return False
    elif intid == gic.maintenance:
        if vcpu is not None:
            vgic_maintenance(vcpu)
    elif intid == console_line:
        take_input()
    elif unit_count != 0 and smmu_interrupt(intid):
        return True
    elif intid < LINES:
        return not deliver(intid)
    return True


@cold
@fn
def take_input() -> None:
    """Bytes that were typed."""
    clear_receive_interrupt()
    byte = get()
    while byte >= 0:
        receive(trunc(u8, bitcast(u32, byte)))
        byte = get()
