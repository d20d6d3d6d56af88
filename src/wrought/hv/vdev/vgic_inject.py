"""Interrupts coming in, from this CPU or another.

What is for the vCPU that is loaded here goes straight into a free list register.  An interrupt of
another vCPU is latched, and its CPU told.
"""

from __future__ import annotations

from wrought.hv.core.domain import WORK_INTERRUPTS, Vcpu
from wrought.hv.drivers.gic.list_register import INACTIVE, LR_HW
from wrought.hv.drivers.gic.lists import lr_read, lr_write
from wrought.hv.vdev.vgic_banks import (
    all_lists,
    bank_of,
    dist,
    disturb,
    exists,
    is_here,
    mark,
    notify,
    vgic,
)
from wrought.hv.vdev.vgic_lists import (
    ACTIVE_BIT,
    PENDING_BIT,
    PINTID_SHIFT,
    STATE_SHIFT,
    occupy,
    place,
    priority_is,
    pull,
    simple_value,
)
from wrought.hv.vdev.vgic_types import PRIVATE, SGIS, Bank, VgicCpu
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, count_trailing_zeros, trunc
from wrought.lang.core.scalars import Ptr, u8, u32, u64

SOURCE_BITS = 7 << PINTID_SHIFT


@fn
def vgic_inject_edge(vcpu: Ptr[Vcpu], intid: u32) -> None:
    """An edge: the interrupt becomes pending, if it is one of the domain's.  Of a mapped one it
    says that the host's interrupt has come and was left active.  For an SPI, any vCPU of the
    domain serves."""
    if intid < PRIVATE:
        raise_private(vcpu, intid, 0)
    elif exists(dist(vcpu), intid):
        with dist(vcpu).lock:
            raise_shared(vcpu, intid)


@fn(inline=True)
def raise_private(vcpu: Ptr[Vcpu], intid: u32, source: u32) -> None:
    """An edge of a private interrupt; `source` is the sender of an SGI where GICv2 tells it."""
    v = vgic(vcpu)
    if not is_here(v) or not raise_here(vcpu, v, intid, source):
        latch_private(vcpu, v, intid, source)


@fn(inline=True)
def raise_here(vcpu: Ptr[Vcpu], v: Ptr[VgicCpu], intid: u32, source: u32) -> bool:
    """Straight into a list register of this CPU; False where it is not as simple as that."""
    d = dist(vcpu)
    bank = addr_of(v.own)
    bit = u32(1) << intid
    forwarded = bank.group & d.group_1 | ~bank.group & d.group_0
    busy = (bank.active.load(Order.RELAXED) | bank.pending.load(Order.RELAXED)
            | ~(bank.edge | bank.mapped))
    if bank.enabled.load(Order.RELAXED) & forwarded & ~busy & bit == 0:
        return False
    if bank.mapped & bit != 0:
        return raise_mapped(v, bank, intid)
    if bank.listed & bit != 0:
        return raise_listed(v, bank, intid, source)
    free = all_lists() & ~v.used
    if free == 0:
        return False
    occupy(v, bank, intid, count_trailing_zeros(free),
           simple_value(bank, intid) | u64(source) << PINTID_SHIFT)
    return True


@fn(inline=True)
def raise_listed(v: Ptr[VgicCpu], bank: Ptr[Bank], intid: u32, source: u32) -> bool:
    """It has a list register, which may still be empty from the last time."""
    i = u32(bank.place[intid])
    if (v.eoi | v.forced) >> i & 1 != 0:
        return False
    value = lr_read(i)
    if not priority_is(bank, intid, value):
        return False
    if value & (PENDING_BIT | ACTIVE_BIT) == 0:
        value = v.lr[i] & ~u64(ACTIVE_BIT | SOURCE_BITS) | u64(source) << PINTID_SHIFT
    elif trunc(u32, value >> PINTID_SHIFT) & 7 != source:
        return False
    v.lr[i] = value | PENDING_BIT
    lr_write(i, value | PENDING_BIT)
    return True


@fn
def raise_mapped(v: Ptr[VgicCpu], bank: Ptr[Bank], intid: u32) -> bool:
    """A host interrupt (the virtual timer's): the list register is free, or still holds the last
    one, which the guest has ended."""
    if bank.listed >> intid & 1 == 0:
        free = all_lists() & ~v.used
        if free == 0:
            return False
        bank.fired.or_(u32(1) << intid, Order.RELAXED)
        i = count_trailing_zeros(free)
        occupy(v, bank, intid, i, simple_value(bank, intid) | LR_HW
               | u64(bank.physical[intid]) << PINTID_SHIFT)
    else:
        i = u32(bank.place[intid])
        value = v.lr[i] & ~u64(ACTIVE_BIT) | PENDING_BIT
        ended = lr_read(i) >> STATE_SHIFT == INACTIVE
        if (value & LR_HW == 0 or not ended or v.forced >> i & 1 != 0
                or not priority_is(bank, intid, value)):
            return False
        v.lr[i] = value
        lr_write(i, value)
    v.latched |= u32(1) << i
    return True


