"""SCHEDOP_poll: sleep until one of some event channels is pending."""

from __future__ import annotations

from wrought.hv.abi.event import Port
from wrought.hv.abi.sched import MAX_POLL_PORTS, SchedPoll
from wrought.hv.abi.xen import Errno
from wrought.hv.core.domain import MAX_VCPUS, Vcpu
from wrought.hv.core.event_pending import is_pending
from wrought.hv.core.guest_memory import read_item, read_struct
from wrought.hv.core.sched import block, sched_sleep_until, wake
from wrought.hv.machine.cpu import ticks_of
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, trust, zeroed
from wrought.lang.core.scalars import Ptr, Untrusted, i64, u32, u64

READY = 1
"""Of `look`: a port is pending."""


@fn
def look(vcpu: Ptr[Vcpu], ports: Untrusted[u64], count: u32) -> i64:
    """READY if one is pending, 0 if none is, or an error.  Notes the port if it is only one."""
    domain = vcpu.domain
    for i in range(count):
        item = zeroed(Port)
        if not read_item(vcpu, ports, u64(i), addr_of(item)):
            return i64(Errno.EFAULT)
        port = item.port
        with domain.events.lock:
            if port >= domain.events.ports.load(Order.RELAXED):
                return i64(Errno.EINVAL)
            if is_pending(domain, port):
                return READY
            vcpu.poll = port if count == 1 else 0
    return 0


@unsafe
@fn
def deadline_of(timeout: Untrusted[u64]) -> u64:
    """Nanoseconds of system time as a counter value; 0 is never."""
    # SAFETY: any number is a time.
    time: u64 = trust(timeout)
    return ticks_of(time) if time != 0 else 0xFFFF_FFFF_FFFF_FFFF


@fn
def poll(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """The sub-operation.  It may end early; the guest looks again.

    The vCPU is entered as polling before the ports are looked at, and once more looked for after
    it is marked as blocked: an event in between takes it out, and is not missed.
    """
    request = zeroed(SchedPoll)
    if not read_struct(vcpu, arg, addr_of(request)):
        return i64(Errno.EFAULT)
    count = request.count
    if count > MAX_POLL_PORTS:
        return i64(Errno.EINVAL)
    polling = addr_of(vcpu.domain.events.polling)
    bit = u32(1) << vcpu.id % MAX_VCPUS
    vcpu.poll = 0
    polling.or_(bit, Order.SEQ_CST)
    found = look(vcpu, request.ports, u32(count))
    if found != 0:
        polling.and_(~bit, Order.SEQ_CST)
        return 0 if found == READY else found
    sched_sleep_until(vcpu, deadline_of(request.timeout))
    if not block(vcpu):
        polling.and_(~bit, Order.SEQ_CST)
    elif polling.load(Order.SEQ_CST) & bit == 0:
        wake(vcpu)
    return 0
