"""The registers with fields for each interrupt, by 32 interrupts: reads and writes by the part of
a bank that an access covers.

`at` is the offset of the access inside the bank's part of the register array, in bytes; `size` is
one that the table in `vgic_map` allows.  Writes are under the domain's lock.
"""

from __future__ import annotations

from wrought.hv.abi.layout import vcpu_affinity
from wrought.hv.core.domain import Vcpu
from wrought.hv.vdev.vgic_change import (
    clear_active,
    clear_enabled,
    clear_pending,
    listed_state,
    set_active,
    set_edges,
    set_enabled,
    set_groups,
    set_pending,
    tell,
    withdraw,
)
from wrought.hv.vdev.vgic_host import aim
from wrought.hv.vdev.vgic_lists import ACTIVE_BIT, PENDING_BIT
from wrought.hv.vdev.vgic_sgi import SOURCES
from wrought.hv.vdev.vgic_types import NOBODY, PRIORITY_MASK, Bank
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import count_trailing_zeros, trunc
from wrought.lang.core.scalars import Ptr, u8, u32, u64

AFF_LOW = 0x00FF_FFFF
"""IROUTER has Aff3 in bits 39:32 and the rest in 23:0; kept with Aff3 in bits 31:24."""


@fn
def read_group(owner: Ptr[Vcpu], bank: Ptr[Bank], n: u32, at: u32, size: u32) -> u64:
    """IGROUPR."""
    return u64(bank.group & bank.valid)


@fn
def write_group(owner: Ptr[Vcpu], bank: Ptr[Bank], n: u32, at: u32, size: u32, x: u64) -> None:
    """IGROUPR."""
    set_groups(owner, bank, n, trunc(u32, x))


@fn
def read_enable(owner: Ptr[Vcpu], bank: Ptr[Bank], n: u32, at: u32, size: u32) -> u64:
    """ISENABLER, ICENABLER."""
    return u64(bank.enabled.load(Order.RELAXED))


@fn
def read_pending(owner: Ptr[Vcpu], bank: Ptr[Bank], n: u32, at: u32, size: u32) -> u64:
    """ISPENDR, ICPENDR."""
    return u64(bank.raised() & bank.valid | listed_state(owner, bank, n, PENDING_BIT))


@fn
def read_active(owner: Ptr[Vcpu], bank: Ptr[Bank], n: u32, at: u32, size: u32) -> u64:
    """ISACTIVER, ICACTIVER."""
    return u64(bank.active.load(Order.RELAXED) | listed_state(owner, bank, n, ACTIVE_BIT))


def writer(change):
    """A write of a register with a bit for each interrupt, where ones mean something."""
    @fn
    def write(owner: Ptr[Vcpu], bank: Ptr[Bank], n: u32, at: u32, size: u32, x: u64) -> None:
        change(owner, bank, n, trunc(u32, x))
    return write


write_set_enable = writer(set_enabled)
write_clear_enable = writer(clear_enabled)
write_set_pending = writer(set_pending)
write_clear_pending = writer(clear_pending)
write_set_active = writer(set_active)
write_clear_active = writer(clear_active)


@fn
def read_priority(owner: Ptr[Vcpu], bank: Ptr[Bank], n: u32, at: u32, size: u32) -> u64:
    """IPRIORITYR, a byte each."""
    value: u64 = 0
    for k in range(size):
        value |= u64(bank.priority[at + k]) << u64(8 * k)
    return value


@fn
def write_priority(owner: Ptr[Vcpu], bank: Ptr[Bank], n: u32, at: u32, size: u32, x: u64) -> None:
    """IPRIORITYR."""
    change: u32 = 0
    for k in range(size):
        priority = trunc(u8, x >> u64(8 * k)) & PRIORITY_MASK
        if bank.priority[at + k] != priority and bank.valid >> (at + k) & 1 != 0:
            bank.priority[at + k] = priority
            change |= u32(1) << (at + k)
    withdraw(owner, bank, n, change)
    tell(owner, bank, n, change)


