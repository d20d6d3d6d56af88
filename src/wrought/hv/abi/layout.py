"""Where things are in the address space of an ordinary guest (xen/public/arch-arm.h).

Guests read it from their device tree; Xen's tools know it by heart.
"""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import u32, u64

GICD = 0x0300_1000
GICD_SIZE = 0x1000
GICC = 0x0300_2000
GICC_SIZE = 0x2000
"""GICv2."""
GICD_V3_SIZE = 0x1_0000
GICR = 0x0302_0000
"""GICv3 redistributors, two frames of 64 KB for each vCPU."""
GICR_STRIDE = 0x2_0000
GICR_SIZE = 0x100_0000
PL011 = 0x2200_0000
PL011_SIZE = 0x1000
PL011_SPI = 32
GRANT_TABLE = 0x3800_0000
GRANT_TABLE_SIZE = 0x100_0000
MAGIC = 0x3900_0000
"""Frames for xenstore and console rings."""
RAM0 = 0x4000_0000
RAM0_SIZE = 0xC000_0000
RAM1 = 0x2_0000_0000
RAM1_SIZE = 0xFE_0000_0000

EVENT_PPI = 31
VIRTUAL_TIMER_PPI = 27
PHYSICAL_TIMER_PPI = 30
SECURE_TIMER_PPI = 29
"""Never raised; Linux wants it named."""

AFF0_VCPUS = 16
"""An SGI reaches 16 vCPUs through its target list (Arm IHI 0069, 12.2.13)."""


@struct
class GuestLayout:
    """The addresses of one guest's devices; those of a domain mapped one to one are the
    machine's."""

    version: u32
    """Of the GIC: 2 or 3."""
    gicd: u64
    gicd_size: u64
    gicc: u64
    gicc_size: u64
    gicr: u64
    gicr_size: u64
    uart: u64
    """The emulated PL011, 0 where there is none."""
    grants: u64
    grants_size: u64


@fn
def vcpu_affinity(id: u32) -> u64:
    """MPIDR_EL1's affinity of a vCPU: 16 of them share Aff1."""
    return u64(id % AFF0_VCPUS) | u64(id // AFF0_VCPUS) << 8
