"""Which interrupts get list registers: the most urgent ones of those that want one."""

from __future__ import annotations

from wrought.hv.core.domain import Vcpu
from wrought.hv.drivers.gic.list_register import ListRegister
from wrought.hv.drivers.gic.lists import lr_read, vmcr_read
from wrought.hv.vdev.vgic_banks import all_lists, dist, vgic
from wrought.hv.vdev.vgic_lists import ACTIVE_BIT
from wrought.hv.vdev.vgic_types import MAX_LISTS, PRIVATE, VgicCpu
from wrought.lang.core.atomics import Order
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, count_trailing_zeros
from wrought.lang.core.scalars import Array, Ptr, Slice, u8, u32, u64

INTID_BITS = 10
"""A key is a priority above an INTID: lower is more urgent."""
NO_ROOM = 32
VEOIM = 1 << 9
"""ICH_VMCR_EL2 and GICH_VMCR: the guest drops priority and deactivates separately."""
LEAST_URGENT = 0x100


@struct
class Best:
    """The most urgent interrupts seen, in order."""

    room: u32
    count: u32
    seen: u32
    key: Array[u32, MAX_LISTS]

    def add(self, key: u32) -> None:
        """Keep it if it is among the best `room`."""
        self.seen += 1
        if self.count < self.room:
            self.count += 1
        elif self.room == 0 or key >= self.key[self.count - 1]:
            return
        at = self.count - 1
        while at > 0 and self.key[at - 1] > key:
            self.key[at] = self.key[at - 1]
            at -= 1
        self.key[at] = key


@fn
def add_all(best: Ptr[Best], priority: Slice[u8], mask: u32, base: u32) -> None:
    """All of a mask of a bank whose first interrupt is `base`."""
    rest = mask
    while rest != 0:
        n = count_trailing_zeros(rest)
        best.add(u32(priority[n]) << INTID_BITS | base + n)
        rest &= rest - 1


@fn
def held_by(who: Slice[u8], mask: u32, id: u32) -> u32:
    """Those of the mask at which `who` names the vCPU."""
    found: u32 = 0
    rest = mask
    while rest != 0:
        n = count_trailing_zeros(rest)
        if u32(who[n]) == id:
            found |= u32(1) << n
        rest &= rest - 1
    return found


@fn
def choose(vcpu: Ptr[Vcpu], best: Ptr[Best], with_spis: bool) -> None:
    """The most urgent candidates of a vCPU; `with_spis` under the domain's lock."""
    v = vgic(vcpu)
    d = dist(vcpu)
    add_all(best, v.own.priority[:], v.own.candidates(d.group_0, d.group_1), 0)
    if not with_spis:
        return
    banks = v.spi_banks.load(Order.ACQUIRE)
    while banks != 0:
        b = count_trailing_zeros(banks)
        bank = addr_of(d.bank[b])
        wanted = held_by(bank.target[:], bank.candidates(d.group_0, d.group_1), vcpu.id)
        if wanted == 0:
            v.spi_banks.and_(~(u32(1) << b), Order.RELAXED)
        add_all(best, bank.priority[:], wanted, b * 32 + PRIVATE)
        banks &= banks - 1


@fn
def choose_parked(vcpu: Ptr[Vcpu], best: Ptr[Best], with_spis: bool, forced: bool) -> None:
    """The most urgent of a vCPU's active interrupts that are in no list register; `forced` ones
    too, or only those that the guest has acknowledged."""
    v = vgic(vcpu)
    d = dist(vcpu)
    own = v.own.active.load(Order.RELAXED) & ~v.own.listed
    without = u32(0) if forced else ~u32(0)
    own &= ~(v.own.forced.load(Order.RELAXED) & without)
    add_all(best, v.own.active_priority[:], own, 0)
    if not with_spis:
        return
    banks = v.parked_banks.load(Order.RELAXED)
    while banks != 0:
        b = count_trailing_zeros(banks)
        bank = addr_of(d.bank[b])
        active = bank.active.load(Order.RELAXED) & ~bank.listed
        mine = held_by(bank.holder[:], active, vcpu.id)
        if mine == 0:
            v.parked_banks.and_(~(u32(1) << b), Order.RELAXED)
        mine &= ~(bank.forced.load(Order.RELAXED) & without)
        add_all(best, bank.active_priority[:], mine, b * 32 + PRIVATE)
        banks &= banks - 1


@fn
def room_for(v: Ptr[VgicCpu], priority: u32) -> u32:
    """A free list register, or one whose interrupt is less urgent than this; else NO_ROOM."""
    free = all_lists() & ~v.used
    if free != 0:
        return count_trailing_zeros(free)
    split = vmcr_read() & VEOIM != 0
    worst: u32 = NO_ROOM
    limit = priority
    rest = v.used
    while rest != 0:
        i = count_trailing_zeros(rest)
        rank = rank_of(lr_read(i), split or v.forced >> i & 1 != 0)
        if rank > limit:
            worst, limit = i, rank
        rest &= rest - 1
    return worst


@fn(inline=True)
def rank_of(lr: u64, idle: bool) -> u32:
    """How urgent a list register is.  An active interrupt that does not hold others back (it was
    made active by a write, or its priority was dropped, as may be where the guest splits ending)
    is the first to go."""
    rank = u32(ListRegister(lr).priority)
    if lr & ACTIVE_BIT != 0 and idle:
        rank += LEAST_URGENT
    return rank
