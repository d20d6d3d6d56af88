"""List registers against banks: `place` puts an interrupt into one, `pull` takes it out, whatever
the guest has done with it meanwhile (Arm IHI 0069, 6.2; IHI 0048B, 5.2).

For SPIs, under the domain's lock.  The vCPU is loaded on this CPU.
"""

from __future__ import annotations

from wrought.hv.core.domain import Vcpu
from wrought.hv.drivers.gic.list_register import INACTIVE, LR_EOI, LR_HW, ListRegister
from wrought.hv.drivers.gic.lists import deactivate_host, lr_empty, lr_read, lr_write
from wrought.hv.vdev.vgic_banks import bank_of, dist, is_here, mark, mark_parked, vgic
from wrought.hv.vdev.vgic_types import PRIVATE, SGIS, Bank, VgicCpu
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import count_trailing_zeros, trunc
from wrought.lang.core.scalars import Ptr, u8, u16, u32, u64

STATE_SHIFT, PINTID_SHIFT, PRIORITY_SHIFT, GROUP_SHIFT = 62, 32, 48, 60
PENDING_BIT, ACTIVE_BIT, PRIORITY_FIELD = 1 << 62, 1 << 63, 0xFF << 48
SOURCE_MASK = 7
"""`ListRegister.pintid`: the sender of a GICv2 guest's SGI."""


@fn(inline=True)
def lr_of(v: Ptr[VgicCpu], i: u32) -> u64:
    """A list register, of a vCPU that may not be loaded here: then as last seen."""
    return lr_read(i) if is_here(v) else v.lr[i]


@fn(inline=True)
def has_sources(vcpu: Ptr[Vcpu], intid: u32) -> bool:
    """Whether it is an SGI of GICv2, which knows who sent it."""
    return intid < SGIS and dist(vcpu).version == 2


@fn(inline=True)
def occupy(v: Ptr[VgicCpu], bank: Ptr[Bank], intid: u32, i: u32, value: u64) -> None:
    """Write the list register and note what is in it."""
    bit = u32(1) << i
    v.used |= bit
    if value & (LR_EOI | LR_HW) == LR_EOI:
        v.eoi |= bit
    if intid >= PRIVATE:
        v.shared |= bit
    v.lr[i] = value
    v.intid[i] = trunc(u16, intid)
    bank.place[intid % 32] = trunc(u8, i)
    bank.listed |= u32(1) << intid % 32
    lr_write(i, value)


@fn(inline=True)
def simple_value(bank: Ptr[Bank], intid: u32) -> u64:
    """The list register of a pending interrupt that needs nothing special."""
    n = intid % 32
    return (u64(intid) | u64(bank.priority[n]) << PRIORITY_SHIFT
            | u64(bank.group >> n & 1) << GROUP_SHIFT | PENDING_BIT)


@fn
def place(vcpu: Ptr[Vcpu], intid: u32, i: u32) -> None:
    """Put a candidate, or a parked interrupt, into list register `i`, which is free."""
    v = vgic(vcpu)
    d = dist(vcpu)
    bank = bank_of(vcpu, intid)
    bit = u32(1) << intid % 32
    value = simple_value(bank, intid) & ~u64(PENDING_BIT)
    if bank.active.load(Order.RELAXED) & bit != 0:
        value = with_active(vcpu, bank, intid, i, value)
    fired = bank.fired.load(Order.RELAXED) & bit != 0
    mine = intid < PRIVATE or u32(bank.target[intid % 32]) == vcpu.id
    if mine and bank.candidates(d.group_0, d.group_1) & bit != 0:
        value = with_pending(vcpu, bank, intid, i, value, fired)
    # What is still latched comes after this one's end, which then is not yet the host's.
    if fired and bank.pending.load(Order.RELAXED) & bit == 0:
        value |= LR_HW | u64(bank.physical[intid % 32]) << PINTID_SHIFT
    elif bank.raised() & bit != 0:
        value |= LR_EOI
    bank.holder[intid % 32] = trunc(u8, vcpu.id)
    occupy(v, bank, intid, i, value)


