"""Watchdogs of domains (SCHEDOP_watchdog): one that is not fed in time ends its domain."""

from __future__ import annotations

from wrought.hv.abi.sched import WATCHDOGS, Shutdown
from wrought.hv.abi.xen import Errno
from wrought.hv.core.domain import Domain, domains
from wrought.hv.core.life import shutdown_domain
from wrought.hv.machine.cpu import frequency, now, set_watchdog_alarm
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import bitcast, trust
from wrought.lang.core.scalars import Atomic, Ptr, Untrusted, i64, u32, u64
from wrought.lang.core.static import static

NEVER = 0xFFFF_FFFF_FFFF_FFFF

earliest = static(Atomic[u64], NEVER)
"""No watchdog bites before this counter value."""


@unsafe
@fn
def start_at(domain: Ptr[Domain], i: u64, seconds: Untrusted[u32]) -> None:
    """Let timer `i` bite in so many seconds."""
    # SAFETY: any 32-bit number of seconds is a time that is centuries away at most.
    length: u32 = trust(seconds)
    deadline = now() + u64(length) * frequency()
    domain.calls.watchdogs[i].store(deadline, Order.SEQ_CST)
    earliest.min(deadline, Order.SEQ_CST)
    set_watchdog_alarm(deadline)


@fn
def set_watchdog(domain: Ptr[Domain], id: Untrusted[u32], seconds: Untrusted[u32]) -> i64:
    """SCHEDOP_watchdog: `id` 0 takes a free timer, whose id from 1 on is the result."""
    if id > WATCHDOGS:
        return i64(Errno.EINVAL)
    timers = domain.calls.watchdogs[:]
    with domain.lock:
        if id != 0:
            i = u64(id) - 1
            if timers[i].load(Order.RELAXED) == 0:
                return i64(Errno.EINVAL)
            timers[i].store(0, Order.RELAXED)
            if seconds != 0:
                start_at(domain, i, seconds)
            return 0
        if seconds == 0:
            return i64(Errno.EINVAL)
        for i in range(u64(WATCHDOGS)):
            if timers[i].load(Order.RELAXED) == 0:
                start_at(domain, i, seconds)
                return bitcast(i64, i) + 1
    return i64(Errno.ENOSPC)


@fn
def watchdogs_check(time: u64) -> u64:
    """End the domains whose time is up; when to call again, at the latest.

    Called by the alarm of every CPU on which one was set; cheap while nothing is due.
    """
    if time < earliest.load(Order.RELAXED):
        return earliest.load(Order.RELAXED)
    earliest.store(NEVER, Order.SEQ_CST)
    for entry in domains[:]:
        if entry is not None:
            check_domain(entry, time)
    return earliest.load(Order.RELAXED)


@fn
def check_domain(domain: Ptr[Domain], time: u64) -> None:
    """Look at one domain's timers."""
    for i in range(u64(WATCHDOGS)):
        deadline = domain.calls.watchdogs[i].load(Order.RELAXED)
        if deadline == 0:
            continue
        if deadline > time:
            earliest.min(deadline, Order.SEQ_CST)
            continue
        domain.calls.watchdogs[i].store(0, Order.RELAXED)
        shutdown_domain(domain, u32(Shutdown.WATCHDOG))
