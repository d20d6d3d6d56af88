"""The table of a domain's ports: a frame of addresses, and frames of one word a port."""

from __future__ import annotations

from wrought.hv.abi.address import Hpa
from wrought.hv.abi.event import ARRAY_PAGES, FIFO_PORTS, LINKED, WORDS_PER_PAGE
from wrought.hv.abi.shared_info import TWO_LEVEL_PORTS
from wrought.hv.abi.xen import Errno
from wrought.hv.core.domain import MAX_VCPUS, Domain, Vcpu
from wrought.hv.core.event_types import BUCKET_PORTS, Channel, PortState
from wrought.hv.core.frames import alloc_frames
from wrought.hv.machine.memory import TABLE_ENTRIES, address_of, zero_frames
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import slice_from
from wrought.lang.core.scalars import Atomic, Ptr, Slice, i64, u8, u32, u64

BUCKETS = FIFO_PORTS // BUCKET_PORTS
assert BUCKETS + ARRAY_PAGES <= TABLE_ENTRIES and MAX_VCPUS <= 32


@unsafe
@fn(inline=True)
def directory(domain: Ptr[Domain]) -> Slice[u64]:
    """Addresses of buckets, from BUCKETS on those of pages of the event array."""
    # SAFETY: the frame is the domain's own while `ports` is not 0.
    return slice_from(Ptr[u64](address_of(domain.events.directory)), TABLE_ENTRIES)


@unsafe
@fn(inline=True)
def slot(domain: Ptr[Domain], port: u32) -> Ptr[Atomic[u64]]:
    """The word of a port below `domain.events.ports`."""
    # SAFETY: buckets up to `ports` are in the directory, each a frame of our own.
    bucket = directory(domain)[u64(port) // BUCKET_PORTS % BUCKETS]
    return Ptr[Atomic[u64]](address_of(Hpa(bucket)) + u64(port) % BUCKET_PORTS * 8)


@fn(inline=True)
def channel(domain: Ptr[Domain], port: u32) -> Channel:
    """What that port is."""
    return Channel(slot(domain, port).load(Order.ACQUIRE))


@fn(inline=True)
def set_channel(domain: Ptr[Domain], port: u32, value: Channel) -> None:
    """Change a port, with the lock held."""
    slot(domain, port).store(u64(value), Order.RELEASE)


@fn(inline=True)
def has_port(domain: Ptr[Domain], port: u32) -> bool:
    """Whether the table has that number; the port may be free."""
    return port < domain.events.ports.load(Order.ACQUIRE)


@fn(inline=True)
def uses_fifo(domain: Ptr[Domain]) -> bool:
    """Which ABI the domain uses."""
    return domain.events.fifo.load(Order.ACQUIRE) != 0


@unsafe
@fn
def event_word(domain: Ptr[Domain], port: u32) -> Ptr[Atomic[u32]] | None:
    """The port's word in the guest's event array, if the guest has given that page."""
    # SAFETY: `expand_array` looked at the pages, and `events_use` keeps them.
    page = port // WORDS_PER_PAGE
    if page >= domain.events.pages or page >= ARRAY_PAGES:
        return None
    at = directory(domain)[BUCKETS + u64(page) % ARRAY_PAGES]
    return Ptr[Atomic[u32]](address_of(Hpa(at)) + u64(port) % WORDS_PER_PAGE * 4)


@fn
def vcpu_of(domain: Ptr[Domain], number: u8) -> Ptr[Vcpu] | None:
    """The vCPU that a channel tells."""
    return domain.vcpus[u64(number) % MAX_VCPUS]


@fn
def most_ports(domain: Ptr[Domain]) -> u32:
    """How many the ABI in use and the domain's limit allow."""
    return min(domain.events.limit, FIFO_PORTS if uses_fifo(domain) else TWO_LEVEL_PORTS)


@fn
def grow(domain: Ptr[Domain]) -> bool:
    """Another bucket of free ports; False without memory."""
    ports = domain.events.ports.load(Order.RELAXED)
    at = alloc_frames(1, 1)
    if u64(at) == 0:
        return False
    zero_frames(at, 1)
    directory(domain)[u64(ports) // BUCKET_PORTS % BUCKETS] = u64(at)
    domain.events.ports.store(ports + BUCKET_PORTS, Order.RELEASE)
    return True


@fn
def still_linked(domain: Ptr[Domain], port: u32) -> bool:
    """Whether a closed port is in a FIFO queue that the guest has yet to empty."""
    word = event_word(domain, port)
    return word is not None and word.load(Order.RELAXED) & LINKED != 0


@fn
def free_port(domain: Ptr[Domain]) -> tuple[u32, i64]:
    """The lowest free port, or 0 and ENOSPC, ENOMEM, or EINVAL for a domain at its end.  With the
    lock held; the caller fills it in."""
    if u64(domain.events.directory) == 0:
        return 0, i64(Errno.EINVAL)
    most = most_ports(domain)
    port = max(domain.events.lowest, 1)
    skipped = False
    while port < most:
        if not has_port(domain, port) and not grow(domain):
            return 0, i64(Errno.ENOMEM)
        there = channel(domain, port)
        if there.state == PortState.FREE and not there.static:
            if not still_linked(domain, port):
                if not skipped:
                    domain.events.lowest = port + 1
                return port, 0
            skipped = True
        port += 1
    return 0, i64(Errno.ENOSPC)


@fn
def lock_both(a: Ptr[Domain], b: Ptr[Domain]) -> None:
    """Take the locks of two domains, which may be one."""
    first = a if a.id <= b.id else b
    first.events.lock.__enter__()
    if a != b:
        second = b if a.id <= b.id else a
        second.events.lock.__enter__()


@fn
def unlock_both(a: Ptr[Domain], b: Ptr[Domain]) -> None:
    """Release what `lock_both` took."""
    a.events.lock.__exit__()
    if a != b:
        b.events.lock.__exit__()
