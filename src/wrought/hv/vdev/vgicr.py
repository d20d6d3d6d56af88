"""The redistributors as a guest of GICv3 sees them: two frames for each vCPU, RD_base and SGI_base
(Arm IHI 0069, 12.10 and 12.11).  There are no LPIs: their registers are reserved."""

from __future__ import annotations

from wrought.hv.abi.layout import vcpu_affinity
from wrought.hv.core.domain import Vcpu
from wrought.hv.vdev.vgic_banks import dist, vgic
from wrought.hv.vdev.vgic_map import DOUBLE, FRAME, WORD, is_access, read_array, write_array
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, u32, u64

IIDR, TYPER, TYPER_HIGH, WAKER, PIDR2 = 0x04, 0x08, 0x0C, 0x14, 0xFFE8
ARRAYS, ARRAYS_END = 0x080, 0xD00
"""In SGI_base."""
LAST = 1 << 4
NUMBER_SHIFT, AFFINITY_SHIFT = 8, 32
"""GICR_TYPER: the processor number that a redistributor answers to, and Aff3 … Aff0."""
SLEEP, CHILDREN_ASLEEP = 1 << 1, 1 << 2
"""GICR_WAKER."""
PRODUCT = 0x57 << 24
PIDR2_VALUE = 0x3B


@fn
def vgicr_read(vcpu: Ptr[Vcpu], target: u32, offset: u64, size: u64) -> u64:
    """Read `size` bytes of the redistributor of vCPU `target`, whose two frames are 128 KB."""
    owner = vcpu.domain.vcpu(u64(target))
    if owner is None or dist(vcpu).version != 3 or not is_access(offset, size, 2 * FRAME):
        return 0
    if offset >= FRAME + ARRAYS and offset < FRAME + ARRAYS_END:
        return read_array(owner, offset - FRAME, size, 0, 1)
    if size == DOUBLE:
        return typer(owner) if offset == TYPER else 0
    if size != WORD:
        return 0
    if offset == TYPER:
        return typer(owner) & 0xFFFF_FFFF
    if offset == TYPER_HIGH:
        return typer(owner) >> 32
    if offset == WAKER:
        return SLEEP | CHILDREN_ASLEEP if vgic(owner).asleep else 0
    if offset == IIDR:
        return PRODUCT
    return PIDR2_VALUE if offset == PIDR2 else 0


@fn
def typer(owner: Ptr[Vcpu]) -> u64:
    """GICR_TYPER."""
    last: u32 = LAST if owner.id == owner.domain.vcpu_count - 1 else 0
    return u64(last | owner.id << NUMBER_SHIFT) | vcpu_affinity(owner.id) << AFFINITY_SHIFT


@fn
def vgicr_write(vcpu: Ptr[Vcpu], target: u32, offset: u64, size: u64, value: u64) -> None:
    """Write to it.  A redistributor asleep delivers all the same."""
    owner = vcpu.domain.vcpu(u64(target))
    if owner is None or dist(vcpu).version != 3 or not is_access(offset, size, 2 * FRAME):
        return
    if offset >= FRAME + ARRAYS and offset < FRAME + ARRAYS_END:
        write_array(owner, offset - FRAME, size, value, 0, 1)
    elif offset == WAKER and size == WORD:
        vgic(owner).asleep = value & SLEEP != 0
