"""Software-generated interrupts."""

from __future__ import annotations

from wrought.hv.core.domain import Vcpu
from wrought.hv.vdev.vgic_banks import vgic
from wrought.hv.vdev.vgic_inject import raise_private
from wrought.lang.core.decl import bit, bitfield, bits
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import count_trailing_zeros, trunc
from wrought.lang.core.scalars import Ptr, u8, u16, u32, u64

SGI_NUMBER = 0xF << 24
SELF, OTHERS = 2, 1
"""`Sgir.filter`."""
SOURCES = 8
"""vCPUs that GICv2 can tell apart."""


@bitfield(u64)
class SgiRegister:
    """ICC_SGI1R_EL1 and its like (Arm IHI 0069, 12.2.17)."""

    aff3: u8 = bits(55, 48)
    range: u8 = bits(47, 44)
    all_others: bool = bit(40)
    aff2: u8 = bits(39, 32)
    intid: u32 = bits(27, 24)
    aff1: u8 = bits(23, 16)
    targets: u16 = bits(15, 0)


@bitfield(u32)
class Sgir:
    """GICD_SGIR (Arm IHI 0048B, 4.3.15)."""

    filter: u8 = bits(25, 24)
    targets: u8 = bits(23, 16)
    intid: u32 = bits(3, 0)


@fn(inline=True)
def sgi_to_self(id: u32) -> u64:
    """ICC_SGI1R_EL1 for an SGI to one vCPU, number left out."""
    return u64(id >> 4) << 16 | u64(1) << u64(id & 15)


@fn
def vgic_sgi_v3(vcpu: Ptr[Vcpu], value: u64) -> None:
    """A write of ICC_SGI1R_EL1: interrupts of group 1."""
    v = vgic(vcpu)
    intid = trunc(u32, value >> 24) & 15
    if value & ~u64(SGI_NUMBER) == v.self_sgi:
        if v.own.group >> intid & 1 != 0:
            raise_private(vcpu, intid, 0)
    else:
        send(vcpu, value, 1)


@fn
def vgic_sgi0_v3(vcpu: Ptr[Vcpu], value: u64) -> None:
    """A write of ICC_SGI0R_EL1: interrupts of group 0.  ICC_ASGI1R_EL1 does nothing, for there is
    one security state."""
    send(vcpu, value, 0)


@fn
def send(vcpu: Ptr[Vcpu], value: u64, group: u32) -> None:
    """To all that a GICv3 SGI register names and that have the interrupt in this group."""
    sgi = SgiRegister(value)
    if sgi.all_others:
        for other in range(vcpu.domain.vcpu_count):
            if other != vcpu.id:
                send_to(vcpu, other, sgi.intid, group)
    elif sgi.aff3 == 0 and sgi.aff2 == 0 and sgi.range == 0:
        rest = u32(sgi.targets)
        while rest != 0:
            send_to(vcpu, u32(sgi.aff1) * 16 + count_trailing_zeros(rest), sgi.intid, group)
            rest &= rest - 1


@fn
def send_to(vcpu: Ptr[Vcpu], id: u32, intid: u32, group: u32) -> None:
    """To one vCPU, if it exists."""
    to = vcpu.domain.vcpu(u64(id))
    if to is not None and vgic(to).own.group >> intid & 1 == group:
        raise_private(to, intid, 0)


@fn
def send_v2(vcpu: Ptr[Vcpu], value: u32) -> None:
    """A write of GICD_SGIR."""
    sgi = Sgir(value)
    self = u32(1) << (vcpu.id % SOURCES)
    targets = u32(sgi.targets)
    if sgi.filter == OTHERS:
        targets = 0xFF & ~self
    elif sgi.filter == SELF:
        targets = self
    elif sgi.filter != 0:
        return
    rest = targets
    while rest != 0:
        to = vcpu.domain.vcpu(u64(count_trailing_zeros(rest)))
        if to is not None:
            raise_private(to, sgi.intid, vcpu.id % SOURCES)
        rest &= rest - 1
