"""Event channels with the FIFO ABI: the control block, event words, and taking what is queued
(xen/public/event_channel.h)."""

from __future__ import annotations

from wrought.hv.abi.event import (
    LINK_MASK,
    LINKED,
    MASKED,
    PENDING,
    PRIORITIES,
    WORDS_PER_PAGE,
    ControlBlock,
    Event,
    ExpandArray,
    InitControl,
)
from wrought.hv.guest.calls import PAGE, event_op
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, count_trailing_zeros
from wrought.lang.core.scalars import Array, Atomic, i64, u32, u64
from wrought.lang.core.static import static

LOG = 64

control = static(ControlBlock, align=PAGE)
words = static(Array[Atomic[u32], WORDS_PER_PAGE], align=PAGE)
"""The first page of event words: one port each."""
heads = static(Array[u32, PRIORITIES])
taken = static(Array[u32, LOG])
"""The ports in the order in which `take_queued` found them pending."""
taken_count = static(u64)


@fn
def init_control(vcpu: u32) -> i64:
    """Switch to the FIFO ABI."""
    argument = InitControl(frame=u64(addr_of(control)) // PAGE, offset=0, vcpu=vcpu, link_bits=0,
                           spare=(0, 0, 0, 0, 0, 0, 0))
    return event_op(Event.INIT_CONTROL, u64(addr_of(argument)))


@fn
def expand_array() -> i64:
    """Give the page of event words."""
    argument = ExpandArray(frame=u64(addr_of(words)) // PAGE)
    return event_op(Event.EXPAND_ARRAY, u64(addr_of(argument)))


@fn
def unlink(port: u32) -> u32:
    """Clear LINKED and the link of a word; the link that it had."""
    word = addr_of(words[port])
    old = word.load(Order.ACQUIRE)
    while True:
        seen, done = word.compare_exchange(old, old & ~u32(LINKED | LINK_MASK), Order.ACQ_REL)
        if done:
            return old & LINK_MASK
        old = seen


@fn
def take_one(queue: u64) -> bool:
    """The next port of a queue; False when it was the last."""
    global taken_count
    port = heads[queue]
    if port == 0:
        port = control.head[queue].load(Order.ACQUIRE)
    heads[queue] = unlink(port)
    word = words[port].load(Order.ACQUIRE)
    if word & PENDING != 0 and word & MASKED == 0:
        words[port].and_(~u32(PENDING), Order.ACQ_REL)
        if taken_count < LOG:
            taken[taken_count] = port
        taken_count += 1
    return heads[queue] != 0


@fn
def take_queued() -> None:
    """Take all that is queued, the most urgent first."""
    ready = control.ready.swap(0, Order.ACQ_REL)
    while ready != 0:
        queue = u64(count_trailing_zeros(ready))
        if not take_one(queue):
            ready &= ready - 1
        ready |= control.ready.swap(0, Order.ACQ_REL)
