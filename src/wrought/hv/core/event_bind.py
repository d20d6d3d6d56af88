"""Making channels: EVTCHNOP_alloc_unbound and bind_…, and static ones for the builder."""

from __future__ import annotations

from wrought.hv.abi.event import (
    DEFAULT_PRIORITY,
    PER_VCPU_VIRQS,
    VIRQS,
    AllocUnbound,
    BindInterdomain,
    BindIpi,
    BindVcpu,
    BindVirq,
)
from wrought.hv.abi.xen import DOMID_SELF, Errno
from wrought.hv.core.domain import Domain, Vcpu
from wrought.hv.core.event_pending import set_pending
from wrought.hv.core.event_ports import (
    channel,
    free_port,
    lock_both,
    set_channel,
    unlock_both,
)
from wrought.hv.core.event_types import Channel, PortState
from wrought.hv.core.guest_memory import read_struct, write_struct
from wrought.hv.core.target_domain import any_domain, may_control
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, trunc, zeroed
from wrought.lang.core.scalars import Ptr, Untrusted, i64, u8, u16, u32, u64


@fn
def open_port(domain: Ptr[Domain], port: u32, state: PortState, vcpu: u32, remote: u16,
              other: u32) -> None:
    """Fill in a port that was free, with the lock held; which queue it was in stays known."""
    made = channel(domain, port)
    made.state = state
    made.vcpu = trunc(u8, vcpu)
    made.priority = DEFAULT_PRIORITY
    made.early = False
    made.remote = remote
    made.port = other
    set_channel(domain, port, made)


@fn
def alloc_unbound(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """A port of a domain that another domain may bind to."""
    request = zeroed(AllocUnbound)
    if not read_struct(vcpu, arg, addr_of(request)):
        return i64(Errno.EFAULT)
    domain = any_domain(vcpu, request.domain)
    if domain is None:
        return i64(Errno.ESRCH)
    if not may_control(vcpu, domain):
        return i64(Errno.EPERM)
    remote = vcpu.domain.id
    if request.remote != DOMID_SELF:
        remote = id_of(request.remote)
    with domain.events.lock:
        port, error = free_port(domain)
        if port == 0:
            return error
        open_port(domain, port, PortState.UNBOUND, 0, remote, 0)
    request.port = port
    return 0 if write_struct(vcpu, arg, addr_of(request)) else i64(Errno.EFAULT)


@fn
def id_of(number: Untrusted[u16]) -> u16:
    """A domain's number, of one that may not exist yet: it is only ever compared."""
    return u16(number) if number <= 0xFFFF else 0


@fn
def bind_interdomain(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """Connect a new port with another domain's unbound one."""
    request = zeroed(BindInterdomain)
    if not read_struct(vcpu, arg, addr_of(request)):
        return i64(Errno.EFAULT)
    remote = any_domain(vcpu, request.remote)
    if remote is None:
        return i64(Errno.ESRCH)
    lock_both(vcpu.domain, remote)
    port, error = connect(vcpu.domain, remote, request.remote_port)
    unlock_both(vcpu.domain, remote)
    if port == 0:
        return error
    request.port = port
    return 0 if write_struct(vcpu, arg, addr_of(request)) else i64(Errno.EFAULT)


@fn
def connect(domain: Ptr[Domain], remote: Ptr[Domain], other: Untrusted[u32]) -> tuple[u32, i64]:
    """The rest of `bind_interdomain`, with both locks held: the new port, or 0 and the error.

    What was sent through the unbound port is lost, so the new one is pending at once.
    """
    port, error = free_port(domain)
    if port == 0:
        return 0, error
    if other >= remote.events.ports.load(Order.RELAXED):
        return 0, give_back(domain, port)
    there = channel(remote, u32(other))
    if there.state != PortState.UNBOUND or there.remote != domain.id:
        return 0, give_back(domain, port)
    open_port(domain, port, PortState.INTERDOMAIN, 0, remote.id, u32(other))
    there = channel(remote, u32(other))
    there.state = PortState.INTERDOMAIN
    there.port = port
    set_channel(remote, u32(other), there)
    set_pending(domain, port)
    return port, 0


@fn
def give_back(domain: Ptr[Domain], port: u32) -> i64:
    """The port is free after all."""
    domain.events.lowest = min(domain.events.lowest, port)
    return i64(Errno.EINVAL)


@fn
def bind_virq(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """A port for a virtual interrupt."""
    request = zeroed(BindVirq)
    if not read_struct(vcpu, arg, addr_of(request)):
        return i64(Errno.EFAULT)
    domain = vcpu.domain
    virq = request.virq
    if virq >= VIRQS:
        return i64(Errno.EINVAL)
    if u64(PER_VCPU_VIRQS) >> u64(virq) & 1 == 0 and request.vcpu != 0:
        return i64(Errno.EINVAL)
    number = request.vcpu
    if number >= domain.vcpu_count:
        return i64(Errno.ENOENT)
    target = domain.vcpu(u64(number))
    if target is None:
        return i64(Errno.ENOENT)
    with domain.events.lock:
        if target.events.virqs[u64(virq) % VIRQS] != 0:
            return i64(Errno.EEXIST)
        port, error = free_port(domain)
        if port == 0:
            return error
        open_port(domain, port, PortState.VIRQ, target.id, domain.id, virq)
        target.events.virqs[u64(virq) % VIRQS] = port
    request.port = port
    return 0 if write_struct(vcpu, arg, addr_of(request)) else i64(Errno.EFAULT)


@fn
def bind_ipi(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """A port through which the domain's vCPUs tell one of them."""
    request = zeroed(BindIpi)
    if not read_struct(vcpu, arg, addr_of(request)):
        return i64(Errno.EFAULT)
    domain = vcpu.domain
    number = request.vcpu
    if number >= domain.vcpu_count:
        return i64(Errno.ENOENT)
    with domain.events.lock:
        port, error = free_port(domain)
        if port == 0:
            return error
        open_port(domain, port, PortState.IPI, u32(number), domain.id, 0)
    request.port = port
    return 0 if write_struct(vcpu, arg, addr_of(request)) else i64(Errno.EFAULT)


@fn
def bind_pirq(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """There are no physical interrupts in events on Arm."""
    return i64(Errno.EINVAL)


@fn
def bind_vcpu(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """Let a port tell another vCPU."""
    request = zeroed(BindVcpu)
    if not read_struct(vcpu, arg, addr_of(request)):
        return i64(Errno.EFAULT)
    domain = vcpu.domain
    number, port = request.vcpu, request.port
    if number >= domain.vcpu_count:
        return i64(Errno.ENOENT)
    with domain.events.lock:
        if port >= domain.events.ports.load(Order.RELAXED):
            return i64(Errno.EINVAL)
        there = channel(domain, port)
        if not may_move(there):
            return i64(Errno.EINVAL)
        there.vcpu = trunc(u8, number)
        set_channel(domain, port, there)
    return 0


@fn
def may_move(there: Channel) -> bool:
    """Whether a port may tell any vCPU: not one that belongs to a vCPU."""
    match there.state:
        case PortState.UNBOUND | PortState.INTERDOMAIN | PortState.CONSOLE:
            return True
        case PortState.VIRQ:
            return u64(PER_VCPU_VIRQS) >> u64(there.port) & 1 == 0
        case _:
            return False