@fn
def with_active(vcpu: Ptr[Vcpu], bank: Ptr[Bank], intid: u32, i: u32, value: u64) -> u64:
    """The list register with active state taken from the bank, and the priority that this has."""
    v = vgic(vcpu)
    n = intid % 32
    bit = u32(1) << n
    bank.active.and_(~bit, Order.RELAXED)
    if bank.forced.load(Order.RELAXED) & bit != 0:
        v.forced |= u32(1) << i
    if has_sources(vcpu, intid):
        value |= u64(v.active_source[intid]) << PINTID_SHIFT
    own = u64(bank.active_priority[n]) << PRIORITY_SHIFT
    return value & ~u64(PRIORITY_FIELD) | own | ACTIVE_BIT


@fn(inline=True)
def priority_is(bank: Ptr[Bank], intid: u32, value: u64) -> bool:
    """Whether a list register has the interrupt's priority of now."""
    return ListRegister(value).priority == bank.priority[intid % 32]


@fn
def with_pending(vcpu: Ptr[Vcpu], bank: Ptr[Bank], intid: u32, i: u32, value: u64,
                 fired: bool) -> u64:
    """The list register with pending state taken from the bank.

    An interrupt that is active too can have both states only if it is an edge of our own: a
    level is sampled at its end, and host interrupts come one at a time.  Nor if its priority
    was changed since it was acknowledged.
    """
    bit = u32(1) << intid % 32
    active = value & ACTIVE_BIT != 0
    if active and (fired or bank.edge & bit == 0 or has_sources(vcpu, intid)
                   or not priority_is(bank, intid, value)):
        return value
    if has_sources(vcpu, intid):
        return take_source(vcpu, intid, value) | PENDING_BIT
    if bank.pending.and_(~bit, Order.ACQ_REL) & bit != 0:
        vgic(vcpu).latched |= u32(1) << i
    return value | PENDING_BIT


@fn
def take_source(vcpu: Ptr[Vcpu], intid: u32, value: u64) -> u64:
    """One of the senders of a GICv2 SGI, which stays pending if there are others."""
    v = vgic(vcpu)
    v.own.pending.and_(~(u32(1) << intid), Order.ACQ_REL)
    sources = v.sources[intid].load(Order.ACQUIRE)
    source = count_trailing_zeros(sources) & SOURCE_MASK
    left = v.sources[intid].and_(~(u8(1) << source), Order.ACQ_REL) & ~(u8(1) << source)
    if left != 0:
        v.own.pending.or_(u32(1) << intid, Order.RELEASE)
    return value | u64(source) << PINTID_SHIFT


@fn
def pull(vcpu: Ptr[Vcpu], i: u32) -> None:
    """Empty list register `i`, and leave in the bank what its interrupt is now.  The caller sees
    to it that the vCPU looks for candidates afterwards."""
    v = vgic(vcpu)
    value = lr_of(v, i)
    intid = u32(v.intid[i])
    bank = bank_of(vcpu, intid)
    bit = u32(1) << intid % 32
    if (value & (PENDING_BIT | ACTIVE_BIT) != 0 or v.eoi >> i & 1 != 0) and is_here(v):
        lr_write(i, 0)
    if value & PENDING_BIT != 0 and bank.drop_pending.load(Order.RELAXED) & bit == 0:
        give_pending_back(vcpu, bank, intid, i, value)
    if value & ACTIVE_BIT != 0 and bank.drop_active.load(Order.RELAXED) & bit == 0:
        park(vcpu, bank, intid, i, value)
    vacate(v, i)
    bank.listed &= ~bit
    dropped = bank.drop_pending.load(Order.RELAXED) | bank.drop_active.load(Order.RELAXED)
    if dropped & bit != 0:
        bank.drop_pending.and_(~bit, Order.RELAXED)
        bank.drop_active.and_(~bit, Order.RELAXED)
    left = bank.pending.load(Order.RELAXED) | bank.active.load(Order.RELAXED)
    if left & bit == 0:
        finish(bank, bit, intid, value, dropped & bit != 0)
    if intid >= PRIVATE:
        if bank.active.load(Order.RELAXED) & bit != 0:
            mark_parked(vcpu, intid)
        if bank.raised() & bit != 0:
            mark(vcpu, intid)


