"""Where the machine's interrupt controller is, and what is known of it."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Array, u8, u32, u64
from wrought.lang.core.static import static

CPUS = 64
"""CPUs that can be interrupted."""
MAX_REGIONS = 32
"""Redistributor regions of a GICv3: real trees have 1 to 16."""

LOCAL = 32
"""INTIDs below this are each CPU's own: SGIs to 15, then PPIs."""
SGIS = 16
SPECIAL = 1020
"""INTIDs from here to 1023 are no interrupts."""
SPURIOUS = 1023
"""What `acknowledge` gives where nothing is pending."""
KICK_SGI = 1
"""The hypervisor's own SGI; its priority is that of all others."""
PRIORITY = 0xA0
"""Of all physical interrupts: none preempts another."""
UNMASKED = 0xF0


@struct
class Region:
    """Physical addresses `start` … `start + size`; size 0 for none."""

    start: u64
    size: u64


@struct
class GicPlaces:
    """The controller's registers, to be mapped as device memory before `gic_init_boot`."""

    version: u32
    """Architecture: 2 or 3 (which 4 is for us); 0 where none was found."""
    maintenance: u32
    """INTID of the maintenance interrupt, a PPI; 0 where the tree names none."""
    distributor: Region
    cpu_interface: Region
    """GICC of a GICv2: 8 KB, or 128 KB with its two pages 64 KB apart."""
    hypervisor: Region
    """GICH of a GICv2."""
    virtual: Region
    """GICV of a GICv2: see `virtual_interface`."""
    redistributors: Array[Region, MAX_REGIONS]
    redistributor_count: u64
    stride: u64
    """Bytes from one redistributor to the next; 0 where each says itself."""
    deactivate: u64
    """Address of GICC_DIR; known after `gic_init_boot`."""
    lines: u32
    """Interrupts with SPIs up to `lines` - 1; known after `gic_init_boot`."""


gic = static(GicPlaces)
cpu_mask = static(Array[u8, CPUS])
"""GICv2: the CPU interface of each CPU, a bit; 0 before its `gic_init_cpu`."""
cpu_affinity = static(Array[u64, CPUS])
"""GICv3: the affinity of each CPU as MPIDR_EL1 has it."""
cpu_kick = static(Array[u64, CPUS])
"""What to write into GICD_SGIR or ICC_SGI1R_EL1 to kick each CPU."""
cpu_ready = static(Array[bool, CPUS])
"""`gic_init_cpu` has run there."""


@fn
def places() -> GicPlaces:
    """What `gic_probe` found."""
    return gic


@fn
def virtual_interface() -> Region:
    """GICv2: the 8 KB that a guest gets as its GICC.

    With pages 64 KB apart each 4 KB repeats 16 times (Arm DDI 0471, 3.1, and server boards): the
    last repetition of the first page touches the second page.  After `gic_init_boot`.
    """
    if gic.deactivate - gic.cpu_interface.start > 0x1000:
        return Region(gic.virtual.start + 0xF000, 0x2000)
    return Region(gic.virtual.start, 0x2000)
