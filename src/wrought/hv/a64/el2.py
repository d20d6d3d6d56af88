"""What every CPU is told once about how guests run (Arm ARM DDI 0487, D24.2)."""

from __future__ import annotations

from wrought.hv.a64.fp import CPTR_CLOSED
from wrought.lang.core.function import asm, fn
from wrought.lang.core.intrinsics import a64, isb
from wrought.lang.core.scalars import u64
from wrought.lang.core.static import static
from wrought.lang.core.sysreg import (
    CPTR_EL2,
    HCR_EL2,
    HSTR_EL2,
    ID_AA64MMFR0_EL1,
    ID_AA64MMFR1_EL1,
    MDCR_EL2,
    MIDR_EL1,
    VPIDR_EL2,
    VTCR_EL2,
)

TRAP_DEBUG = 1 << 11 | 1 << 10 | 1 << 9
"""MDCR_EL2: TDRA, TDOSA, TDA."""
TRAP_PMU = 1 << 6 | 1 << 5
"""TPM, TPMCR."""
TRAP_TRACE = 1 << 19
"""TTRF."""
TRAP_STATISTICS = 1 << 14
"""TPMS."""

VM, SWIO, PTW, FMO, IMO, AMO = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 4, 1 << 5
"""PTW: a guest's tables can't lie in device memory.  When the hypervisor translates for a guest
(AT), a device that answers a walk with an abort would give that to EL2 (D8.2.13)."""
FB, BSU_INNER = 1 << 9, 1 << 10
"""A guest's local maintenance reaches all CPUs: its vCPUs move between them."""
TWI, TWE = 1 << 13, 1 << 14
TID1, TID3, TSC, TIDCP, TACR, TSW = 1 << 16, 1 << 18, 1 << 19, 1 << 20, 1 << 21, 1 << 22
RW = 1 << 31
TLOR, TERR = 1 << 35, 1 << 36
"""Limited ordering regions and error records, which guests do not see."""
HCR_GUEST = (VM | SWIO | PTW | FMO | IMO | AMO | FB | BSU_INNER | TID1 | TID3 | TSC | TIDCP | TACR
             | TSW | RW | TLOR | TERR)
"""While a guest runs; WFI and WFE are trapped only where its CPU is shared."""
HCR_SHARED = HCR_GUEST | TWI | TWE

vtcr = static(u64)
"""VTCR_EL2 of all guests, the same on all CPUs."""
ipa_bits = static(u64)


@asm
def clear_fine_traps() -> None:
    """HFGRTR, HFGWTR, HFGITR, HDFGRTR and HDFGWTR_EL2, unknown at reset: no finer traps than those
    above, and those whose zero means a trap are of features that are hidden (D24.2)."""
    a64("""
        msr S3_4_C1_C1_4, xzr
        msr S3_4_C1_C1_5, xzr
        msr S3_4_C1_C1_6, xzr
        msr S3_4_C3_C1_4, xzr
        msr S3_4_C3_C1_5, xzr
        ret
    """)


@asm
def clear_extension() -> None:
    """HCRX_EL2, unknown at reset: none of the features that it allows."""
    a64("""
        msr S3_4_C1_C2_2, xzr
        ret
    """)


@fn
def init_el2() -> None:
    """Set this CPU's controls."""
    if ID_AA64MMFR0_EL1.read().fgt != 0:
        clear_fine_traps()
    if ID_AA64MMFR1_EL1.read().hcx != 0:
        clear_extension()
    HCR_EL2.write(HCR_GUEST)
    CPTR_EL2.write(CPTR_CLOSED)
    MDCR_EL2.write(TRAP_DEBUG | TRAP_PMU | TRAP_TRACE | TRAP_STATISTICS
                   | (u64(MDCR_EL2.read()) & 31))
    HSTR_EL2.write(0)
    VPIDR_EL2.write(u64(MIDR_EL1.read()))
    VTCR_EL2.write(vtcr)
    isb()
