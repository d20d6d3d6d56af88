"""The fake machine's interrupt routes, as tests and `wrought check` read them."""

from __future__ import annotations

from wrought.hv.core.domain import Domain
from wrought.hv.machine.devices import Trigger
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Array, Ptr, u16, u32, u64
from wrought.lang.core.static import static

LINES = 1020


@struct
class Route:
    """To whom an SPI goes."""

    domain: u16
    given: bool
    trigger: Trigger


lines = static(u32, 288)
"""Interrupts that the machine has."""
routes = static(Array[Route, LINES])
refused = static(u64)
"""Interrupts that were asked for and are another's."""


@fn
def give_interrupt(domain: Ptr[Domain], intid: u32, trigger: Trigger) -> bool:
    """Note the route."""
    global refused
    if intid < 32 or intid >= lines:
        return False
    if routes[intid].given and routes[intid].domain != domain.id:
        refused += 1
        return False
    routes[intid] = Route(domain.id, True, trigger)
    return True


@fn
def interrupt_lines() -> u32:
    """As the test set it."""
    return lines


@fn
def forget_interrupts(domain: Ptr[Domain]) -> None:
    """The domain has ended."""
    for i in range(u64(LINES)):
        if routes[i].given and routes[i].domain == domain.id:
            routes[i].given = False


@fn
def forget_routes() -> None:
    """Start anew."""
    global refused
    refused = 0
    for i in range(u64(LINES)):
        routes[i].given = False
