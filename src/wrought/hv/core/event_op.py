"""event_channel_op: channels between domains, virtual interrupts, and IPIs (xen/public/
event_channel.h)."""

from __future__ import annotations

from wrought.hv.abi.event import Event, Port, PortStatus, Status
from wrought.hv.abi.xen import Errno
from wrought.hv.core.call_result import RESTART
from wrought.hv.core.call_table import Operation, by_number
from wrought.hv.core.console_ring import console_ring_sent
from wrought.hv.core.domain import Domain, Vcpu, find_domain
from wrought.hv.core.event_bind import (
    alloc_unbound,
    bind_interdomain,
    bind_ipi,
    bind_pirq,
    bind_vcpu,
    bind_virq,
)
from wrought.hv.core.event_close import close, reset
from wrought.hv.core.event_fifo_op import expand_array, init_control, set_priority
from wrought.hv.core.event_pending import set_own_pending, set_pending, unmask
from wrought.hv.core.event_ports import channel, has_port
from wrought.hv.core.event_types import Channel, PortState
from wrought.hv.core.guest_memory import read_struct, write_struct
from wrought.hv.core.target_domain import any_domain, may_control
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, trunc, zeroed
from wrought.lang.core.scalars import Fn, Ptr, Untrusted, i64, u32, u64
from wrought.lang.core.static import fn_table


