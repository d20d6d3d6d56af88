"""What guests change in the state of 32 interrupts at once: the architecture's set and clear
registers (Arm IHI 0048B, 4.3; IHI 0069, 12.9).

All under the domain's lock.  `owner` is the vCPU whose private interrupts bank 0 is, and any vCPU
of the domain for the others.  An interrupt in a list register of this CPU is taken out first; if
another CPU has it, that one takes it out at its next exit, which is asked for.
"""

from __future__ import annotations

from wrought.hv.core.domain import Vcpu
from wrought.hv.vdev.vgic_banks import dist, disturb, is_here, mark, mark_parked, notify, vgic
from wrought.hv.vdev.vgic_host import aim, configure, switch_host
from wrought.hv.vdev.vgic_lists import clear_latch, end_active, lr_of, pull
from wrought.hv.vdev.vgic_types import Bank
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import count_trailing_zeros, trunc
from wrought.lang.core.scalars import Ptr, u8, u32, u64

SGI_MASK = 0xFFFF


@fn
def holder_of(owner: Ptr[Vcpu], bank: Ptr[Bank], n: u32, i: u32) -> Ptr[Vcpu]:
    """The vCPU that has, or had last, interrupt `i` of bank `n` in a list register."""
    if n != 0:
        holder = owner.domain.vcpu(u64(bank.holder[i]))
        if holder is not None:
            return holder
    return owner


@fn
def withdraw(owner: Ptr[Vcpu], bank: Ptr[Bank], n: u32, mask: u32) -> u32:
    """Take interrupts out of list registers; those that other CPUs still hold."""
    elsewhere: u32 = 0
    rest = mask & bank.listed
    while rest != 0:
        i = count_trailing_zeros(rest)
        holder = holder_of(owner, bank, n, i)
        if is_here(vgic(holder)):
            pull(holder, u32(bank.place[i]))
            notify(holder)
        else:
            elsewhere |= u32(1) << i
            disturb(holder)
        rest &= rest - 1
    return elsewhere


@fn
def tell(owner: Ptr[Vcpu], bank: Ptr[Bank], n: u32, mask: u32) -> None:
    """Interrupts of the mask may have become candidates."""
    d = dist(owner)
    rest = mask & bank.candidates(d.group_0, d.group_1)
    if rest != 0:
        notify(owner)
    while rest != 0 and n != 0:
        mark(owner, n * 32 + count_trailing_zeros(rest))
        rest &= rest - 1


@fn
def listed_state(owner: Ptr[Vcpu], bank: Ptr[Bank], n: u32, state: u64) -> u32:
    """The interrupts whose list register has this state bit; of other CPUs as last seen there, and
    they are asked to look again."""
    found: u32 = 0
    rest = bank.listed
    while rest != 0:
        i = count_trailing_zeros(rest)
        holder = holder_of(owner, bank, n, i)
        v = vgic(holder)
        if lr_of(v, u32(bank.place[i])) & state != 0:
            found |= u32(1) << i
            if not is_here(v):
                disturb(holder)
        rest &= rest - 1
    return found


@fn
def set_enabled(owner: Ptr[Vcpu], bank: Ptr[Bank], n: u32, mask: u32) -> None:
    """ISENABLER."""
    new = mask & bank.valid & ~bank.enabled.load(Order.RELAXED)
    bank.enabled.or_(new, Order.RELAXED)
    if n != 0:
        aim(owner, bank, new)
        switch_host(bank, new, True)
    tell(owner, bank, n, new)


@fn
def clear_enabled(owner: Ptr[Vcpu], bank: Ptr[Bank], n: u32, mask: u32) -> None:
    """ICENABLER."""
    old = mask & bank.enabled.load(Order.RELAXED)
    bank.enabled.and_(~old, Order.RELAXED)
    if n != 0:
        switch_host(bank, old, False)
    withdraw(owner, bank, n, old)


@fn
def set_pending(owner: Ptr[Vcpu], bank: Ptr[Bank], n: u32, mask: u32) -> None:
    """ISPENDR; GICv2's SGIs have registers of their own."""
    change = mask & bank.valid & ~own_registers(owner, n)
    withdraw(owner, bank, n, change)
    bank.pending.or_(change, Order.RELEASE)
    tell(owner, bank, n, change)


