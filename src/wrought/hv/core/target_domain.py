"""Which domain a hypercall means, and whether the caller may."""

from __future__ import annotations

from wrought.hv.abi.xen import DOMID_SELF
from wrought.hv.core.domain import Domain, DomainState, Vcpu, find_domain
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, Untrusted, u8, u16, u64


@fn
def live_domain(id: Untrusted[u16]) -> Ptr[Domain] | None:
    """The domain of that number, from being built until its end."""
    domain = find_domain(u64(trusted_id(id)))
    if domain is None or domain.state.load(Order.ACQUIRE) == u8(DomainState.EMPTY):
        return None
    return domain


@fn
def trusted_id(id: Untrusted[u16]) -> u16:
    """Any number is a fair question to `find_domain`."""
    return u16(id) if id <= 0xFFFF else 0


@fn
def any_domain(vcpu: Ptr[Vcpu], id: Untrusted[u16]) -> Ptr[Domain] | None:
    """As `live_domain`; the caller's own number and DOMID_SELF mean the caller."""
    if id == DOMID_SELF:
        return vcpu.domain
    return live_domain(id)


@fn
def may_control(vcpu: Ptr[Vcpu], domain: Ptr[Domain]) -> bool:
    """The hardware domain controls all, the others only themselves."""
    return domain == vcpu.domain or vcpu.domain.hardware
