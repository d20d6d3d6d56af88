"""A list register in the form that the vGIC uses, GICv3's, and its translation for GICv2."""

from __future__ import annotations

from wrought.lang.core.decl import bit, bitfield, bits
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import trunc
from wrought.lang.core.scalars import u8, u16, u32, u64

INACTIVE, PENDING, ACTIVE, PENDING_ACTIVE = 0, 1, 2, 3
"""`ListRegister.state`."""
LR_EOI = 1 << 41
"""Ask for a maintenance interrupt at the end of interrupt; only where `hw` is clear."""
LR_HW = 1 << 61
MAX_LISTS = 64
"""List registers that the architecture allows (GICv2; 16 with GICv3)."""


@bitfield(u64)
class ListRegister:
    """ICH_LR<n>_EL2 (Arm IHI 0069, 12.4.9), which is also the canonical form on a GICv2 host."""

    state: u8 = bits(63, 62)
    hw: bool = bit(61)
    """The guest's end of interrupt deactivates physical interrupt `pintid`."""
    group: bool = bit(60)
    """Group 1: see `lists.lr_group`."""
    priority: u8 = bits(55, 48)
    pintid: u16 = bits(44, 32)
    """Physical INTID where `hw` is set.  Else bit 9 is LR_EOI and, on a GICv2 host, bits 2:0 are
    the CPU that sent an SGI."""
    vintid: u32 = bits(31, 0)


@bitfield(u32)
class GichLr:
    """GICH_LRn of GICv2 (Arm IHI 0048, 5.3.9)."""

    hw: bool = bit(31)
    group: bool = bit(30)
    state: u8 = bits(29, 28)
    priority: u8 = bits(27, 23)
    """Bits 7:3 of the priority."""
    physical: u16 = bits(19, 10)
    """Means what bits 9:0 of `ListRegister.pintid` do."""
    virtual: u16 = bits(9, 0)


@fn(inline=True)
def to_gich(value: u64) -> u32:
    """The canonical form as GICv2 has it; the three lowest priority bits do not exist there."""
    lr = ListRegister(value)
    return u32(GichLr(hw=lr.hw, group=lr.group, state=lr.state, priority=lr.priority >> 3,
                      physical=lr.pintid & 0x3FF, virtual=trunc(u16, lr.vintid & 0x3FF)))


@fn(inline=True)
def from_gich(value: u32) -> u64:
    """The canonical form of a GICv2 list register."""
    lr = GichLr(value)
    return u64(ListRegister(hw=lr.hw, group=lr.group, state=lr.state, priority=lr.priority << 3,
                            pintid=lr.physical, vintid=u32(lr.virtual)))
