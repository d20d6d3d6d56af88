"""The FIFO ABI: events are linked into queues in the guest's own memory (xen/public/
event_channel.h, EVTCHNOP_init_control and below).

A queue is a list of ports, 16 by priority for each vCPU: `head` in the control block, then the
`link` of each word.  The hypervisor appends, the guest takes from the head and clears LINKED.
Everything here runs with the domain's events lock held; the guest's side is atomics only.
"""

from __future__ import annotations

from wrought.hv.abi.event import BUSY, LINK_MASK, LINKED, MASKED, PENDING, PRIORITIES, ControlBlock
from wrought.hv.core.domain import Domain, Vcpu
from wrought.hv.core.event_ports import channel, event_word, set_channel, vcpu_of
from wrought.hv.core.event_types import Channel
from wrought.hv.core.event_upcall import upcall, wake_pollers
from wrought.hv.machine.memory import address_of
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.scalars import Atomic, Ptr, u32, u64

TRIES = 4
"""Of a compare-and-exchange that only a guest can spoil; then it may not change the word (BUSY),
and if it does so all the same, it loses the link."""


@unsafe
@fn
def control_block(vcpu: Ptr[Vcpu]) -> Ptr[ControlBlock]:
    """Of a vCPU that has one."""
    # SAFETY: `init_control` looked at the place, and `events_use` keeps it.
    return Ptr[ControlBlock](address_of(vcpu.events.control))


@fn
def fifo_set_pending(domain: Ptr[Domain], port: u32) -> None:
    """Make a port pending and link it, unless it is masked or linked already."""
    word = event_word(domain, port)
    if word is None:
        there = channel(domain, port)
        there.early = True
        set_channel(domain, port, there)
        return
    old = word.or_(PENDING, Order.SEQ_CST)
    if old & (MASKED | LINKED) == 0:
        link(domain, port, word)
    if old & PENDING == 0:
        wake_pollers(domain, port)


@fn
def link(domain: Ptr[Domain], port: u32, word: Ptr[Atomic[u32]]) -> None:
    """Append a port to its queue."""
    there = channel(domain, port)
    vcpu = vcpu_of(domain, there.vcpu)
    if vcpu is None or u64(vcpu.events.control) == 0:
        return
    if word.or_(LINKED, Order.SEQ_CST) & LINKED != 0:
        return
    leave_old_queue(domain, port, there)
    i = u32(there.priority) % PRIORITIES
    block = control_block(vcpu)
    tail = vcpu.events.tails[i]
    linked = tail != 0 and tail != port and append(domain, tail, port)
    if not linked:
        block.head[i].store(port, Order.RELEASE)
    vcpu.events.tails[i] = port
    if not linked and block.ready.or_(u32(1) << i, Order.SEQ_CST) >> i & 1 == 0:
        upcall(vcpu)


@fn
def leave_old_queue(domain: Ptr[Domain], port: u32, there: Channel) -> None:
    """Note the queue that the port is linked into from now on; where it was the tail of another,
    that one has run empty."""
    if there.last_vcpu == there.vcpu and there.last_priority == there.priority:
        return
    old = vcpu_of(domain, there.last_vcpu)
    if old is not None:
        i = u64(there.last_priority) % PRIORITIES
        if old.events.tails[i] == port:
            old.events.tails[i] = 0
    moved = there
    moved.last_vcpu = there.vcpu
    moved.last_priority = there.priority
    set_channel(domain, port, moved)


@fn
def append(domain: Ptr[Domain], tail: u32, port: u32) -> bool:
    """Let the word of `tail` lead to `port`; False if the guest has taken `tail` off, so that the
    queue is empty."""
    word = event_word(domain, tail)
    if word is None:
        return False
    linked, done = try_link(word, port)
    if not done:
        word.or_(BUSY, Order.SEQ_CST)
        linked, done = try_link(word, port)
        if not done or not linked:
            word.and_(~u32(BUSY), Order.SEQ_CST)
    return linked


@fn
def try_link(word: Ptr[Atomic[u32]], port: u32) -> tuple[bool, bool]:
    """Whether the word is (or was) linked, and whether it was settled."""
    old = word.load(Order.SEQ_CST)
    for _ in range(TRIES):
        if old & LINKED == 0:
            return False, True
        found, same = word.compare_exchange(old, old & ~u32(BUSY | LINK_MASK) | port,
                                            Order.SEQ_CST)
        if same:
            return True, True
        old = found
    return True, False


@fn
def fifo_unmask(domain: Ptr[Domain], port: u32) -> None:
    """Clear MASKED, and link what came meanwhile."""
    word = event_word(domain, port)
    if word is not None and word.and_(~u32(MASKED), Order.SEQ_CST) & PENDING != 0:
        fifo_set_pending(domain, port)


@fn
def fifo_clear_pending(domain: Ptr[Domain], port: u32) -> None:
    """A closed port is not pending; it stays linked until the guest comes to it."""
    word = event_word(domain, port)
    if word is not None:
        word.and_(~u32(PENDING), Order.SEQ_CST)


@fn
def fifo_is_pending(domain: Ptr[Domain], port: u32) -> bool:
    """Whether a port is pending, masked or not."""
    word = event_word(domain, port)
    if word is None:
        return channel(domain, port).early
    return word.load(Order.SEQ_CST) & PENDING != 0