@fn
def read_config(owner: Ptr[Vcpu], bank: Ptr[Bank], n: u32, at: u32, size: u32) -> u64:
    """ICFGR, two bits each: 2 for edges."""
    edges = bank.edge >> (at * 4)
    value: u64 = 0
    for k in range(16):
        value |= u64(edges >> k & 1) << u64(2 * k + 1)
    return value


@fn
def write_config(owner: Ptr[Vcpu], bank: Ptr[Bank], n: u32, at: u32, size: u32, x: u64) -> None:
    """ICFGR."""
    edges: u32 = 0
    for k in range(16):
        edges |= (trunc(u32, x) >> (2 * k + 1) & 1) << k
    set_edges(owner, bank, n, edges << (at * 4), u32(0xFFFF) << (at * 4))


@fn
def read_targets(owner: Ptr[Vcpu], bank: Ptr[Bank], n: u32, at: u32, size: u32) -> u64:
    """ITARGETSR of GICv2, a byte each: a private interrupt's is the reader itself.  With one vCPU
    they are zero (IHI 0048B, 4.3.12)."""
    value: u64 = 0
    if owner.domain.vcpu_count > 1:
        for k in range(size):
            byte = u64(bank.route[at + k]) if n != 0 else u64(1) << u64(owner.id % SOURCES)
            value |= byte << u64(8 * k)
    return value


@fn
def write_targets(owner: Ptr[Vcpu], bank: Ptr[Bank], n: u32, at: u32, size: u32, x: u64) -> None:
    """ITARGETSR; of several vCPUs the first takes the interrupt."""
    if n == 0 or owner.domain.vcpu_count < 2:
        return
    there = (u32(1) << min(owner.domain.vcpu_count, SOURCES)) - 1
    for k in range(size):
        cpus = trunc(u32, x >> u64(8 * k)) & there
        target = u8(NOBODY) if cpus == 0 else trunc(u8, count_trailing_zeros(cpus))
        retarget(owner, bank, n, at + k, cpus, target)


@fn
def retarget(owner: Ptr[Vcpu], bank: Ptr[Bank], n: u32, i: u32, route: u32, target: u8) -> None:
    """Send an SPI elsewhere.  One that is active stays where it is until its end."""
    if bank.valid >> i & 1 == 0:
        return
    bank.route[i] = route
    if bank.target[i] != target:
        bank.target[i] = target
        aim(owner, bank, u32(1) << i)
        withdraw(owner, bank, n, u32(1) << i)
        tell(owner, bank, n, u32(1) << i)


@fn
def read_route(owner: Ptr[Vcpu], bank: Ptr[Bank], n: u32, at: u32, size: u32) -> u64:
    """IROUTER of GICv3, eight bytes each, which may be read by halves."""
    route = bank.route[at // 8]
    value = u64(route & AFF_LOW) | u64(route >> 24) << 32
    return value >> 32 if at % 8 != 0 else value if size == 8 else value & 0xFFFF_FFFF


@fn
def write_route(owner: Ptr[Vcpu], bank: Ptr[Bank], n: u32, at: u32, size: u32, x: u64) -> None:
    """IROUTER; an interrupt is for one vCPU (GICD_TYPER.No1N), bit 31 is zero."""
    i = at // 8
    route = bank.route[i]
    if at % 8 == 0:
        route = route & ~u32(AFF_LOW) | trunc(u32, x) & AFF_LOW
    if at % 8 != 0 or size == 8:
        high = x if at % 8 != 0 else x >> 32
        route = route & AFF_LOW | (trunc(u32, high) & 0xFF) << 24
    retarget(owner, bank, n, i, route, vcpu_at(owner, route))


@fn
def vcpu_at(owner: Ptr[Vcpu], affinity: u32) -> u8:
    """The number of the vCPU with that affinity, or NOBODY."""
    id = (affinity >> 8 & 0xFF) * 16 + (affinity & 0xFF)
    known = id < owner.domain.vcpu_count and vcpu_affinity(id) == u64(affinity)
    return trunc(u8, id) if known else u8(NOBODY)
