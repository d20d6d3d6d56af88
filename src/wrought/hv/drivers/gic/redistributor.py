"""GICv3 redistributors: which is whose, and waking them (Arm IHI 0069, 12.10 and 12.11)."""

from __future__ import annotations

from wrought.hv.drivers.gic.banks import GROUP, SET_ENABLE, quiet, write
from wrought.hv.drivers.gic.places import LOCAL, gic
from wrought.lang.core.decl import at, bit, bitfield, bits, mmio
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import cpu_relax, trunc
from wrought.lang.core.scalars import Mmio, Ptr, u32, u64

FRAME = 0x1_0000
"""RD_base and SGI_base take one each; with virtual LPIs there are two more."""


@bitfield(u64)
class Typer:
    """GICR_TYPER (12.11.35)."""

    affinity: u32 = bits(63, 32)
    """Aff3, Aff2, Aff1, Aff0."""
    last: bool = bit(4)
    """Of its series of redistributors."""
    vlpis: bool = bit(1)


@bitfield(u32)
class Waker:
    """GICR_WAKER (12.11.42)."""

    children_asleep: bool = bit(2)
    processor_sleep: bool = bit(1)


@bitfield(u32)
class Control:
    """GICR_CTLR (12.11.2)."""

    write_pending: bool = bit(3)
    """RWP: clearing an enable has not taken effect everywhere."""


@mmio
class Redistributor:
    """RD_base."""

    ctlr: Mmio[Control] = at(0x00)
    typer: Mmio[Typer] = at(0x08)
    waker: Mmio[Waker] = at(0x14)


@unsafe
@fn
def redistributor_at(address: u64) -> Ptr[Redistributor]:
    """The redistributor at an address."""
    # SAFETY: inside a region that the device tree gave, mapped as device memory.
    return Ptr[Redistributor](address)


@fn(inline=True)
def packed_affinity(mpidr: u64) -> u32:
    """The affinity of MPIDR_EL1 in four adjacent bytes."""
    return trunc(u32, mpidr >> 8 & 0xFF00_0000 | mpidr & 0xFF_FFFF)


@fn
def find_redistributor(mpidr: u64) -> u64:
    """RD_base of the CPU of that affinity; 0 where no region has it."""
    wanted = packed_affinity(mpidr)
    for i in range(gic.redistributor_count):
        region = gic.redistributors[i]
        end = region.start + region.size
        at = region.start
        while at < end:
            typer = redistributor_at(at).typer.read()
            if typer.affinity == wanted:
                return at
            if typer.last:
                break
            if gic.stride != 0:
                at += gic.stride
            else:
                at += FRAME * 4 if typer.vlpis else FRAME * 2
    return 0


@fn
def wake(address: u64) -> None:
    """End the sleep in which it forwards nothing."""
    mine = redistributor_at(address)
    mine.waker.modify(processor_sleep=False)
    while mine.waker.read().children_asleep:
        cpu_relax()


@fn
def init_redistributor(address: u64) -> None:
    """Wake it; SGIs enabled, PPIs not, all in group 1.  SGI_base is at `address` + FRAME."""
    wake(address)
    sgi_base = address + FRAME
    quiet(sgi_base, 0, LOCAL)
    write(sgi_base + GROUP, 0xFFFF_FFFF)
    while redistributor_at(address).ctlr.read().write_pending:
        cpu_relax()
    write(sgi_base + SET_ENABLE, 0xFFFF)
