"""Setting up the FIFO ABI: EVTCHNOP_init_control, expand_array, set_priority."""

from __future__ import annotations

from wrought.hv.abi.address import PAGE, PAGE_SHIFT, Hpa
from wrought.hv.abi.event import (
    ARRAY_PAGES,
    DEFAULT_PRIORITY,
    LINK_BITS,
    PRIORITIES,
    WORDS_PER_PAGE,
    ControlBlock,
    ExpandArray,
    InitControl,
    SetPriority,
)
from wrought.hv.abi.xen import Errno
from wrought.hv.core.domain import Domain, Vcpu
from wrought.hv.core.event_fifo import fifo_set_pending
from wrought.hv.core.event_pending import is_pending
from wrought.hv.core.event_ports import (
    BUCKETS,
    channel,
    directory,
    has_port,
    set_channel,
    uses_fifo,
)
from wrought.hv.core.event_types import PortState
from wrought.hv.core.guest_memory import read_struct, write_struct
from wrought.hv.core.guest_page import MAX_FRAME, own_ram
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, sizeof, trunc, zeroed
from wrought.lang.core.scalars import Ptr, Untrusted, i64, u8, u64

ALIGNMENT = 8


@fn
def init_control(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """Take a vCPU's control block; the first one switches the domain to the FIFO ABI."""
    request = zeroed(InitControl)
    if not read_struct(vcpu, arg, addr_of(request)):
        return i64(Errno.EFAULT)
    domain = vcpu.domain
    number, frame, offset = request.vcpu, request.frame, request.offset
    if number >= domain.vcpu_count:
        return i64(Errno.ENOENT)
    target = domain.vcpu(u64(number))
    if target is None:
        return i64(Errno.ENOENT)
    if offset > PAGE - sizeof(ControlBlock) or offset % ALIGNMENT != 0 or frame >= MAX_FRAME:
        return i64(Errno.EINVAL)
    with domain.memory.lock:
        at = own_ram(domain, frame << PAGE_SHIFT)
        if u64(at) == 0 or not take_control_block(target, at + u64(offset)):
            return i64(Errno.EINVAL)
    request.link_bits = LINK_BITS
    return 0 if write_struct(vcpu, arg, addr_of(request)) else i64(Errno.EFAULT)


@fn
def take_control_block(vcpu: Ptr[Vcpu], at: Hpa) -> bool:
    """Keep it; False if the vCPU has one."""
    domain = vcpu.domain
    with domain.events.lock:
        if u64(vcpu.events.control) != 0 or u64(domain.events.directory) == 0:
            return False
        vcpu.events.control = at
        if not uses_fifo(domain):
            switch_to_fifo(domain)
    return True


@fn
def switch_to_fifo(domain: Ptr[Domain]) -> None:
    """What is pending in the two-level ABI is so in the other, once the guest gives its pages."""
    for port in range(domain.events.ports.load(Order.RELAXED)):
        there = channel(domain, port)
        if there.state != PortState.FREE:
            there.early = is_pending(domain, port)
            there.priority = DEFAULT_PRIORITY
            set_channel(domain, port, there)
    domain.events.pages = 0
    domain.events.fifo.store(1, Order.RELEASE)


@fn
def expand_array(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """Take the next page of event words, and raise what came before it was there."""
    request = zeroed(ExpandArray)
    if not read_struct(vcpu, arg, addr_of(request)):
        return i64(Errno.EFAULT)
    domain = vcpu.domain
    if not uses_fifo(domain):
        return i64(Errno.EOPNOTSUPP)
    frame = request.frame
    if frame >= MAX_FRAME:
        return i64(Errno.EINVAL)
    with domain.memory.lock:
        at = own_ram(domain, frame << PAGE_SHIFT)
        if u64(at) == 0:
            return i64(Errno.EINVAL)
        with domain.events.lock:
            return add_page(domain, at)


@fn
def add_page(domain: Ptr[Domain], at: Hpa) -> i64:
    """The rest of `expand_array`."""
    page = domain.events.pages
    if not uses_fifo(domain):
        return i64(Errno.EOPNOTSUPP)
    if page >= ARRAY_PAGES:
        return i64(Errno.ENOSPC)
    directory(domain)[BUCKETS + u64(page)] = u64(at)
    domain.events.pages = page + 1
    first = page * WORDS_PER_PAGE
    for port in range(first, first + WORDS_PER_PAGE):
        if not has_port(domain, port):
            break
        there = channel(domain, port)
        if there.early:
            there.early = False
            set_channel(domain, port, there)
            fifo_set_pending(domain, port)
    return 0


@fn
def set_priority(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """Which queue a port's events go to from now on."""
    request = zeroed(SetPriority)
    if not read_struct(vcpu, arg, addr_of(request)):
        return i64(Errno.EFAULT)
    domain = vcpu.domain
    port, priority = request.port, request.priority
    with domain.events.lock:
        if port >= domain.events.ports.load(Order.RELAXED):
            return i64(Errno.EINVAL)
        if not uses_fifo(domain):
            return i64(Errno.ENOSYS)
        if priority >= PRIORITIES:
            return i64(Errno.EINVAL)
        there = channel(domain, port)
        there.priority = trunc(u8, priority)
        set_channel(domain, port, there)
    return 0
