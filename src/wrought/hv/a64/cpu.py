"""Physical CPUs and the counter (Arm ARM DDI 0487, D11)."""

from __future__ import annotations

from wrought.hv.drivers.gic import send_kick
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import isb
from wrought.lang.core.scalars import u32, u64
from wrought.lang.core.static import percpu, static
from wrought.lang.core.sysreg import (
    CNTFRQ_EL0,
    CNTHP_CTL_EL2,
    CNTHP_CVAL_EL2,
    CNTPCT_EL0,
    ISR_EL1,
)

NEVER = 0xFFFF_FFFF_FFFF_FFFF

scheduler_alarm = percpu(u64, NEVER)
guest_alarm = percpu(u64, NEVER)
chore_alarm = percpu(u64, NEVER)
watchdog_alarm = percpu(u64, NEVER)
number = percpu(u32)
"""This CPU's number."""
running = static(u32, 1)
"""CPUs that have started."""
started = static(u64, 1)
"""Which, a bit each."""


@fn(inline=True)
def cpu_number() -> u32:
    """This CPU, from 0 on."""
    return number


@fn
def cpu_count() -> u32:
    """CPUs that have started."""
    return running


@fn
def started_cpus() -> u64:
    """CPUs that have started, a bit each."""
    return started


@fn(inline=True)
def now() -> u64:
    """The physical counter, not read ahead of earlier instructions."""
    isb()
    return u64(CNTPCT_EL0.read())


@fn
def frequency() -> u64:
    """Ticks a second, as the firmware set it."""
    return u64(CNTFRQ_EL0.read())


@fn
def interrupt_waits() -> bool:
    """Whether a physical interrupt is pending here."""
    return u64(ISR_EL1.read()) != 0


@fn
def set_alarm(deadline: u64) -> None:
    """When the scheduler wants to be called."""
    global scheduler_alarm
    scheduler_alarm = deadline
    arm()


@fn
def set_guest_alarm(deadline: u64) -> None:
    """When an emulated timer of the vCPU that runs here fires."""
    global guest_alarm
    guest_alarm = deadline
    arm()


@fn
def set_chore_alarm(deadline: u64) -> None:
    """When this CPU should go on with what is left to do besides running guests."""
    global chore_alarm
    chore_alarm = deadline
    arm()


@fn
def set_watchdog_alarm(deadline: u64) -> None:
    """When this CPU should look at the watchdogs of domains, unless that is before."""
    global watchdog_alarm
    watchdog_alarm = min(watchdog_alarm, deadline)
    arm()


@fn
def arm() -> None:
    """EL2's own timer: an interrupt at the earliest of the four."""
    deadline = min(min(scheduler_alarm, guest_alarm), min(chore_alarm, watchdog_alarm))
    if deadline == NEVER:
        CNTHP_CTL_EL2.write(0)
    else:
        CNTHP_CVAL_EL2.write(deadline)
        CNTHP_CTL_EL2.write(1)


@fn
def kick(cpu: u32) -> None:
    """An SGI of the hypervisor's own."""
    send_kick(cpu)
