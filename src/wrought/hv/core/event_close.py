"""Closing channels: EVTCHNOP_close and reset, and the end of a domain."""

from __future__ import annotations

from wrought.hv.abi.address import Hpa
from wrought.hv.abi.event import PRIORITIES, VIRQS, Port, Reset
from wrought.hv.abi.xen import Errno
from wrought.hv.core.call_result import RESTART
from wrought.hv.core.domain import Domain, Vcpu, find_domain
from wrought.hv.core.event_pending import clear_pending
from wrought.hv.core.event_ports import (
    channel,
    has_port,
    lock_both,
    set_channel,
    unlock_both,
    uses_fifo,
)
from wrought.hv.core.event_types import BUCKET_PORTS, Channel, PortState
from wrought.hv.core.guest_memory import read_struct
from wrought.hv.core.target_domain import any_domain, may_control
from wrought.hv.machine.cpu import interrupt_waits
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, zeroed
from wrought.lang.core.scalars import Ptr, Untrusted, i64, u32, u64


@fn
def close(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """Free a port of the caller's."""
    request = zeroed(Port)
    if not read_struct(vcpu, arg, addr_of(request)):
        return i64(Errno.EFAULT)
    port = request.port
    if port >= vcpu.domain.events.ports.load(Order.ACQUIRE):
        return i64(Errno.EINVAL)
    return 0 if close_port(vcpu.domain, port) else i64(Errno.EINVAL)


@fn
def close_port(domain: Ptr[Domain], port: u32) -> bool:
    """Free a port of the table; the other end becomes unbound.  False if it was free."""
    while True:
        remote = remote_of(domain, port)
        lock_both(domain, remote)
        same = u64(domain.events.directory) != 0 and remote_of(domain, port) == remote
        open = False
        if same:
            open = finish_close(domain, port, remote)
        unlock_both(domain, remote)
        if same or u64(domain.events.directory) == 0:
            return open


@fn
def remote_of(domain: Ptr[Domain], port: u32) -> Ptr[Domain]:
    """The domain at the other end, or this one."""
    there = channel(domain, port)
    if there.state == PortState.INTERDOMAIN:
        remote = find_domain(u64(there.remote))
        if remote is not None:
            return remote
    return domain


@fn
def finish_close(domain: Ptr[Domain], port: u32, remote: Ptr[Domain]) -> bool:
    """The rest of `close_port`, with the locks held."""
    there = channel(domain, port)
    match there.state:
        case PortState.FREE | PortState.RESERVED:
            return False
        case PortState.INTERDOMAIN:
            unbind(remote, there.port, domain, port)
        case PortState.VIRQ:
            forget_virq(domain, port, there.port)
        case _:
            pass
    free(domain, port)
    return True


@fn
def unbind(remote: Ptr[Domain], port: u32, domain: Ptr[Domain], own: u32) -> None:
    """The other end of a channel that is closed waits for the same domain to bind again."""
    if not has_port(remote, port):
        return
    there = channel(remote, port)
    # Of a domain that has begun anew the port may be something else by now.
    if (there.state != PortState.INTERDOMAIN or there.remote != domain.id
            or there.port != own):
        return
    there.state = PortState.UNBOUND
    there.port = 0
    set_channel(remote, port, there)


@fn
def forget_virq(domain: Ptr[Domain], port: u32, virq: u32) -> None:
    """No vCPU has the virtual interrupt at that port."""
    for vcpu in domain.vcpus[:]:
        if vcpu is not None and vcpu.events.virqs[u64(virq) % VIRQS] == port:
            vcpu.events.virqs[u64(virq) % VIRQS] = 0


@fn
def free(domain: Ptr[Domain], port: u32) -> None:
    """Let the port be given out again, not pending; the queue it may be in stays known."""
    clear_pending(domain, port)
    there = channel(domain, port)
    left = Channel(0)
    left.last_vcpu = there.last_vcpu
    left.last_priority = there.last_priority
    left.static = there.static
    set_channel(domain, port, left)
    domain.events.lowest = min(domain.events.lowest, port)


@fn
def reset(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """Close all ports of a domain and go back to the two-level ABI."""
    request = zeroed(Reset)
    if not read_struct(vcpu, arg, addr_of(request)):
        return i64(Errno.EFAULT)
    domain = any_domain(vcpu, request.domain)
    if domain is None:
        return i64(Errno.ESRCH)
    if not may_control(vcpu, domain):
        return i64(Errno.EPERM)
    while has_port(domain, domain.events.closing):
        close_bucket(domain)
        if interrupt_waits():
            return RESTART
    domain.events.closing = 0
    with domain.events.lock:
        leave_fifo(domain)
    return 0


@fn
def close_bucket(domain: Ptr[Domain]) -> None:
    """Close the next 512 ports."""
    first = domain.events.closing & ~u32(BUCKET_PORTS - 1)
    for port in range(first, first + BUCKET_PORTS):
        if has_port(domain, port) and channel(domain, port).state != PortState.FREE:
            close_port(domain, port)
    domain.events.closing = first + BUCKET_PORTS


@fn
def leave_fifo(domain: Ptr[Domain]) -> None:
    """Forget control blocks and event array."""
    if not uses_fifo(domain):
        return
    domain.events.fifo.store(0, Order.RELEASE)
    domain.events.pages = 0
    for vcpu in domain.vcpus[:]:
        if vcpu is not None:
            vcpu.events.control = Hpa(0)
            for i in range(u64(PRIORITIES)):
                vcpu.events.tails[i] = 0
