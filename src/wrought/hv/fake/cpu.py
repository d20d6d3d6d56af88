"""The fake machine's CPUs and clock; tests set what they like."""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.scalars import u32, u64
from wrought.lang.core.static import static

NEVER = 0xFFFF_FFFF_FFFF_FFFF

current = static(u32)
"""The CPU that the next call runs on."""
cpus = static(u32, 1)
clock = static(u64)
hertz = static(u64, 62_500_000)
alarm = static(u64, NEVER)
watchdog_alarm = static(u64, NEVER)
kicked = static(u64)
"""CPUs that were kicked, a bit each."""
waiting = static(bool)


@fn
def cpu_number() -> u32:
    """The current CPU."""
    return current


@fn
def cpu_count() -> u32:
    """All CPUs."""
    return cpus


@fn
def started_cpus() -> u64:
    """The first ones."""
    return (u64(1) << u64(cpus)) - 1


@fn
def now() -> u64:
    """The clock stands still unless a test moves it."""
    return clock


@fn
def frequency() -> u64:
    """Ticks a second."""
    return hertz


@fn
def set_alarm(deadline: u64) -> None:
    """Remember the deadline."""
    global alarm
    alarm = deadline


@fn
def set_watchdog_alarm(deadline: u64) -> None:
    """Remember the earliest deadline."""
    global watchdog_alarm
    watchdog_alarm = min(watchdog_alarm, deadline)


@fn
def kick(cpu: u32) -> None:
    """Remember who was kicked."""
    global kicked
    kicked |= u64(1) << u64(cpu)


@fn
def interrupt_waits() -> bool:
    """As the test set it."""
    return waiting
