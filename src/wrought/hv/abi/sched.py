"""SCHEDOP sub-operations (xen/public/sched.h)."""

from __future__ import annotations

from wrought.lang.core.decl import at, enum, struct
from wrought.lang.core.scalars import Untrusted, u16, u32, u64

MAX_POLL_PORTS = 128
WATCHDOGS = 2
"""Timers of a domain."""


@enum(u32)
class Sched:
    """What SCHEDOP does."""

    YIELD = 0
    BLOCK = 1
    SHUTDOWN = 2
    POLL = 3
    REMOTE_SHUTDOWN = 4
    SHUTDOWN_CODE = 5
    WATCHDOG = 6
    PIN_OVERRIDE = 7


@enum(u32)
class Shutdown:
    """Why a domain stops (SHUTDOWN_…)."""

    POWEROFF = 0
    REBOOT = 1
    SUSPEND = 2
    CRASH = 3
    WATCHDOG = 4
    SOFT_RESET = 5


MAX_SHUTDOWN = 5


@struct(size=4)
class SchedShutdown:
    """Why."""

    reason: Untrusted[u32]


@struct(size=8)
class SchedRemoteShutdown:
    """Who, and why."""

    domain: Untrusted[u16]
    reason: Untrusted[u32] = at(4)


@struct(size=24)
class SchedPoll:
    """Event channels to wait for, and nanoseconds of system time when to give up, 0 for never."""

    ports: Untrusted[u64]
    """Guest address of their numbers, 32 bits each."""
    count: Untrusted[u32]
    timeout: Untrusted[u64] = at(16)


@struct(size=8)
class SchedWatchdog:
    """Which timer, 0 for a new one, and seconds, 0 to stop it."""

    id: Untrusted[u32]
    timeout: Untrusted[u32]
