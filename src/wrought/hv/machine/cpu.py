"""Physical CPUs and time."""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.scalars import u32, u64
from wrought.lang.core.target import target

MAX_CPUS = 64


@fn(inline=True)
def cpu_number() -> u32:
    """This CPU, from 0 on, in the order of the device tree."""
    if target.hosted:
        return fake.cpu_number()
    return a64.cpu_number()


@fn
def cpu_count() -> u32:
    """CPUs that run."""
    if target.hosted:
        return fake.cpu_count()
    return a64.cpu_count()


@fn
def started_cpus() -> u64:
    """Those CPUs, a bit each."""
    if target.hosted:
        return fake.started_cpus()
    return a64.started_cpus()


@fn(inline=True)
def now() -> u64:
    """The system counter, in ticks of `frequency()`."""
    if target.hosted:
        return fake.now()
    return a64.now()


@fn
def frequency() -> u64:
    """Ticks a second."""
    if target.hosted:
        return fake.frequency()
    return a64.frequency()


@fn
def nanoseconds(ticks: u64) -> u64:
    """Ticks as nanoseconds, without overflow for 500 years."""
    f = frequency()
    return ticks // f * 1_000_000_000 + ticks % f * 1_000_000_000 // f


@fn
def ticks_of(ns: u64) -> u64:
    """Nanoseconds as ticks, rounded up."""
    f = frequency()
    return ns // 1_000_000_000 * f + (ns % 1_000_000_000 * f + 999_999_999) // 1_000_000_000


@fn
def set_alarm(deadline: u64) -> None:
    """Have this CPU call the scheduler at counter value `deadline`; all ones for never."""
    if target.hosted:
        fake.set_alarm(deadline)
    else:
        a64.set_alarm(deadline)


@fn
def set_watchdog_alarm(deadline: u64) -> None:
    """Have this CPU look at the watchdogs of domains at `deadline`, if not before."""
    if target.hosted:
        fake.set_watchdog_alarm(deadline)
    else:
        a64.set_watchdog_alarm(deadline)


@fn
def kick(cpu: u32) -> None:
    """Make another CPU leave its guest, or wake up, and look at its work."""
    if target.hosted:
        fake.kick(cpu)
    else:
        a64.kick(cpu)


@fn
def interrupt_waits() -> bool:
    """Whether this CPU has a physical interrupt pending: long operations stop there and go on
    later."""
    if target.hosted:
        return fake.interrupt_waits()
    return a64.interrupt_waits()


# Last, since both call parts of `core` that import this module.
from wrought.hv.a64 import cpu as a64  # noqa: E402
from wrought.hv.fake import cpu as fake  # noqa: E402
