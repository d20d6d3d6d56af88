"""Event channels for the rest of the hypervisor: telling a domain, and channels that the
configuration makes.  Beginning and end are in `events_life`, virtual interrupts in `events_virq`.
"""

from __future__ import annotations

from wrought.hv.abi.shared_info import TWO_LEVEL_PORTS
from wrought.hv.core.domain import Domain
from wrought.hv.core.event_bind import open_port
from wrought.hv.core.event_pending import set_pending
from wrought.hv.core.event_ports import (
    channel,
    free_port,
    grow,
    has_port,
    lock_both,
    most_ports,
    set_channel,
    unlock_both,
)
from wrought.hv.core.event_types import PortState
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, u16, u32, u64


@fn
def event_notify(domain: Ptr[Domain], port: u32) -> None:
    """Make a port of a domain pending; nothing for one that is not open."""
    with domain.events.lock:
        if has_port(domain, port):
            match channel(domain, port).state:
                case PortState.FREE | PortState.RESERVED:
                    pass
                case _:
                    set_pending(domain, port)


@fn
def event_bind_static(a: Ptr[Domain], port_a: u32, b: Ptr[Domain], port_b: u32) -> bool:
    """Connect two ports whose numbers the configuration gives.

    The numbers are kept for this channel: after one domain's restart it is connected again by the
    same call.  False where a number is in use, above the limit, or there is no memory.
    """
    lock_both(a, b)
    made = reach(a, port_a) and reach(b, port_b) and (a != b or port_a != port_b)
    made = made and is_for(a, port_a, b) and is_for(b, port_b, a)
    if made:
        join(a, port_a, b, port_b)
        join(b, port_b, a, port_a)
    unlock_both(a, b)
    return made


@fn
def event_open_console(domain: Ptr[Domain]) -> u32:
    """A port whose other end is the hypervisor's side of the domain's console ring; 0 where there
    is none free."""
    return open_new(domain, PortState.CONSOLE, 0)


@fn
def event_open_unbound(domain: Ptr[Domain], remote: u16) -> u32:
    """A port that domain `remote` may bind to; 0 where there is none free."""
    return open_new(domain, PortState.UNBOUND, remote)


@fn
def open_new(domain: Ptr[Domain], state: PortState, remote: u16) -> u32:
    """A new port in that state, or 0."""
    with domain.events.lock:
        port, _ = free_port(domain)
        if port != 0:
            open_port(domain, port, state, 0, remote, 0)
        return port


@fn
def event_keep_static(domain: Ptr[Domain], port: u32) -> bool:
    """Keep a port for a static channel, so that it is given to nothing else; the domain's limit
    grows to include it.  False where it is in use, kept already, not a number that the 2-level ABI
    has, or there is no memory."""
    with domain.events.lock:
        if port == 0 or port >= TWO_LEVEL_PORTS:
            return False
        domain.events.limit = max(domain.events.limit, port + 1)
        if not reach(domain, port):
            return False
        there = channel(domain, port)
        if there.state != PortState.FREE or there.static:
            return False
        there.static = True
        set_channel(domain, port, there)
        return True


@fn
def event_wait_static(domain: Ptr[Domain], port: u32, remote: u16) -> None:
    """Let a kept port that is not connected wait for `event_bind_static` with domain `remote`,
    which has ended; what is sent there meanwhile is lost."""
    with domain.events.lock:
        if reach(domain, port):
            there = channel(domain, port)
            if there.state == PortState.FREE and there.static:
                open_port(domain, port, PortState.UNBOUND, 0, remote, 0)


@fn
def reach(domain: Ptr[Domain], port: u32) -> bool:
    """Whether the table has, or now gets, that port."""
    if u64(domain.events.directory) == 0 or port == 0 or port >= most_ports(domain):
        return False
    while not has_port(domain, port):
        if not grow(domain):
            return False
    return True


@fn
def is_for(domain: Ptr[Domain], port: u32, other: Ptr[Domain]) -> bool:
    """Whether a port is free, or waits for `other`."""
    there = channel(domain, port)
    return there.state == PortState.FREE or (
        there.state == PortState.UNBOUND and there.remote == other.id)


@fn
def join(domain: Ptr[Domain], port: u32, other: Ptr[Domain], other_port: u32) -> None:
    """Make one end.  One that has waited for the other may have missed something."""
    waited = channel(domain, port)
    if waited.state == PortState.FREE:
        open_port(domain, port, PortState.INTERDOMAIN, 0, other.id, other_port)
    made = channel(domain, port)
    made.state = PortState.INTERDOMAIN
    made.port = other_port
    made.static = True
    set_channel(domain, port, made)
    if waited.state == PortState.UNBOUND:
        set_pending(domain, port)
