"""The distributor as a guest sees it: GICD of GICv2 (Arm IHI 0048B, 4.3) or of GICv3 with one
security state and affinity routing (IHI 0069, 12.9)."""

from __future__ import annotations

from wrought.hv.core.domain import Vcpu
from wrought.hv.vdev.vgic_banks import dist, disturb, vgic
from wrought.hv.vdev.vgic_change import withdraw
from wrought.hv.vdev.vgic_inject import raise_private
from wrought.hv.vdev.vgic_map import BYTE, FRAME, WORD, is_access, read_array, write_array
from wrought.hv.vdev.vgic_sgi import SOURCES, send_v2
from wrought.hv.vdev.vgic_types import MAX_BANKS
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn, noinline
from wrought.lang.core.intrinsics import addr_of, count_trailing_zeros, trunc
from wrought.lang.core.scalars import Ptr, u8, u32, u64

CTLR, TYPER, IIDR = 0x000, 0x004, 0x008
ARRAYS = 0x080
"""From here on registers with fields for each interrupt, `vgic_map`."""
SGIR, CPENDSGIR, SPENDSGIR, SGI_END = 0xF00, 0xF10, 0xF20, 0xF30
PIDR2_V2, PIDR2_V3, V2_END = 0xFE8, 0xFFE8, 0x1000
ARE, DS = 1 << 4, 1 << 6
"""GICD_CTLR of GICv3: affinity routing and one security state, both fixed."""
NO_1_OF_N, ID_BITS = 1 << 25, 9 << 19
"""GICD_TYPER of GICv3: interrupts go to one vCPU that is named; ten bits of INTID, no LPIs."""
PRODUCT = 0x57 << 24
PIDR2_JEDEC = 0x0B
"""Bits 3:0 of PIDR2; the architecture version is in 7:4."""
GROUP_0_ON, GROUP_1_ON = 1, 2


@fn
def vgicd_read(vcpu: Ptr[Vcpu], offset: u64, size: u64) -> u64:
    """Read `size` bytes of the distributor; zero where there is no such register."""
    d = dist(vcpu)
    if not is_access(offset, size, FRAME if d.version == 3 else V2_END):
        return 0
    if offset < ARRAYS:
        return u64(read_control(vcpu, offset)) if size == WORD else 0
    return read_others(vcpu, offset, size)


@noinline
@fn
def read_others(vcpu: Ptr[Vcpu], offset: u64, size: u64) -> u64:
    """All but the control registers, apart so that those need no stack frame."""
    if dist(vcpu).version == 3:
        if offset == PIDR2_V3 and size == WORD:
            return 0x30 | PIDR2_JEDEC
        return read_array(vcpu, offset, size, 1, MAX_BANKS + 1)
    if offset == PIDR2_V2 and size == WORD:
        return 0x20 | PIDR2_JEDEC
    if offset >= CPENDSGIR and offset < SGI_END:
        return read_sources(vcpu, trunc(u32, offset) & 15, size)
    return read_array(vcpu, offset, size, 0, MAX_BANKS + 1)


@fn(inline=True)
def read_control(vcpu: Ptr[Vcpu], offset: u64) -> u32:
    """CTLR, TYPER, IIDR."""
    d = dist(vcpu)
    if offset == CTLR:
        groups = d.group_0 & GROUP_0_ON | d.group_1 & GROUP_1_ON
        return groups | (ARE | DS if d.version == 3 else 0)
    if offset == TYPER:
        if d.version == 3:
            return d.banks | NO_1_OF_N | ID_BITS
        return d.banks | (vcpu.domain.vcpu_count - 1 & 7) << 5
    return PRODUCT if offset == IIDR else 0


@fn
def vgicd_write(vcpu: Ptr[Vcpu], offset: u64, size: u64, value: u64) -> None:
    """Write to the distributor; nothing happens where there is no such register."""
    d = dist(vcpu)
    if not is_access(offset, size, FRAME if d.version == 3 else V2_END):
        return
    if offset < ARRAYS:
        if offset == CTLR and size == WORD:
            write_ctlr(vcpu, trunc(u32, value))
    elif d.version == 3:
        write_array(vcpu, offset, size, value, 1, MAX_BANKS + 1)
    elif offset == SGIR:
        if size == WORD:
            send_v2(vcpu, trunc(u32, value))
    elif offset >= CPENDSGIR and offset < SGI_END:
        write_sources(vcpu, offset, size, value)
    else:
        write_array(vcpu, offset, size, value, 0, MAX_BANKS + 1)


@fn
def write_ctlr(vcpu: Ptr[Vcpu], value: u32) -> None:
    """Forward groups or not: every vCPU writes its list registers anew."""
    d = dist(vcpu)
    with d.lock:
        group_0 = ~u32(0) if value & GROUP_0_ON != 0 else 0
        group_1 = ~u32(0) if value & GROUP_1_ON != 0 else 0
        if group_0 == d.group_0 and group_1 == d.group_1:
            return
        d.group_0 = group_0
        d.group_1 = group_1
        for id in range(vcpu.domain.vcpu_count):
            other = vcpu.domain.vcpu(u64(id))
            if other is not None:
                vgic(other).spi_banks.store((u32(1) << d.banks) - 1, Order.RELEASE)
                disturb(other)


@fn
def read_sources(vcpu: Ptr[Vcpu], first: u32, size: u64) -> u64:
    """GICD_CPENDSGIR and GICD_SPENDSGIR: a byte with the senders for each SGI."""
    if size > WORD or size == 2:
        return 0
    v = vgic(vcpu)
    with dist(vcpu).lock:
        withdraw(vcpu, addr_of(v.own), 0, sgi_mask(first, size))
    value: u64 = 0
    for k in range(trunc(u32, size)):
        value |= u64(v.sources[first + k].load(Order.RELAXED)) << u64(8 * k)
    return value


@fn
def sgi_mask(first: u32, size: u64) -> u32:
    """The SGIs that an access covers."""
    return ((u32(1) << trunc(u32, size)) - 1) << first


@fn
def write_sources(vcpu: Ptr[Vcpu], offset: u64, size: u64, value: u64) -> None:
    """Make SGIs pending or not, by sender."""
    if size != BYTE and size != WORD:
        return
    first = trunc(u32, offset) & 15
    for k in range(trunc(u32, size)):
        senders = trunc(u8, value >> u64(8 * k))
        if senders != 0 and offset >= SPENDSGIR:
            add_senders(vcpu, first + k, u32(senders))
        elif senders != 0:
            remove_senders(vcpu, first + k, senders)


@fn
def add_senders(vcpu: Ptr[Vcpu], intid: u32, senders: u32) -> None:
    """GICD_SPENDSGIR."""
    rest = senders
    while rest != 0:
        raise_private(vcpu, intid, count_trailing_zeros(rest) % SOURCES)
        rest &= rest - 1


@fn
def remove_senders(vcpu: Ptr[Vcpu], intid: u32, senders: u8) -> None:
    """GICD_CPENDSGIR."""
    v = vgic(vcpu)
    with dist(vcpu).lock:
        withdraw(vcpu, addr_of(v.own), 0, u32(1) << intid)
        left = v.sources[intid].and_(~senders, Order.ACQ_REL) & ~senders
        if left == 0:
            v.own.pending.and_(~(u32(1) << intid), Order.RELAXED)
