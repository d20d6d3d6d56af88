"""The beginning and end of a domain's event channels."""

from __future__ import annotations

from wrought.hv.abi.address import Hpa
from wrought.hv.abi.event import FIFO_PORTS
from wrought.hv.core.domain import Domain
from wrought.hv.core.event_close import close_bucket, leave_fifo
from wrought.hv.core.event_ports import BUCKETS, directory, grow, has_port, set_channel
from wrought.hv.core.event_types import BUCKET_PORTS, DEFAULT_LIMIT, Channel, PortState
from wrought.hv.core.frames import alloc_frames, free_scrubbed
from wrought.hv.core.wallclock import show_wall_clock, take_shared_info
from wrought.hv.machine.memory import zero_frames
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, u64


@fn
def events_init(domain: Ptr[Domain]) -> bool:
    """Make `shared_info` and the table of ports of a domain that has none; False, and nothing is
    kept, without memory for three frames.

    `limit` of the ports is 1024, for the hardware domain all; the builder may change it.
    """
    shared = alloc_frames(1, 1)
    if u64(shared) == 0:
        return False
    directory = alloc_frames(1, 1)
    if u64(directory) == 0:
        free_scrubbed(shared, 1)
        return False
    zero_frames(shared, 1)
    zero_frames(directory, 1)
    domain.shared_info = shared
    domain.events.directory = directory
    domain.events.limit = FIFO_PORTS if domain.hardware else DEFAULT_LIMIT
    domain.events.lowest = 1
    domain.events.closing = 0
    if not grow(domain):
        events_destroy(domain)
        return False
    reserved = Channel(0)
    reserved.state = PortState.RESERVED
    set_channel(domain, 0, reserved)
    show_wall_clock(domain)
    return True


@fn
def events_destroy(domain: Ptr[Domain]) -> None:
    """Close everything and give the memory back; the domain's vCPUs run no more.

    The other ends become unbound.  Before this the frames that `events_use` speaks of are not to
    be freed; shared_info is freed here.
    """
    domain.events.closing = 0
    while has_port(domain, domain.events.closing):
        close_bucket(domain)
    with domain.events.lock:
        if u64(domain.events.directory) == 0:
            return
        leave_fifo(domain)
        buckets = domain.events.ports.load(Order.RELAXED) // BUCKET_PORTS
        domain.events.ports.store(0, Order.RELEASE)
        for i in range(u64(buckets)):
            free_scrubbed(Hpa(directory(domain)[i % BUCKETS]), 1)
        free_scrubbed(domain.events.directory, 1)
        free_scrubbed(take_shared_info(domain), 1)
        domain.events.directory = Hpa(0)
        for vcpu in domain.vcpus[:]:
            if vcpu is not None:
                vcpu.events.info = Hpa(0)
                vcpu.runstate.first = Hpa(0)
