"""GICv2 as the hypervisor uses it: GICD and GICC (Arm IHI 0048, chapter 4)."""

from __future__ import annotations

from wrought.hv.drivers.gic.banks import (
    SET_ENABLE,
    TARGETS,
    quiet,
    read,
    use_local_bank,
    write,
    write_byte,
)
from wrought.hv.drivers.gic.places import (
    KICK_SGI,
    LOCAL,
    SGIS,
    SPECIAL,
    UNMASKED,
    cpu_kick,
    cpu_mask,
    gic,
)
from wrought.lang.core.decl import at, mmio
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import dsb, trunc, unroll
from wrought.lang.core.scalars import Mmio, Ptr, u8, u32, u64

ENABLE = 1
"""GICD_CTLR and GICC_CTLR: the group that this side of a security extension has, or group 0
where there is none."""
EOI_MODE = 1 << 9
"""GICC_CTLR: EOIR drops the priority, DIR deactivates."""
SGIR = 0xF00
TO_OTHERS = 1 << 24
"""GICD_SGIR.TargetListFilter."""
NO_BYPASS = 0x1E0
"""GICC_CTLR: the bypass disables, as the firmware left them."""
ACTIVE_PRIORITIES = 0xD0
IIDR, SECOND_PAGE, PAGE_64K = 0xFC, 0x1000, 0x1_0000


@mmio
class CpuInterface:
    """GICC (4.4)."""

    ctlr: Mmio[u32] = at(0x00)
    pmr: Mmio[u32] = at(0x04)
    bpr: Mmio[u32] = at(0x08)
    iar: Mmio[u32] = at(0x0C)
    eoir: Mmio[u32] = at(0x10)


@unsafe
@fn(inline=True)
def gicc() -> Ptr[CpuInterface]:
    """This CPU's interface."""
    # SAFETY: found through the device tree, mapped as device memory.
    return Ptr[CpuInterface](gic.cpu_interface.start)


@fn
def find_deactivate() -> u64:
    """The address of GICC_DIR: behind 4 KB, or behind 64 KB where pages are spread so that each
    can be mapped alone on its own 64 KB page.

    A tree may give 128 KB for both kinds; where the first page repeats at its own end, GICC_IIDR
    reads the same there.
    """
    base = gic.cpu_interface.start
    if gic.cpu_interface.size >= 2 * PAGE_64K:
        if read(base + IIDR) == read(base + PAGE_64K - SECOND_PAGE + IIDR):
            return base + PAGE_64K
    return base + SECOND_PAGE


@fn
def own_mask() -> u8:
    """This CPU's interface as GICD_ITARGETSR0 to 7 tell it; a single CPU reads zeroes there."""
    for i in range(u64(LOCAL // 4)):
        word = read(gic.distributor.start + TARGETS + 4 * i)
        word |= word >> 16
        word |= word >> 8
        if word & 0xFF != 0:
            return trunc(u8, word)
    return 1


@fn
def init_distributor() -> None:
    """Everything off and to this CPU, then forward; once."""
    base = gic.distributor.start
    write(base, 0)
    gic.deactivate = find_deactivate()
    gic.lines = min((read(base + 4) % 32 + 1) * 32, u32(SPECIAL))
    quiet(base, LOCAL, (gic.lines + 31) // 32 * 32)
    for i in range(u32(LOCAL // 4), (gic.lines + 3) // 4):
        write(base + TARGETS + u64(4 * i), u32(own_mask()) * 0x0101_0101)
    write(base, ENABLE)


@fn
def init_cpu(number: u32) -> None:
    """Open this CPU's interface; SGIs enabled, PPIs not."""
    base = gic.distributor.start
    use_local_bank(base)
    cpu_mask[number] = own_mask()
    cpu_kick[number] = u64(cpu_mask[number]) << 16 | KICK_SGI
    quiet(base, 0, LOCAL)
    write(base + SET_ENABLE, 0xFFFF)
    for i in unroll(range(4)):
        write(gic.cpu_interface.start + ACTIVE_PRIORITIES + 4 * i, 0)
    gicc().pmr.write(UNMASKED)
    gicc().bpr.write(0)
    gicc().ctlr.write(gicc().ctlr.read() & NO_BYPASS | ENABLE | EOI_MODE)


@fn(inline=True)
def acknowledge() -> u32:
    """Take the highest pending interrupt.  An SGI is ended at once: its end has to name the CPU
    that sent it, which nobody else needs to know."""
    value = gicc().iar.read()
    dsb("sy")
    intid = value & 0x3FF
    if intid < SGIS:
        gicc().eoir.write(value)
        write(gic.deactivate, value)
    return intid


@fn(inline=True)
def drop_priority(intid: u32) -> None:
    """GICC_EOIR."""
    if intid >= SGIS:
        gicc().eoir.write(intid)


@fn(inline=True)
def deactivate(intid: u32) -> None:
    """GICC_DIR."""
    if intid >= SGIS:
        write(gic.deactivate, intid)


@fn
def set_target(spi: u32, cpu: u32) -> None:
    """GICD_ITARGETSRn, byte access."""
    write_byte(gic.distributor.start + TARGETS + u64(spi), cpu_mask[cpu])


@fn
def send_kick(cpu: u32) -> None:
    """GICD_SGIR; what was written before is seen by the CPU that takes the interrupt."""
    dsb("ishst")
    write(gic.distributor.start + SGIR, trunc(u32, cpu_kick[cpu]))


@fn
def send_kick_all_others() -> None:
    """To all interfaces but this CPU's."""
    dsb("ishst")
    write(gic.distributor.start + SGIR, TO_OTHERS | KICK_SGI)
