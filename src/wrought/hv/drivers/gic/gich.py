"""GICv2's list registers and virtual interface control: GICH_* (Arm IHI 0048, 5.3)."""

from __future__ import annotations

from wrought.hv.drivers.gic.banks import read, write
from wrought.hv.drivers.gic.list_register import from_gich, to_gich
from wrought.hv.drivers.gic.places import gic
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import u32, u64
from wrought.lang.core.static import static

HCR, VTR, VMCR, MISR = 0x000, 0x004, 0x008, 0x010
EISR0, EISR1, ELRSR0, ELRSR1, APR, LR = 0x020, 0x024, 0x030, 0x034, 0x0F0, 0x100
"""Offsets (table 5-2)."""
VMCR_RESET = 0x004C_0000
"""Binary points 2 and 3, nothing enabled, all masked (5.3.3)."""

count = static(u32)
"""List registers that there are."""


@fn(inline=True)
def place(offset: u64) -> u64:
    """The address of one of this CPU's."""
    return gic.hypervisor.start + offset


@fn
def init() -> None:
    """Look, and leave nothing that the firmware had."""
    global count
    count = read(place(VTR)) % 64 + 1
    write(place(HCR), 0)
    for i in range(count):
        write(place(LR + u64(4 * i)), 0)
    write(place(APR), 0)
    write(place(VMCR), VMCR_RESET)


@fn(inline=True)
def lr_read(i: u32) -> u64:
    """GICH_LR<i> in the canonical form."""
    return from_gich(read(place(LR + u64(4 * i))))


@fn(inline=True)
def lr_write(i: u32, value: u64) -> None:
    """Set GICH_LR<i>."""
    write(place(LR + u64(4 * i)), to_gich(value))


@fn(inline=True)
def pair(first: u64, second: u64) -> u64:
    """Two words with a bit for each list register, the second only where there are so many."""
    low = u64(read(place(first)))
    return low if count <= 32 else low | u64(read(place(second))) << 32


@fn(inline=True)
def lr_empty() -> u64:
    """A bit for each list register that holds no interrupt."""
    found = pair(ELRSR0, ELRSR1)
    return found if count == 64 else found & (u64(1) << u64(count)) - 1


@fn(inline=True)
def hcr_read() -> u32:
    """GICH_HCR."""
    return read(place(HCR))


@fn(inline=True)
def hcr_write(value: u32) -> None:
    """GICH_HCR."""
    write(place(HCR), value)


@fn(inline=True)
def vmcr_read() -> u32:
    """GICH_VMCR."""
    return read(place(VMCR))


@fn(inline=True)
def vmcr_write(value: u32) -> None:
    """GICH_VMCR."""
    write(place(VMCR), value)


@fn(inline=True)
def misr_read() -> u32:
    """GICH_MISR."""
    return read(place(MISR))


@fn(inline=True)
def eisr_read() -> u64:
    """GICH_EISR0 and 1."""
    return pair(EISR0, EISR1)


@fn(inline=True)
def apr_read(i: u32) -> u32:
    """GICH_APR is word 0; there is no other."""
    return read(place(APR)) if i == 0 else u32(0)


@fn(inline=True)
def apr_write(i: u32, value: u32) -> None:
    """Set it."""
    if i == 0:
        write(place(APR), value)