@fn
def latch_private(vcpu: Ptr[Vcpu], v: Ptr[VgicCpu], intid: u32, source: u32) -> None:
    """The general case of `raise_private`."""
    bit = u32(1) << intid
    if intid < SGIS:
        v.sources[intid].or_(u8(1) << trunc(u8, source), Order.RELEASE)
    if v.own.mapped & bit != 0:
        v.own.fired.or_(bit, Order.RELEASE)
    v.own.pending.or_(bit, Order.RELEASE)
    if is_here(v):
        revise_here(vcpu, v, addr_of(v.own), intid)
    else:
        notify(vcpu)


@fn
def raise_shared(vcpu: Ptr[Vcpu], intid: u32) -> None:
    """An edge of an SPI; under the domain's lock."""
    bank = bank_of(vcpu, intid)
    bit = u32(1) << intid % 32
    if bank.mapped & bit != 0:
        bank.fired.or_(bit, Order.RELAXED)
    bank.pending.or_(bit, Order.RELAXED)
    revise_shared(vcpu, bank, intid)


@fn
def vgic_set_level(vcpu: Ptr[Vcpu], intid: u32, high: bool) -> None:
    """The input line of a level-triggered interrupt.  One that the guest configured for edges
    becomes pending when the line rises.  For an SPI, any vCPU of the domain serves.  A mapped
    interrupt has no line here: rising is `vgic_inject_edge`, falling nothing."""
    if intid < PRIVATE:
        set_line(vcpu, addr_of(vgic(vcpu).own), intid, high)
    elif exists(dist(vcpu), intid):
        with dist(vcpu).lock:
            set_line(vcpu, bank_of(vcpu, intid), intid, high)


@fn
def set_line(vcpu: Ptr[Vcpu], bank: Ptr[Bank], intid: u32, high: bool) -> None:
    """Change the line, and what follows from it."""
    bit = u32(1) << intid % 32
    if bank.mapped & bit != 0:
        if high:
            raise_any(vcpu, intid)
        return
    if high:
        before = bank.line.or_(bit, Order.ACQ_REL)
    else:
        before = bank.line.and_(~bit, Order.ACQ_REL)
    if (before & bit != 0) == high:
        return
    if bank.edge & bit == 0:
        revise(vcpu, bank, intid)
    elif high:
        raise_any(vcpu, intid)


@fn
def raise_any(vcpu: Ptr[Vcpu], intid: u32) -> None:
    """An edge; for an SPI, under the domain's lock."""
    if intid < PRIVATE:
        raise_private(vcpu, intid, 0)
    else:
        raise_shared(vcpu, intid)


@fn
def revise(vcpu: Ptr[Vcpu], bank: Ptr[Bank], intid: u32) -> None:
    """The interrupt's state changed: see to it that its list register, or the lack of one, is
    right.  For an SPI, under the domain's lock."""
    if intid >= PRIVATE:
        revise_shared(vcpu, bank, intid)
    elif is_here(vgic(vcpu)):
        revise_here(vcpu, vgic(vcpu), bank, intid)
    else:
        disturb(vcpu)


@fn
def revise_shared(vcpu: Ptr[Vcpu], bank: Ptr[Bank], intid: u32) -> None:
    """`revise` of an SPI: at the vCPU that has it listed, else at its target."""
    n = intid % 32
    listed = bank.listed >> n & 1 != 0
    who = vcpu.domain.vcpu(u64(bank.holder[n] if listed else bank.target[n]))
    if who is not None:
        if is_here(vgic(who)):
            revise_here(who, vgic(who), bank, intid)
        elif listed:
            disturb(who)
        elif is_candidate(who, bank, intid):
            mark(who, intid)
            notify(who)


@fn
def is_candidate(vcpu: Ptr[Vcpu], bank: Ptr[Bank], intid: u32) -> bool:
    """Whether it wants a list register."""
    d = dist(vcpu)
    return bank.candidates(d.group_0, d.group_1) >> intid % 32 & 1 != 0


@fn
def revise_here(vcpu: Ptr[Vcpu], v: Ptr[VgicCpu], bank: Ptr[Bank], intid: u32) -> None:
    """`revise` where the list registers are this vCPU's."""
    n = intid % 32
    listed = bank.listed >> n & 1 != 0
    if listed:
        pull(vcpu, u32(bank.place[n]))
    free = all_lists() & ~v.used
    wanted = is_candidate(vcpu, bank, intid)
    mine = intid < PRIVATE or u32(bank.target[n]) == vcpu.id
    if wanted and mine and free != 0:
        place(vcpu, intid, count_trailing_zeros(free))
    elif listed or wanted:
        if wanted and intid >= PRIVATE:
            mark(vcpu, intid)
        vcpu.work.or_(WORK_INTERRUPTS, Order.RELAXED)
