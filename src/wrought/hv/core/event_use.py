"""Which frames of a domain's the hypervisor writes on its own: they stay where they are."""

from __future__ import annotations

from wrought.hv.abi.address import PAGE, Hpa
from wrought.hv.abi.event import ARRAY_PAGES
from wrought.hv.core.domain import Domain, Vcpu
from wrought.hv.core.event_ports import BUCKETS, directory
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, u64


@fn
def events_use(domain: Ptr[Domain], at: Hpa, size: u64) -> bool:
    """Whether memory that is to be taken from a domain holds a `vcpu_info`, a runstate area, a
    FIFO control block or a page of the event array.

    Call it with `domain.memory.lock` held, before unmapping; nothing new is registered meanwhile.
    """
    with domain.events.lock:
        for vcpu in domain.vcpus[:]:
            if vcpu is not None and vcpu_uses(vcpu, u64(at), size):
                return True
        for i in range(u64(min(domain.events.pages, ARRAY_PAGES))):
            if inside(Hpa(directory(domain)[BUCKETS + i]), u64(at), size):
                return True
    return False


@fn
def vcpu_uses(vcpu: Ptr[Vcpu], at: u64, size: u64) -> bool:
    """The part of one vCPU."""
    return (inside(vcpu.events.info, at, size) or inside(vcpu.events.control, at, size)
            or inside(vcpu.runstate.first, at, size) or inside(vcpu.runstate.second, at, size))


@fn(inline=True)
def inside(place: Hpa, at: u64, size: u64) -> bool:
    """Whether a frame that is used, 0 for none, is in a range of whole frames."""
    return u64(place) != 0 and (u64(place) & ~u64(PAGE - 1)) - at < size
