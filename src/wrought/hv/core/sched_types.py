"""What a vCPU holds for the schedulers."""

from __future__ import annotations

from wrought.lang.core.decl import enum, struct
from wrought.lang.core.scalars import Array, Atomic, Ptr, u8, u16, u32, u64

DEFAULT_WEIGHT = 256
MAX_WEIGHT = 65535
NEVER = 0xFFFF_FFFF_FFFF_FFFF
"""A time that does not come."""


@enum(u8)
class SchedKind:
    """Schedulers; one is chosen at boot."""

    NULL = 0
    """A vCPU stays on the CPU it was given; no time slices.  Where several have to share one,
    the next runs when the first blocks or yields."""
    FAIR = 1
    """Weights, caps and affinity; vCPUs move to where there is time for them."""


@enum(u8)
class Place:
    """Where a vCPU is, as its CPU's queue sees it."""

    OUT = 0
    """Nowhere: blocked, paused, offline or not added."""
    WAITING = 1
    """In the run queue."""
    ON_CPU = 2
    PARKED = 3
    """Has used up its cap until `release`."""


@enum(u8)
class Runstate:
    """What a vCPU's time goes to (xen/public/vcpu.h, RUNSTATE_…)."""

    RUNNING = 0
    RUNNABLE = 1
    BLOCKED = 2
    OFFLINE = 3


@struct
class SchedUnit:
    """Scheduling parameters and state of a vCPU.  Its home's lock protects all but `home` itself,
    `pauses` and `saved`, which may be read without."""

    affinity: u64
    """Physical CPUs it may run on, a bit each; 0 for all."""
    weight: u32
    """Share of the time against others', 0 for DEFAULT_WEIGHT."""
    cap: u16
    """Percent of one CPU, 0 for no limit."""
    place: Place
    yields: bool
    """Wants others to run first, once."""
    home: Atomic[u32]
    """The CPU whose queue it belongs to; changes with both CPUs' locks held."""
    pauses: Atomic[u32]
    saved: Atomic[u8]
    """Its context is in memory: any CPU may run it."""
    added: Atomic[u8]
    factor: u64
    """Virtual time that passes with a tick, from the weight."""
    virtual: u64
    """Virtual time used; the smallest runs next.  Wraps around."""
    started: u64
    """When it was last charged for running."""
    left: u64
    """When it last stopped running or waiting."""
    period: u64
    """Start of the cap's current period."""
    used: u64
    """Ticks that it ran in this period."""
    release: u64
    """When a parked one may run again."""
    deadline: u64
    """When a blocked one is to be woken; NEVER outside the list of sleepers."""
    next: Ptr[SchedUnit] | None
    """In the run queue or the list of parked ones."""
    later: Ptr[SchedUnit] | None
    """In the list of sleepers."""
    runstate: Runstate
    since: u64
    """When `runstate` began, in ticks."""
    times: Array[u64, 4]
    """Ticks spent in each `Runstate` before that."""
