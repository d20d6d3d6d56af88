"""GICv3 as the hypervisor uses it: GICD and ICC_* (Arm IHI 0069)."""

from __future__ import annotations

from wrought.hv.drivers.gic.banks import (
    GROUP,
    ROUTES,
    quiet,
    read,
    use_local_bank,
    write,
    write_double,
)
from wrought.hv.drivers.gic.places import (
    KICK_SGI,
    LOCAL,
    SPECIAL,
    UNMASKED,
    cpu_affinity,
    cpu_kick,
    gic,
)
from wrought.hv.drivers.gic.redistributor import FRAME, find_redistributor, init_redistributor
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import cpu_relax, dsb, isb, trunc
from wrought.lang.core.scalars import u32, u64
from wrought.lang.core.sysreg import (
    ICC_AP1R0_EL1,
    ICC_AP1R1_EL1,
    ICC_AP1R2_EL1,
    ICC_AP1R3_EL1,
    ICC_BPR1_EL1,
    ICC_CTLR_EL1,
    ICC_DIR_EL1,
    ICC_EOIR1_EL1,
    ICC_IAR1_EL1,
    ICC_IGRPEN1_EL1,
    ICC_PMR_EL1,
    ICC_SGI1R_EL1,
    ICC_SRE_EL1,
    ICC_SRE_EL2,
)
from wrought.rt.a64.cpu import this_cpu

WRITE_PENDING, ARE = 1 << 31, 1 << 4
GROUP_1 = 1 << 1 | 1 << 0
"""GICD_CTLR (12.9.4): EnableGrp1A and EnableGrp1 as this side of two security states sees it,
EnableGrp1 and EnableGrp0 where there is one."""
SRE_ALL = 7
"""ICC_SRE_EL2 and ICC_SRE_EL1: system registers, no bypass.  Without Enable (bit 3) what EL1 does
with ICC_SRE_EL1 traps: where it can be changed it is the CPU's, for the next guest too."""
TO_OTHERS = 1 << 40
"""ICC_SGI1R_EL1.IRM."""


@fn
def settle() -> None:
    """Wait until GICD_CTLR and the enables have taken effect."""
    while read(gic.distributor.start) & WRITE_PENDING != 0:
        cpu_relax()


@fn
def init_distributor(mpidr: u64) -> None:
    """Everything off, in group 1 and to the CPU of that affinity, then forward; once."""
    base = gic.distributor.start
    write(base, 0)
    settle()
    write(base, ARE)
    gic.lines = min((read(base + 4) % 32 + 1) * 32, u32(SPECIAL))
    quiet(base, LOCAL, (gic.lines + 31) // 32 * 32)
    for i in range(u32(1), (gic.lines + 31) // 32):
        write(base + GROUP + u64(4 * i), 0xFFFF_FFFF)
    for i in range(u32(LOCAL), gic.lines):
        write_double(base + ROUTES + u64(8 * i), mpidr)
    settle()
    write(base, ARE | GROUP_1)


@fn
def kick_word(mpidr: u64) -> u64:
    """ICC_SGI1R_EL1 (12.2.22) for our SGI to the CPU of that affinity."""
    affinity = (mpidr >> 8 & 0xFF) << 16 | (mpidr >> 16 & 0xFF) << 32 | (mpidr >> 32 & 0xFF) << 48
    return affinity | (mpidr >> 4 & 15) << 44 | KICK_SGI << 24 | u64(1) << (mpidr & 15)


@fn
def init_interface() -> None:
    """This CPU's ICC registers: priorities drop and interrupts end separately."""
    ICC_SRE_EL2.write(SRE_ALL)
    isb()
    ICC_SRE_EL1.write(SRE_ALL)
    isb()
    ICC_PMR_EL1.write(UNMASKED)
    ICC_BPR1_EL1.write(0)
    ICC_CTLR_EL1.modify(eoimode=True, cbpr=False)
    bits = ICC_CTLR_EL1.read().pribits
    if bits >= 6:
        ICC_AP1R3_EL1.write(0)
        ICC_AP1R2_EL1.write(0)
    if bits >= 5:
        ICC_AP1R1_EL1.write(0)
    ICC_AP1R0_EL1.write(0)
    ICC_IGRPEN1_EL1.write(1)
    isb()


@fn
def init_cpu(number: u32) -> None:
    """Wake this CPU's redistributor and open its interface; SGIs enabled, PPIs not."""
    mpidr = this_cpu()
    mine = find_redistributor(mpidr)
    assert mine != 0, "no GICv3 redistributor of the device tree has this CPU's affinity"
    use_local_bank(mine + FRAME)
    cpu_affinity[number] = mpidr
    cpu_kick[number] = kick_word(mpidr)
    init_redistributor(mine)
    init_interface()


@fn(inline=True)
def acknowledge() -> u32:
    """ICC_IAR1_EL1."""
    intid = trunc(u32, u64(ICC_IAR1_EL1.read()))
    dsb("sy")
    return intid


@fn(inline=True)
def drop_priority(intid: u32) -> None:
    """ICC_EOIR1_EL1; in effect at the latest with the ERET."""
    ICC_EOIR1_EL1.write(u64(intid))


@fn(inline=True)
def deactivate(intid: u32) -> None:
    """ICC_DIR_EL1; in effect at the latest with the ERET."""
    ICC_DIR_EL1.write(u64(intid))


@fn
def set_target(spi: u32, cpu: u32) -> None:
    """GICD_IROUTERn."""
    write_double(gic.distributor.start + ROUTES + u64(8 * spi), cpu_affinity[cpu])


@fn
def send_kick(cpu: u32) -> None:
    """ICC_SGI1R_EL1; what was written before is seen by the CPU that takes the interrupt."""
    dsb("ishst")
    ICC_SGI1R_EL1.write(cpu_kick[cpu])
    isb()


@fn
def send_kick_all_others() -> None:
    """To all CPUs but this one."""
    dsb("ishst")
    ICC_SGI1R_EL1.write(TO_OTHERS | KICK_SGI << 24)
    isb()
