"""EVTCHNOP sub-operations, virtual interrupts, and the FIFO queues (xen/public/event_channel.h,
xen.h)."""

from __future__ import annotations

from wrought.lang.core.decl import at, bit, bitfield, bits, enum, struct
from wrought.lang.core.scalars import Array, Atomic, Untrusted, u8, u16, u32, u64

FIFO_PORTS = 1 << 17
LINK_BITS = 17
PRIORITIES = 16
"""0 is the most urgent."""
DEFAULT_PRIORITY = 7
WORDS_PER_PAGE = 1024
ARRAY_PAGES = FIFO_PORTS // WORDS_PER_PAGE
VIRQS = 24


@enum(u32)
class Event:
    """What EVTCHNOP does."""

    BIND_INTERDOMAIN = 0
    BIND_VIRQ = 1
    BIND_PIRQ = 2
    CLOSE = 3
    SEND = 4
    STATUS = 5
    ALLOC_UNBOUND = 6
    BIND_IPI = 7
    BIND_VCPU = 8
    UNMASK = 9
    RESET = 10
    INIT_CONTROL = 11
    EXPAND_ARRAY = 12
    SET_PRIORITY = 13


@enum(u32)
class Virq:
    """Virtual interrupts."""

    TIMER = 0
    DEBUG = 1
    CONSOLE = 2
    DOM_EXC = 3
    TBUF = 4
    DEBUGGER = 6
    XENOPROF = 7
    CON_RING = 8
    PCPU_STATE = 9
    MEM_EVENT = 10
    ARGO = 11
    ENOMEM = 12
    XENPMU = 13
    ARCH_0 = 16


PER_VCPU_VIRQS = 1 << 0 | 1 << 1 | 1 << 7 | 1 << 13
"""Those that every vCPU binds for itself; the others are bound at vCPU 0."""


@enum(u32)
class Status:
    """What a port is (EVTCHNSTAT_…)."""

    CLOSED = 0
    UNBOUND = 1
    INTERDOMAIN = 2
    PIRQ = 3
    VIRQ = 4
    IPI = 5


@struct(size=8)
class AllocUnbound:
    """A port of `domain` that `remote` may bind to."""

    domain: Untrusted[u16]
    remote: Untrusted[u16]
    port: u32


@struct(size=12)
class BindInterdomain:
    """The other end, and the new port here."""

    remote: Untrusted[u16]
    remote_port: Untrusted[u32] = at(4)
    port: u32


@struct(size=12)
class BindVirq:
    """A virtual interrupt at a vCPU."""

    virq: Untrusted[u32]
    vcpu: Untrusted[u32]
    port: u32


@struct(size=8)
class BindIpi:
    """A port that the domain's own vCPUs send to."""

    vcpu: Untrusted[u32]
    port: u32


@struct(size=8)
class BindVcpu:
    """Which vCPU a port tells."""

    port: Untrusted[u32]
    vcpu: Untrusted[u32]


@struct(size=4)
class Port:
    """Close, send, unmask."""

    port: Untrusted[u32]


@struct(size=24)
class PortStatus:
    """Asked for a domain's port."""

    domain: Untrusted[u16]
    port: Untrusted[u32] = at(4)
    status: u32
    vcpu: u32
    who: u32
    """The remote domain (low 16 bits) or the virtual interrupt."""
    remote_port: u32


@struct(size=2)
class Reset:
    """Whose ports are all closed."""

    domain: Untrusted[u16]


@struct(size=24)
class InitControl:
    """A vCPU's control block, where the FIFO queues begin."""

    frame: Untrusted[u64]
    offset: Untrusted[u32]
    vcpu: Untrusted[u32]
    link_bits: u8
    spare: Array[u8, 7]


@struct(size=8)
class ExpandArray:
    """The next page of event words."""

    frame: Untrusted[u64]


@struct(size=8)
class SetPriority:
    """Which queue a port goes to."""

    port: Untrusted[u32]
    priority: Untrusted[u32]


@bitfield(u32)
class FifoWord:
    """A port in the event array."""

    link: u32 = bits(16, 0)
    busy: bool = bit(28)
    linked: bool = bit(29)
    masked: bool = bit(30)
    pending: bool = bit(31)


LINK_MASK = (1 << LINK_BITS) - 1
BUSY = 1 << 28
LINKED = 1 << 29
MASKED = 1 << 30
PENDING = 1 << 31


@struct(size=72)
class ControlBlock:
    """Bits of the queues that are not empty, and the first port of each."""

    ready: Atomic[u32]
    reserved: u32
    head: Array[Atomic[u32], PRIORITIES]
