"""GICv3 as a guest uses it: system registers, distributor and redistributor (Arm IHI 0069)."""

from __future__ import annotations

from wrought.hv.guest.board import board
from wrought.lang.core.decl import at, mmio
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import dsb, isb, trunc
from wrought.lang.core.scalars import Mmio, Ptr, u8, u32, u64
from wrought.lang.core.sysreg import (
    ICC_CTLR_EL1,
    ICC_EOIR1_EL1,
    ICC_IAR1_EL1,
    ICC_IGRPEN1_EL1,
    ICC_PMR_EL1,
    ICC_SGI1R_EL1,
    ICC_SRE_EL1,
)
from wrought.rt.a64.cpu import this_cpu

FRAME = 0x2_0000
"""Bytes of a redistributor: RD_base and SGI_base, 64 KB each."""
SGI_BASE = 0x1_0000
SLEEP, CHILDREN_ASLEEP = 1 << 1, 1 << 2
"""GICR_WAKER, 12.11.42."""
LAST = 1 << 4
"""GICR_TYPER, 12.11.35."""
ARE, GROUP1A, GROUP1 = 1 << 4, 1 << 1, 1 << 0
"""GICD_CTLR as one security state sees it (12.9.4)."""
UNMASKED = 0xF0


@mmio
class Redistributor:
    """The registers of RD_base that are used here (12.10)."""

    ctlr: Mmio[u32] = at(0x00)
    typer: Mmio[u64] = at(0x08)
    waker: Mmio[u32] = at(0x14)


@mmio
class Control:
    """GICD_CTLR and GICD_TYPER (12.8)."""

    ctlr: Mmio[u32] = at(0x00)
    typer: Mmio[u32] = at(0x04)


@unsafe
@fn
def distributor() -> Ptr[Control]:
    """The distributor's first registers."""
    # SAFETY: the device tree says that it is there, and it is mapped as a device.
    return Ptr[Control](board.distributor)


@unsafe
@fn
def redistributor_at(address: u64) -> Ptr[Redistributor]:
    """The redistributor at an address that the device tree gave."""
    # SAFETY: as above.
    return Ptr[Redistributor](address)


@fn
def my_redistributor() -> u64:
    """The address of this CPU's redistributor; a panic where none has its affinity."""
    cpu = this_cpu()
    wanted = cpu >> 8 & 0xFF00_0000 | cpu & 0xFF_FFFF
    address = board.redistributors
    while True:
        typer = redistributor_at(address).typer.read()
        if typer >> 32 == wanted:
            return address
        assert typer & LAST == 0, "no redistributor has this CPU's affinity"
        address += FRAME


@fn
def init_distributor() -> None:
    """Forward interrupts of group 1, routed by affinity."""
    distributor().ctlr.write(ARE | GROUP1A | GROUP1)


@fn
def init_cpu() -> None:
    """Wake this CPU's redistributor and open its interface."""
    mine = redistributor_at(my_redistributor())
    mine.waker.write(mine.waker.read() & ~u32(SLEEP))
    while mine.waker.read() & CHILDREN_ASLEEP != 0:
        pass
    ICC_SRE_EL1.write(7)
    isb()
    ICC_PMR_EL1.write(UNMASKED)
    ICC_CTLR_EL1.write(0)
    ICC_IGRPEN1_EL1.write(1)
    isb()


@fn
def acknowledge() -> u32:
    """The interrupt that is now active, 1023 where there is none."""
    intid = trunc(u32, u64(ICC_IAR1_EL1.read()))
    dsb("sy")
    return intid


@fn
def end(intid: u32) -> None:
    """Drop its priority and deactivate it."""
    ICC_EOIR1_EL1.write(u64(intid))
    isb()


@fn
def send_sgi(sgi: u8, mpidr: u64) -> None:
    """Send an SGI to the CPU of that affinity (ICC_SGI1R_EL1, 12.2.22)."""
    dsb("ishst")
    target = u64(1) << (mpidr & 15)
    affinity = (mpidr >> 8 & 0xFF) << 16 | (mpidr >> 16 & 0xFF) << 32 | (mpidr >> 32 & 0xFF) << 48
    ICC_SGI1R_EL1.write(affinity | (mpidr >> 4 & 15) << 44 | u64(sgi) << 24 | target)
    isb()
