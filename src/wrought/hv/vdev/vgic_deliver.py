"""Before a vCPU runs: list registers filled with the most urgent interrupts, and a maintenance
interrupt asked for where some are left over (Arm IHI 0069, 6.3; IHI 0048B, 5.2)."""

from __future__ import annotations

from wrought.hv.core.domain import WORK_INTERRUPTS, Vcpu
from wrought.hv.drivers.gic.list_register import LR_EOI, ListRegister
from wrought.hv.drivers.gic.lists import (
    HCR_EN,
    HCR_LRENPIE,
    HCR_UIE,
    hcr_read,
    hcr_write,
    lr_count,
    lr_read,
    lr_write,
)
from wrought.hv.vdev.vgic_banks import all_lists, bank_of, dist, is_here, mark, vgic
from wrought.hv.vdev.vgic_choose import INTID_BITS, NO_ROOM, Best, choose, choose_parked, room_for
from wrought.hv.vdev.vgic_lists import (
    end_active,
    finished,
    place,
    pull,
    pull_set,
    release_host,
)
from wrought.hv.vdev.vgic_types import PRIVATE, VgicCpu
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, count_trailing_zeros, popcount, zeroed
from wrought.lang.core.scalars import Ptr, u32, u64

HCR_TDIR = 1 << 14
"""GICv3: the guest's ICC_DIR_EL1 traps, while it may name an interrupt in no list register."""
HCR_EOI_SHIFT = 27
INTID_MASK = (1 << INTID_BITS) - 1


@fn
def vgic_flush(vcpu: Ptr[Vcpu]) -> None:
    """Bring list registers up to date; clears WORK_INTERRUPTS.  On the vCPU's CPU, loaded."""
    v = vgic(vcpu)
    vcpu.work.and_(~u32(WORK_INTERRUPTS), Order.ACQ_REL)
    if not is_here(v):
        return
    if involves_spis(v):
        with dist(vcpu).lock:
            deliver(vcpu, v, True)
    else:
        deliver(vcpu, v, False)


@fn
def involves_spis(v: Ptr[VgicCpu]) -> bool:
    """Whether there is, or may be, an SPI for it, so that the domain's lock is needed."""
    return (v.shared | v.spi_banks.load(Order.ACQUIRE)
            | v.parked_banks.load(Order.RELAXED)) != 0


@fn
def deliver(vcpu: Ptr[Vcpu], v: Ptr[VgicCpu], with_spis: bool) -> None:
    """`vgic_flush` with the lock held where there are SPIs."""
    count_ends(vcpu, v, with_spis)
    if v.stale.swap(0, Order.ACQUIRE) != 0:
        start_anew(vcpu, v)
    else:
        pull_set(vcpu, finished(v) | repeated(v))
    left = fill(vcpu, v, with_spis)
    parked = has_parked(v) and restore_parked(vcpu, with_spis)
    ask_for_maintenance(vcpu, v, left, parked)


@fn
def start_anew(vcpu: Ptr[Vcpu], v: Ptr[VgicCpu]) -> None:
    """Empty all list registers, and do what other CPUs left to this one."""
    pull_set(vcpu, v.used)
    v.own.drop_pending.store(0, Order.RELAXED)
    v.own.drop_active.store(0, Order.RELAXED)
    wanted = v.own.pending.load(Order.RELAXED) | v.own.active.load(Order.RELAXED)
    rest = v.own.fired.load(Order.RELAXED) & ~wanted
    while rest != 0:
        intid = count_trailing_zeros(rest)
        release_host(addr_of(v.own), u32(1) << intid, intid)
        rest &= rest - 1


@fn
def repeated(v: Ptr[VgicCpu]) -> u32:
    """List registers of private interrupts that were raised again by another CPU."""
    lists: u32 = 0
    again = v.own.pending.load(Order.ACQUIRE) & v.own.listed
    while again != 0:
        lists |= u32(1) << u32(v.own.place[count_trailing_zeros(again)])
        again &= again - 1
    return lists


