"""Telling a vCPU of events: its `vcpu_info`, the interrupt, and sleepers in SCHEDOP_poll."""

from __future__ import annotations

from wrought.hv.core.domain import MAX_VCPUS, Domain, Vcpu
from wrought.hv.core.sched import wake
from wrought.hv.core.shared import vcpu_info
from wrought.hv.machine.guest import raise_interrupt
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import count_trailing_zeros
from wrought.lang.core.scalars import Ptr, u32, u64


@fn(inline=True)
def has_info(vcpu: Ptr[Vcpu]) -> bool:
    """Whether there is a `vcpu_info`: vCPU 0 finds one in `shared_info`.  A vCPU without one is
    told of everything when it registers one."""
    return u64(vcpu.events.info) != 0 or first_info(vcpu)


@fn
def first_info(vcpu: Ptr[Vcpu]) -> bool:
    """Note the place in `shared_info`."""
    if vcpu.id != 0 or u64(vcpu.domain.shared_info) == 0:
        return False
    vcpu.events.info = vcpu.domain.shared_info
    return True


@fn
def upcall(vcpu: Ptr[Vcpu]) -> None:
    """Set `evtchn_upcall_pending`; where it was clear, raise the interrupt."""
    if has_info(vcpu) and vcpu_info(vcpu).upcall_pending.swap(1, Order.SEQ_CST) == 0:
        raise_interrupt(vcpu, vcpu.domain.upcall)


@fn
def mark_word(vcpu: Ptr[Vcpu], word: u64) -> None:
    """News in a word of `pending` of the two-level ABI."""
    if not has_info(vcpu):
        return
    bit = u64(1) << word
    if vcpu_info(vcpu).pending_words.or_(bit, Order.SEQ_CST) & bit == 0:
        upcall(vcpu)


@fn(inline=True)
def wake_pollers(domain: Ptr[Domain], port: u32) -> None:
    """Wake the vCPUs that poll for a port that has become pending."""
    if domain.events.polling.load(Order.SEQ_CST) != 0:
        wake_each(domain, port)


@fn
def wake_each(domain: Ptr[Domain], port: u32) -> None:
    """The rare rest of `wake_pollers`."""
    left = domain.events.polling.load(Order.SEQ_CST)
    while left != 0:
        i = count_trailing_zeros(left)
        bit = u32(1) << i
        left &= ~bit
        vcpu = domain.vcpus[u64(i) % MAX_VCPUS]
        if vcpu is not None and (vcpu.poll == 0 or vcpu.poll == port):
            domain.events.polling.and_(~bit, Order.SEQ_CST)
            wake(vcpu)
