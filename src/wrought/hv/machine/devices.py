"""What a machine does to give a device's interrupts to a domain."""

from __future__ import annotations

from wrought.hv.core.domain import Domain
from wrought.lang.core.decl import enum
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, u8, u32
from wrought.lang.core.target import target


@enum(u8)
class Trigger:
    """How a device asks for its interrupt."""

    UNKNOWN = 0
    """The guest says it when it sets the interrupt up."""
    EDGE = 1
    LEVEL = 2


@fn
def give_interrupt(domain: Ptr[Domain], intid: u32, trigger: Trigger) -> bool:
    """Route the machine's SPI `intid` to a domain under the same number; it is enabled while the
    guest's is.  False where the machine or the domain has no such SPI or it is another's."""
    if target.hosted:
        return fake.give_interrupt(domain, intid, trigger)
    return a64.give_interrupt(domain, intid, trigger)


@fn
def interrupt_lines() -> u32:
    """SPIs of the machine are 32 … below this."""
    if target.hosted:
        return fake.interrupt_lines()
    return a64.interrupt_lines()


@fn
def forget_interrupts(domain: Ptr[Domain]) -> None:
    """Take all routes to a domain away; its SPIs are disabled."""
    if target.hosted:
        fake.forget_interrupts(domain)
    else:
        a64.forget_interrupts(domain)


# Last, since both call parts of `core` that import this module.
from wrought.hv.a64 import devices as a64  # noqa: E402
from wrought.hv.fake import devices as fake  # noqa: E402