@fn
def send(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """Make the other end of a port pending; nothing happens where there is none."""
    request = zeroed(Port)
    if not read_struct(vcpu, arg, addr_of(request)):
        return i64(Errno.EFAULT)
    domain = vcpu.domain
    port = request.port
    if port >= domain.events.ports.load(Order.ACQUIRE):
        return i64(Errno.EINVAL)
    there = channel(domain, port)
    match there.state:
        case PortState.IPI:
            set_own_pending(domain, port, there.vcpu)
        case PortState.INTERDOMAIN:
            send_to(there, domain, port)
        case PortState.UNBOUND:
            pass
        case PortState.CONSOLE:
            return 0 if console_ring_sent(domain) else RESTART
        case _:
            return i64(Errno.EINVAL)
    return 0


@fn
def send_to(there: Channel, domain: Ptr[Domain], port: u32) -> None:
    """Make the end in another domain pending, if it still leads here once its lock is held."""
    remote = find_domain(u64(there.remote))
    if remote is None:
        return
    with remote.events.lock:
        if not has_port(remote, there.port):
            return
        end = channel(remote, there.port)
        if (end.state == PortState.INTERDOMAIN and end.remote == domain.id
                and end.port == port):
            set_pending(remote, there.port)


@fn
def unmask_op(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """Clear a port's mask."""
    request = zeroed(Port)
    if not read_struct(vcpu, arg, addr_of(request)):
        return i64(Errno.EFAULT)
    domain = vcpu.domain
    port = request.port
    with domain.events.lock:
        if port >= domain.events.ports.load(Order.RELAXED):
            return i64(Errno.EINVAL)
        unmask(domain, port)
    return 0


@fn
def status(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """What a port is."""
    request = zeroed(PortStatus)
    if not read_struct(vcpu, arg, addr_of(request)):
        return i64(Errno.EFAULT)
    domain = any_domain(vcpu, request.domain)
    if domain is None:
        return i64(Errno.ESRCH)
    if not may_control(vcpu, domain):
        return i64(Errno.EPERM)
    port = request.port
    with domain.events.lock:
        if port >= domain.events.ports.load(Order.RELAXED):
            return i64(Errno.EINVAL)
        describe(channel(domain, port), addr_of(request))
    return 0 if write_struct(vcpu, arg, addr_of(request)) else i64(Errno.EFAULT)


@fn
def describe(there: Channel, to: Ptr[PortStatus]) -> None:
    """Fill in a status."""
    to.who = 0
    to.remote_port = 0
    to.vcpu = u32(there.vcpu)
    match there.state:
        case PortState.UNBOUND:
            to.status = u32(Status.UNBOUND)
            to.who = u32(there.remote)
        case PortState.INTERDOMAIN:
            to.status = u32(Status.INTERDOMAIN)
            to.who = u32(there.remote)
            to.remote_port = there.port
        case PortState.CONSOLE:
            to.status = u32(Status.INTERDOMAIN)
        case PortState.VIRQ:
            to.status = u32(Status.VIRQ)
            to.who = there.port
        case PortState.IPI:
            to.status = u32(Status.IPI)
        case _:
            to.status = u32(Status.CLOSED)


@fn
def no_event(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """A hole in the numbers."""
    return i64(Errno.ENOSYS)


PORT_ERRORS = "EFAULT, EINVAL for a port that is not open"
OPERATIONS = (
    Operation(Event.BIND_INTERDOMAIN, "bind_interdomain", bind_interdomain,
              "Connect a new port with another domain's unbound one; the new port is pending.",
              "EFAULT, ESRCH, EINVAL for a port that is not unbound or not for the caller, "
              "ENOSPC, ENOMEM"),
    Operation(Event.BIND_VIRQ, "bind_virq", bind_virq, "A port for a virtual interrupt.",
              "EFAULT, EINVAL, ENOENT for no such vCPU, EEXIST, ENOSPC, ENOMEM"),
    Operation(Event.BIND_PIRQ, "bind_pirq", bind_pirq, "Not on Arm.", "EINVAL"),
    Operation(Event.CLOSE, "close", close,
              "Free a port; the other end of its channel becomes unbound.", PORT_ERRORS),
    Operation(Event.SEND, "send", send,
              "Make the other end pending; an unbound port swallows it.",
              "EFAULT, EINVAL for a port that nothing can be sent through"),
    Operation(Event.STATUS, "status", status, "What a port of a domain is.",
              "EFAULT, ESRCH, EPERM, EINVAL"),
    Operation(Event.ALLOC_UNBOUND, "alloc_unbound", alloc_unbound,
              "A port that a domain may bind to; of another domain for whoever controls that.",
              "EFAULT, ESRCH, EPERM, ENOSPC, ENOMEM"),
    Operation(Event.BIND_IPI, "bind_ipi", bind_ipi, "A port from the domain to one of its vCPUs.",
              "EFAULT, ENOENT, ENOSPC, ENOMEM"),
    Operation(Event.BIND_VCPU, "bind_vcpu", bind_vcpu,
              "Let a channel or global virtual interrupt tell another vCPU.",
              "EFAULT, ENOENT for no such vCPU, EINVAL"),
    Operation(Event.UNMASK, "unmask", unmask_op, "Clear the mask and deliver what is pending.",
              "EFAULT, EINVAL"),
    Operation(Event.RESET, "reset", reset,
              "Close all ports of a domain and return to the two-level ABI.",
              "EFAULT, ESRCH, EPERM"),
    Operation(Event.INIT_CONTROL, "init_control", init_control,
              "Give a vCPU's control block; the first switches to the FIFO ABI, 131,072 ports.",
              "EFAULT, ENOENT for no such vCPU, EINVAL for a place that crosses a page, is not in "
              "the domain's RAM, or the second time"),
    Operation(Event.EXPAND_ARRAY, "expand_array", expand_array,
              "Give the next page of event words.",
              "EFAULT, EOPNOTSUPP in the two-level ABI, EINVAL for a frame that is not the "
              "domain's RAM, ENOSPC"),
    Operation(Event.SET_PRIORITY, "set_priority", set_priority,
              "Choose a port's queue, 0 to 15.", "EFAULT, EINVAL, ENOSYS in the two-level ABI"),
)
EVENT_OPS = fn_table(Fn[[Ptr[Vcpu], Untrusted[u64]], i64], by_number(OPERATIONS, no_event))


@fn
def event_channel_op(vcpu: Ptr[Vcpu], command: Untrusted[u64], arg: Untrusted[u64],
                     a2: Untrusted[u64], a3: Untrusted[u64], a4: Untrusted[u64]) -> i64:
    """The hypercall."""
    op = trunc(u32, command)
    if op < len(EVENT_OPS):
        return EVENT_OPS[u64(op)](vcpu, arg)
    return i64(Errno.ENOSYS)