@fn(inline=True)
def vacate(v: Ptr[VgicCpu], i: u32) -> None:
    """Nothing is in list register `i` any more."""
    others = ~(u32(1) << i)
    v.used &= others
    v.eoi &= others
    v.shared &= others
    v.latched &= others
    v.forced &= others


@fn
def give_pending_back(vcpu: Ptr[Vcpu], bank: Ptr[Bank], intid: u32, i: u32,
                      value: u64) -> None:
    """Latch what was pending in a list register; a level needs none, its line tells."""
    bit = u32(1) << intid % 32
    if has_sources(vcpu, intid):
        source = trunc(u8, ListRegister(value).pintid) & SOURCE_MASK
        vgic(vcpu).sources[intid].or_(u8(1) << source, Order.RELEASE)
        bank.pending.or_(bit, Order.RELEASE)
    elif (bank.edge & bit | vgic(vcpu).latched >> i & 1) != 0:
        bank.pending.or_(bit, Order.RELEASE)


@fn
def park(vcpu: Ptr[Vcpu], bank: Ptr[Bank], intid: u32, i: u32, value: u64) -> None:
    """It is active, and in no list register."""
    bit = u32(1) << intid % 32
    bank.active.or_(bit, Order.RELAXED)
    bank.active_priority[intid % 32] = ListRegister(value).priority
    if vgic(vcpu).forced >> i & 1 == 0:
        forget_forced(bank, bit)
    if has_sources(vcpu, intid):
        vgic(vcpu).active_source[intid] = (
            trunc(u8, ListRegister(value).pintid) & SOURCE_MASK)


@fn
def clear_latch(vcpu: Ptr[Vcpu], bank: Ptr[Bank], bit: u32, intid: u32) -> None:
    """No longer pending, but for its line; the host's interrupt can come again."""
    bank.pending.and_(~bit, Order.RELAXED)
    if has_sources(vcpu, intid):
        vgic(vcpu).sources[intid].store(0, Order.RELAXED)
    if bank.active.load(Order.RELAXED) & bit == 0:
        release_host(bank, bit, intid)


@fn
def end_active(bank: Ptr[Bank], bit: u32, intid: u32) -> None:
    """A parked interrupt is no longer active."""
    forget_forced(bank, bit)
    if bank.active.and_(~bit, Order.RELAXED) & bit != 0:
        if bank.pending.load(Order.RELAXED) & bit == 0:
            release_host(bank, bit, intid)


@fn
def release_host(bank: Ptr[Bank], bit: u32, intid: u32) -> None:
    """Let the host's interrupt behind it come again."""
    if bank.fired.load(Order.RELAXED) & bit != 0:
        bank.fired.and_(~bit, Order.RELAXED)
        deactivate_host(u32(bank.physical[intid % 32]))


@fn(inline=True)
def forget_forced(bank: Ptr[Bank], bit: u32) -> None:
    """Its next activity is an ordinary one."""
    if bank.forced.load(Order.RELAXED) & bit != 0:
        bank.forced.and_(~bit, Order.RELAXED)


@fn
def finish(bank: Ptr[Bank], bit: u32, intid: u32, value: u64, dropped: bool) -> None:
    """It is neither pending nor active any more.  Where the guest ended it, a list register with
    LR_HW has told the host's controller; what was dropped may have come after that."""
    forget_forced(bank, bit)
    if value & (PENDING_BIT | ACTIVE_BIT | LR_HW) == LR_HW and not dropped:
        bank.fired.and_(~bit, Order.RELAXED)
    else:
        release_host(bank, bit, intid)


@fn
def pull_set(vcpu: Ptr[Vcpu], lists: u32) -> None:
    """Empty these list registers."""
    rest = lists
    while rest != 0:
        pull(vcpu, count_trailing_zeros(rest))
        rest &= rest - 1


@fn
def finished(v: Ptr[VgicCpu]) -> u32:
    """List registers whose interrupt the guest has ended; the vCPU is loaded here."""
    done = v.used & ~v.eoi & trunc(u32, lr_empty())
    rest = v.eoi
    while rest != 0:
        i = count_trailing_zeros(rest)
        if lr_read(i) >> STATE_SHIFT == INACTIVE:
            done |= u32(1) << i
        rest &= rest - 1
    return done
