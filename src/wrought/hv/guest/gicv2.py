"""GICv2 as a guest uses it: distributor and CPU interface (Arm IHI 0048)."""

from __future__ import annotations

from wrought.hv.guest.board import board
from wrought.lang.core.decl import at, mmio
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import dsb
from wrought.lang.core.scalars import Mmio, Ptr, u8, u32

UNMASKED = 0xF0


@mmio
class CpuInterface:
    """GICC (4.4)."""

    ctlr: Mmio[u32] = at(0x00)
    pmr: Mmio[u32] = at(0x04)
    bpr: Mmio[u32] = at(0x08)
    iar: Mmio[u32] = at(0x0C)
    eoir: Mmio[u32] = at(0x10)
    rpr: Mmio[u32] = at(0x14)
    hppir: Mmio[u32] = at(0x18)


@mmio
class Distributor:
    """The registers of GICD that are not banked by interrupt (4.3)."""

    ctlr: Mmio[u32] = at(0x000)
    typer: Mmio[u32] = at(0x004)
    sgir: Mmio[u32] = at(0xF00)


@unsafe
@fn
def distributor() -> Ptr[Distributor]:
    """GICD."""
    # SAFETY: the device tree says that it is there, and it is mapped as a device.
    return Ptr[Distributor](board.distributor)


@unsafe
@fn
def cpu_interface() -> Ptr[CpuInterface]:
    """GICC of this CPU."""
    # SAFETY: as above.
    return Ptr[CpuInterface](board.cpu_interface)


@fn
def init_distributor() -> None:
    """Forward interrupts."""
    distributor().ctlr.write(1)


@fn
def init_cpu() -> None:
    """Open this CPU's interface."""
    cpu_interface().pmr.write(UNMASKED)
    cpu_interface().ctlr.write(1)


@fn
def acknowledge() -> u32:
    """The interrupt that is now active, with the sender of an SGI; 1023 where there is none."""
    value = cpu_interface().iar.read()
    dsb("sy")
    return value


@fn
def end(value: u32) -> None:
    """Drop the priority and deactivate what `acknowledge` gave."""
    cpu_interface().eoir.write(value)


@fn
def send_sgi(sgi: u8, targets: u8) -> None:
    """Send an SGI to the CPU interfaces of a mask (GICD_SGIR, 4.3.15)."""
    dsb("ishst")
    distributor().sgir.write(u32(targets) << 16 | u32(sgi))
