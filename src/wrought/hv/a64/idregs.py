"""What a guest sees of the processor: ID registers with only those features whose state the
hypervisor keeps apart.

A field that is not listed reads as 0, "not implemented", so that a feature of tomorrow is hidden
until somebody has thought about its registers.  Fields: Arm ARM DDI 0487, D24.2.
"""

from __future__ import annotations

from wrought.isa.a64.sysregs import SYSREGS
from wrought.lang.core import sysreg
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import unroll
from wrought.lang.core.scalars import Array, u64
from wrought.lang.core.static import static

KEEP = {
    "ID_AA64PFR0_EL1": "EL0 EL1 FP AdvSIMD GIC DIT CSV3",
    "ID_AA64PFR1_EL1": "BT SSBS",
    "ID_AA64ISAR0_EL1": "AES SHA1 SHA2 CRC32 Atomic RDM SHA3 SM3 SM4 DP FHM TS TLB RNDR",
    "ID_AA64ISAR1_EL1": "DPB JSCVT FCMA LRCPC FRINTTS SB SPECRES BF16 DGH I8MM",
    "ID_AA64ISAR2_EL1": "RPRES BC",
    "ID_AA64MMFR0_EL1": "PARange ASIDBits BigEnd SNSMem BigEndEL0 TGran16 TGran64 TGran4",
    "ID_AA64MMFR1_EL1": "HAFDBS HPDS PAN ETS nTLBPA",
    "ID_AA64MMFR2_EL1": "CnP UAO LSM VARange CCIDX ST AT IDS TTL BBM E0PD",
}
"""Fields shown as they are; TGran says what stage 1 may use."""
FORCED = {
    "ID_AA64PFR0_EL1": {"CSV2": 1},
    "ID_AA64DFR0_EL1": {"DebugVer": 6, "BRPs": 1, "WRPs": 1},
    "ID_DFR0_EL1": {"PerfMon": 15},
}
"""Fields with a value of their own: no SCXTNUM registers, the smallest debug unit, no PMU."""
WHOLE = ("ID_PFR0_EL1", "ID_PFR1_EL1", "ID_MMFR0_EL1", "ID_MMFR1_EL1", "ID_MMFR2_EL1",
         "ID_MMFR3_EL1", "ID_MMFR4_EL1", "ID_ISAR0_EL1", "ID_ISAR1_EL1", "ID_ISAR2_EL1",
         "ID_ISAR3_EL1", "ID_ISAR4_EL1", "ID_ISAR5_EL1", "ID_ISAR6_EL1", "MVFR0_EL1",
         "MVFR1_EL1", "MVFR2_EL1", "ID_PFR2_EL1")
"""Those of the 32-bit state, for programs of it: shown as they are."""
REGISTERS = 64
"""Op0 3, Op1 0, CRn 0: index CRm * 8 + Op2."""


def _index(name: str) -> int:
    _, _, _, crm, op2 = SYSREGS[name].enc
    return crm * 8 + op2


def _rows() -> tuple[tuple[int, sysreg.Register, int, int], ...]:
    """Index, register, mask of what is kept, bits that are set."""
    rows = []
    for name in (*KEEP, *(n for n in FORCED if n not in KEEP), *WHOLE):
        register = getattr(sysreg, name)
        fields = {f.name: f for f in register.row.fields}
        mask = 2**64 - 1 if name in WHOLE else 0
        for field in KEEP.get(name, "").split():
            f = fields[field]
            mask |= (2 ** (f.hi + 1) - 1) & ~(2**f.lo - 1)
        value = 0
        for field, number in FORCED.get(name, {}).items():
            value |= number << fields[field].lo
        rows.append((_index(name), register, mask, value))
    return tuple(rows)


ROWS = _rows()
shown = static(Array[u64, REGISTERS])
"""What reads as what."""


@fn
def fill_id_registers(parange: u64, gic_registers: bool) -> None:
    """Work out what guests see, on the boot CPU: the size of their addresses (as PARange) is at
    most `parange`, and the GIC's registers are shown where it has them."""
    for i, register, mask, value in unroll(ROWS):
        shown[i] = u64(register.read()) & mask | value
    mmfr0 = shown[7 * 8]
    shown[7 * 8] = mmfr0 & ~u64(15) | min(mmfr0 & 15, parange)
    pfr0 = shown[4 * 8]
    # EL1 of 64 bits only; EL2 and EL3 are not there for a guest.
    pfr0 = pfr0 & ~u64(15 << 4) | 1 << 4
    if not gic_registers:
        pfr0 &= ~u64(15 << 24)
    shown[4 * 8] = pfr0
