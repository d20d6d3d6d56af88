"""Which of the hypervisor's own messages are shown.

`if tells(Level.INFO): print(…)`; where a guest causes the message, `tells_of(domain, …)`, which
also keeps a guest from flooding the console.
"""

from __future__ import annotations

from wrought.hv.core.domain import MAX_DOMAINS, Domain
from wrought.hv.machine.cpu import frequency, now
from wrought.lang.core.atomics import Order
from wrought.lang.core.decl import enum, struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of
from wrought.lang.core.scalars import Array, Atomic, Ptr, Slice, i8, u8, u32, u64
from wrought.lang.core.static import static
from wrought.rt.bytes import equal
from wrought.rt.lock import TicketLock

MESSAGES = 10
"""A domain may cause so many,"""
SECONDS = 5
"""in so many seconds."""


@enum(u8)
class Level:
    """How much a message matters."""

    ERROR = 0
    """Something does not work."""
    WARNING = 1
    INFO = 2
    """What happens: domains are built, end, restart."""
    DEBUG = 3


@struct
class LogLevels:
    """What is shown: messages of this level and those that matter more."""

    own: Atomic[u8]
    guests: Atomic[u8]
    """Of messages that guests cause."""


@struct
class LogBudget:
    """Messages of a domain's in the current period."""

    lock: TicketLock
    began: u64
    used: u32
    lost: u32


levels = static(LogLevels, LogLevels(own=int(Level.INFO), guests=int(Level.INFO)))
budgets = static(Array[LogBudget, MAX_DOMAINS])
"""By the domain's number, so that a restart does not fill it up."""


@fn
def tells(level: Level) -> bool:
    """Whether a message of that level is shown."""
    return u8(level) <= levels.own.load(Order.RELAXED)


@fn
def tells_of(domain: Ptr[Domain], level: Level) -> bool:
    """Whether one is that the domain has caused."""
    if u8(level) > levels.guests.load(Order.RELAXED) or u64(domain.id) >= MAX_DOMAINS:
        return False
    budget = addr_of(budgets[domain.id])
    lost: u32 = 0
    with budget.lock:
        time = now()
        if budget.used == 0 or time - budget.began >= SECONDS * frequency():
            lost = budget.lost
            budget.began = time
            budget.used = 0
            budget.lost = 0
        if budget.used == MESSAGES:
            budget.lost += 1
            return False
        budget.used += 1
    if lost != 0:
        print(f"{domain.label()}: {lost} messages were left out")
    return True


@fn
def level_of(name: Slice[u8], default: Level) -> Level:
    """A level by its name; `none` is ERROR, `all` DEBUG, as the words of Xen's `loglvl=` go."""
    if equal(name, b"error") or equal(name, b"none"):
        return Level.ERROR
    if equal(name, b"warning"):
        return Level.WARNING
    if equal(name, b"info"):
        return Level.INFO
    if equal(name, b"debug") or equal(name, b"all"):
        return Level.DEBUG
    return default


@fn
def level_name(level: u8) -> Slice[u8]:
    """For people."""
    match level:
        case 0:
            return b"error"
        case 1:
            return b"warning"
        case 2:
            return b"info"
        case _:
            return b"debug"


@fn
def set_levels(own: Level, guests: Level) -> None:
    """At boot."""
    levels.own.store(u8(own), Order.RELAXED)
    levels.guests.store(u8(guests), Order.RELAXED)


@fn
def change_level(step: i8) -> None:
    """More messages (1) or fewer (-1), of both kinds."""
    level = levels.own.load(Order.RELAXED)
    if step > 0 and level < u8(Level.DEBUG):
        level += 1
    elif step < 0 and level > 0:
        level -= 1
    levels.own.store(level, Order.RELAXED)
    levels.guests.store(level, Order.RELAXED)
    print(f"messages are shown down to {level_name(level)}")
