"""What domains and vCPUs hold for event channels."""

from __future__ import annotations

from wrought.hv.abi.address import Hpa
from wrought.hv.abi.event import PRIORITIES, VIRQS
from wrought.lang.core.decl import bit, bitfield, bits, enum, struct
from wrought.lang.core.scalars import Array, Atomic, u8, u16, u32, u64
from wrought.rt.lock import TicketLock

BUCKET_PORTS = 512
"""Ports in a frame of the port table."""
DEFAULT_LIMIT = 1024
"""Ports of a domain, unless it is the hardware domain or its configuration says otherwise."""


@enum(u8)
class PortState:
    """What a port is; RESERVED is port 0, which means none."""

    FREE = 0
    UNBOUND = 1
    INTERDOMAIN = 2
    VIRQ = 3
    IPI = 4
    RESERVED = 5
    CONSOLE = 6
    """The other end is the hypervisor, for the domain's console ring."""


@bitfield(u64)
class Channel:
    """A port, in one word so that it is read whole without a lock."""

    state: PortState = bits(2, 0)
    vcpu: u8 = bits(7, 3)
    """Whom it tells."""
    priority: u8 = bits(11, 8)
    last_vcpu: u8 = bits(16, 12)
    """The FIFO queue that it was linked into last, and may still be in."""
    last_priority: u8 = bits(20, 17)
    early: bool = bit(21)
    """Pending while the guest has not given the page with its word (FIFO)."""
    static: bool = bit(22)
    """Made by the configuration: its number is never given to another channel."""
    remote: u16 = bits(38, 23)
    """The other domain."""
    port: u32 = bits(55, 39)
    """The other end, or the number of the virtual interrupt."""


@struct
class DomainEvents:
    """A domain's event channels.

    `lock` protects all; `ports` and the words of the table may be read without it by the domain's
    own vCPUs, since tables only grow while they run.  Two domains' locks are taken in the order
    of their numbers.
    """

    lock: TicketLock
    directory: Hpa
    """A frame: machine addresses of 256 buckets of ports, then of the pages of the FIFO event
    array.  0 before `events_init` and after `events_destroy`."""
    ports: Atomic[u32]
    """Ports that have a place in the table."""
    limit: u32
    """Ports that it may have."""
    lowest: u32
    """No port below is free."""
    closing: u32
    """How far EVTCHNOP_reset has come."""
    fifo: Atomic[u8]
    """The FIFO ABI is in use, else the two-level one."""
    pages: u32
    """Pages of the event array."""
    polling: Atomic[u32]
    """vCPUs in SCHEDOP_poll, a bit each."""


@struct
class VcpuEvents:
    """A vCPU's side of them; the domain's lock protects it."""

    info: Hpa
    """Machine address of its `vcpu_info`, 0 before there is one."""
    control: Hpa
    """Of its FIFO control block, 0 for none."""
    virqs: Array[u32, VIRQS]
    """Ports of its virtual interrupts."""
    tails: Array[u32, PRIORITIES]
    """The port that was linked last into each FIFO queue."""
