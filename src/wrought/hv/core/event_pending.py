"""Making a port pending, in whichever ABI its domain uses.

The two-level ABI is bits in `shared_info`: `pending`, `mask`, and in each `vcpu_info` a bit for
each word with news.
"""

from __future__ import annotations

from wrought.hv.abi.shared_info import PENDING_WORDS, WORD_BITS
from wrought.hv.core.domain import Domain
from wrought.hv.core.event_fifo import (
    fifo_clear_pending,
    fifo_is_pending,
    fifo_set_pending,
    fifo_unmask,
)
from wrought.hv.core.event_ports import channel, uses_fifo, vcpu_of
from wrought.hv.core.event_upcall import mark_word, wake_pollers
from wrought.hv.core.shared import shared_info
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, u8, u32, u64


@fn
def set_pending(domain: Ptr[Domain], port: u32) -> None:
    """With the lock held."""
    if uses_fifo(domain):
        fifo_set_pending(domain, port)
    else:
        two_level_set_pending(domain, port, channel(domain, port).vcpu)


@fn
def set_own_pending(domain: Ptr[Domain], port: u32, vcpu: u8) -> None:
    """For a port of the domain that runs here: the two-level ABI needs no lock."""
    if uses_fifo(domain):
        with domain.events.lock:
            fifo_set_pending(domain, port)
    else:
        two_level_set_pending(domain, port, vcpu)


@fn(inline=True)
def word_and_bit(port: u32) -> tuple[u64, u64]:
    """Where a port is in `pending` and `mask`."""
    return u64(port) // WORD_BITS % PENDING_WORDS, u64(1) << u64(port) % WORD_BITS


@fn
def two_level_set_pending(domain: Ptr[Domain], port: u32, vcpu: u8) -> None:
    """Set the bit; if it was clear and is not masked, tell the vCPU."""
    word, bit = word_and_bit(port)
    info = shared_info(domain)
    if info.pending[word].or_(bit, Order.SEQ_CST) & bit != 0:
        return
    if info.mask[word].load(Order.SEQ_CST) & bit == 0:
        told = vcpu_of(domain, vcpu)
        if told is not None:
            mark_word(told, word)
    wake_pollers(domain, port)


@fn
def unmask(domain: Ptr[Domain], port: u32) -> None:
    """Clear the mask, and tell of what came meanwhile.  With the lock held."""
    if uses_fifo(domain):
        fifo_unmask(domain, port)
        return
    word, bit = word_and_bit(port)
    info = shared_info(domain)
    if info.mask[word].and_(~bit, Order.SEQ_CST) & bit == 0:
        return
    if info.pending[word].load(Order.SEQ_CST) & bit != 0:
        told = vcpu_of(domain, channel(domain, port).vcpu)
        if told is not None:
            mark_word(told, word)


@fn
def clear_pending(domain: Ptr[Domain], port: u32) -> None:
    """Forget an event of a port that is closed.  With the lock held."""
    if uses_fifo(domain):
        fifo_clear_pending(domain, port)
        return
    word, bit = word_and_bit(port)
    shared_info(domain).pending[word].and_(~bit, Order.SEQ_CST)


@fn
def is_pending(domain: Ptr[Domain], port: u32) -> bool:
    """Whether a port is pending, masked or not."""
    if uses_fifo(domain):
        return fifo_is_pending(domain, port)
    word, bit = word_and_bit(port)
    return shared_info(domain).pending[word].load(Order.SEQ_CST) & bit != 0