@fn
def fill(vcpu: Ptr[Vcpu], v: Ptr[VgicCpu], with_spis: bool) -> bool:
    """Put the most urgent candidates into list registers; whether some were left out."""
    best = zeroed(Best)
    best.room = popcount(all_lists())
    choose(vcpu, addr_of(best), with_spis)
    placed: u32 = 0
    evicted = False
    for k in range(best.count):
        i = room_for(v, best.key[k] >> INTID_BITS)
        if i == NO_ROOM:
            break
        if v.used >> i & 1 != 0:
            pull(vcpu, i)
            evicted = True
        place(vcpu, best.key[k] & INTID_MASK, i)
        placed += 1
    return evicted or placed < best.seen


@fn
def restore_parked(vcpu: Ptr[Vcpu], with_spis: bool) -> bool:
    """Put active interrupts into list registers that are free, so that their end is seen; whether
    some stay outside."""
    v = vgic(vcpu)
    best = zeroed(Best)
    best.room = popcount(all_lists() & ~v.used)
    choose_parked(vcpu, addr_of(best), with_spis, True)
    for k in range(best.count):
        place(vcpu, best.key[k] & INTID_MASK, count_trailing_zeros(all_lists() & ~v.used))
    return best.seen > best.count


@fn
def has_parked(v: Ptr[VgicCpu]) -> bool:
    """Whether an active interrupt is, or may be, in no list register."""
    return (v.own.active.load(Order.RELAXED) & ~v.own.listed
            | v.parked_banks.load(Order.RELAXED)) != 0


@fn
def ask_for_maintenance(vcpu: Ptr[Vcpu], v: Ptr[VgicCpu], left: bool, parked: bool) -> None:
    """Underflow (at most one list register in use) brings those left out; with one list register
    it would never end, there the interrupt's own end is asked for."""
    wanted: u32 = HCR_EN
    if left:
        if lr_count() > 1:
            wanted |= HCR_UIE
        else:
            ask_for_end(v)
    if parked:
        wanted |= HCR_LRENPIE
        if dist(vcpu).version == 3:
            wanted |= HCR_TDIR
    if wanted != v.hcr or wanted & HCR_LRENPIE != 0:
        v.hcr = wanted
        hcr_write(wanted)


@fn
def ask_for_end(v: Ptr[VgicCpu]) -> None:
    """A maintenance interrupt at the end of what is in the only list register; a host interrupt
    is then ended by the hypervisor."""
    lr = ListRegister(lr_read(0))
    if lr.hw:
        lr.hw = False
        lr.pintid = 0
    v.lr[0] = u64(lr) | LR_EOI
    v.eoi = 1
    lr_write(0, v.lr[0])


@fn
def count_ends(vcpu: Ptr[Vcpu], v: Ptr[VgicCpu], with_spis: bool) -> None:
    """End the parked interrupts that the guest has ended: it does so in order of priority, and
    the hardware counts (EOIcount)."""
    if v.hcr & HCR_LRENPIE == 0:
        return
    count = hcr_read() >> HCR_EOI_SHIFT
    for _ in range(count):
        best = zeroed(Best)
        best.room = 1
        choose_parked(vcpu, addr_of(best), with_spis, False)
        if best.count == 1:
            end_parked(vcpu, best.key[0] & INTID_MASK)
    hcr_write(v.hcr)


@fn
def end_parked(vcpu: Ptr[Vcpu], intid: u32) -> None:
    """A parked interrupt of this vCPU is no longer active."""
    bank = bank_of(vcpu, intid)
    bit = u32(1) << intid % 32
    end_active(bank, bit, intid)
    if intid >= PRIVATE and bank.raised() & bit != 0:
        mark(vcpu, intid)


@fn
def vgic_sync(vcpu: Ptr[Vcpu]) -> None:
    """After an exit: take in what the guest has done with its list registers, and fill those that
    have become free.  Needed only where nothing else brings the vCPU to `vgic_flush`."""
    v = vgic(vcpu)
    if v.used != 0 and is_here(v):
        vgic_flush(vcpu)


@fn
def vgic_maintenance(vcpu: Ptr[Vcpu]) -> None:
    """The maintenance interrupt: list registers have become free, or an interrupt has ended that
    may be due again.  The vCPU is loaded on this CPU."""
    vgic_flush(vcpu)
