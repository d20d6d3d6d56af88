"""Whether a domain may part with its RAM: who else reaches it by machine address."""

from __future__ import annotations

from wrought.hv.abi.address import PAGE, Hpa
from wrought.hv.core.domain import Domain
from wrought.hv.core.event_use import events_use
from wrought.hv.core.foreign import foreign_held
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, u64


@fn
def in_use(d: Ptr[Domain], hpa: Hpa, size: u64) -> bool:
    """Whether others have mapped some page of that RAM, by grant or as foreign, or the hypervisor
    writes to it.  With `d.memory.lock` held, under which all of them take hold of a page."""
    if events_use(d, hpa, size):
        return True
    at: u64 = 0
    while at < size:
        if foreign_held(hpa + at):
            return True
        at += PAGE
    return False