@fn
def clear_pending(owner: Ptr[Vcpu], bank: Ptr[Bank], n: u32, mask: u32) -> None:
    """ICPENDR: the latch; a line that is high stays pending."""
    change = mask & bank.valid & ~own_registers(owner, n)
    listed = change & bank.listed
    bank.drop_pending.or_(listed, Order.RELAXED)
    bank.pending.and_(~listed, Order.RELAXED)
    rest = change & ~listed
    if is_away(owner, n):
        bank.pending.and_(~rest, Order.RELAXED)
        disturb(owner)
        return
    while rest != 0:
        i = count_trailing_zeros(rest)
        clear_latch(owner, bank, u32(1) << i, n * 32 + i)
        rest &= rest - 1
    withdraw(owner, bank, n, change)


@fn
def is_away(owner: Ptr[Vcpu], n: u32) -> bool:
    """Whether these are private interrupts of a vCPU that is not loaded here: the host's behind
    them are those of its CPU, where `vgic_flush` lets go what nobody wants."""
    return n == 0 and not is_here(vgic(owner))


@fn
def own_registers(owner: Ptr[Vcpu], n: u32) -> u32:
    """Interrupts whose pending state is not in ISPENDR and ICPENDR."""
    return SGI_MASK if n == 0 and dist(owner).version == 2 else 0


@fn
def copy_priorities(bank: Ptr[Bank], mask: u32) -> None:
    """Interrupts made active have the priority of now."""
    rest = mask
    while rest != 0:
        i = count_trailing_zeros(rest)
        bank.active_priority[i] = bank.priority[i]
        rest &= rest - 1


@fn
def set_active(owner: Ptr[Vcpu], bank: Ptr[Bank], n: u32, mask: u32) -> None:
    """ISACTIVER: active at the vCPU that holds it, else at its target."""
    change = mask & bank.valid
    elsewhere = withdraw(owner, bank, n, change)
    new = change & ~bank.active.load(Order.RELAXED)
    bank.forced.or_(new, Order.RELAXED)
    copy_priorities(bank, new)
    bank.active.or_(new, Order.RELAXED)
    rest = new & ~elsewhere
    if rest != 0:
        notify(owner)
    while rest != 0 and n != 0:
        i = count_trailing_zeros(rest)
        if owner.domain.vcpu(u64(bank.target[i])) is not None:
            bank.holder[i] = bank.target[i]
        else:
            bank.holder[i] = trunc(u8, owner.id)
        holder = holder_of(owner, bank, n, i)
        mark_parked(holder, n * 32 + i)
        notify(holder)
        rest &= rest - 1


@fn
def clear_active(owner: Ptr[Vcpu], bank: Ptr[Bank], n: u32, mask: u32) -> None:
    """ICACTIVER."""
    change = mask & bank.valid
    bank.drop_active.or_(change & bank.listed, Order.RELAXED)
    rest = change & bank.active.load(Order.RELAXED)
    if is_away(owner, n):
        bank.forced.and_(~rest, Order.RELAXED)
        bank.active.and_(~rest, Order.RELAXED)
        disturb(owner)
        return
    while rest != 0:
        i = count_trailing_zeros(rest)
        end_active(bank, u32(1) << i, n * 32 + i)
        rest &= rest - 1
    withdraw(owner, bank, n, change)
    tell(owner, bank, n, change)


@fn
def set_groups(owner: Ptr[Vcpu], bank: Ptr[Bank], n: u32, value: u32) -> None:
    """IGROUPR."""
    change = (bank.group ^ value) & bank.valid
    bank.group ^= change
    withdraw(owner, bank, n, change)
    tell(owner, bank, n, change)


@fn
def set_edges(owner: Ptr[Vcpu], bank: Ptr[Bank], n: u32, edges: u32, mask: u32) -> None:
    """ICFGR; SGIs are edges always."""
    change = (bank.edge ^ edges) & mask & bank.valid & (~u32(SGI_MASK) if n == 0 else ~u32(0))
    withdraw(owner, bank, n, change)
    bank.edge ^= change
    if n != 0:
        configure(bank, change)
    tell(owner, bank, n, change)
