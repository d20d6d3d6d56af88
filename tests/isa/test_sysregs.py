"""System registers: encodings and access against LLVM's assembler, fields against themselves."""

from __future__ import annotations

import pytest

from isa.assembler import assemble
from wrought.isa.a64.sysops import system_word
from wrought.isa.a64.sysregs import BY_ENCODING, SYSREGS, lookup
from wrought.isa.model import RO, RW, WO, Field, SysReg, fields

REGS = list(SYSREGS.values())
ids = [reg.name for reg in REGS]

UNKNOWN_TO_LLVM: dict[str, str] = {}
"""Registers that the assembler does not know by name: name to the reason."""

X = 5
"""The general register of the test cases."""


@pytest.fixture(scope="module")
def reads() -> dict[str, int | None]:
    words = assemble([f"mrs x{X}, {reg.name}" for reg in REGS])
    return dict(zip(ids, words, strict=True))


@pytest.fixture(scope="module")
def writes() -> dict[str, int | None]:
    words = assemble([f"msr {reg.name}, x{X}" for reg in REGS])
    return dict(zip(ids, words, strict=True))


def test_reading(reads: dict[str, int | None]):
    """`MRS` has our encoding where we say readable, and is refused where we say write-only."""
    for reg in REGS:
        if reg.name not in UNKNOWN_TO_LLVM:
            expected = None if reg.access == WO else system_word(reg.enc, X, read=True)
            assert reads[reg.name] == expected, reg.name


def test_writing(writes: dict[str, int | None]):
    """`MSR` has our encoding where we say writable, and is refused where we say read-only."""
    for reg in REGS:
        if reg.name not in UNKNOWN_TO_LLVM:
            expected = None if reg.access == RO else system_word(reg.enc, X)
            assert writes[reg.name] == expected, reg.name


def test_generic_names_mean_the_same(reads: dict[str, int | None]):
    readable = [reg for reg in REGS if reg.access != WO]
    words = assemble([f"mrs x{X}, {reg.generic_name}" for reg in readable])
    assert words == [reads[reg.name] for reg in readable]


@pytest.mark.parametrize("reg", REGS, ids=ids)
def test_fields_fit(reg: SysReg):
    """Inside the width, from the highest down, without overlap, with meanings that occur."""
    below = reg.width
    for field in reg.fields:
        assert 0 <= field.lo <= field.hi < below, f"{reg.name}.{field.name}"
        assert all(0 <= value < 1 << field.width for value in field.meanings), field.name
        below = field.lo
    names = [field.name for field in reg.fields]
    assert len(names) == len(set(names))
    assert reg.title and reg.source and reg.width in (32, 64) and reg.access in (RO, WO, RW)


def test_encodings_are_unique_but_for_one_way_pairs():
    for registers in BY_ENCODING.values():
        assert len({reg.access for reg in registers}) == len(registers)
        assert len(registers) == 1 or {reg.access for reg in registers} == {RO, WO}


def test_names_are_unique_in_any_case():
    assert len({name.upper() for name in SYSREGS}) == len(SYSREGS)


def test_lookup():
    assert lookup("esr_el2").enc == (3, 4, 5, 2, 0)
    assert lookup("CURRENTEL").name == "CurrentEL"
    with pytest.raises(KeyError, match="ESR_EL4"):
        lookup("ESR_EL4")


def test_aliases_follow_their_register():
    aliases = [reg for reg in REGS if reg.alias]
    assert {"SCTLR_EL12", "CNTV_CTL_EL02", "ZCR_EL12", "SPSR_EL12"} <= {r.name for r in aliases}
    for reg in aliases:
        original = SYSREGS[reg.alias]
        assert reg.fields == original.fields and reg.width == original.width
        assert reg.name == original.name + "2"


EVERY_HYPERVISOR_NEEDS = """
    MIDR_EL1 MPIDR_EL1 REVIDR_EL1 CTR_EL0 CLIDR_EL1 CCSIDR_EL1 CSSELR_EL1 DCZID_EL0 VPIDR_EL2
    VMPIDR_EL2 SCTLR_EL1 SCTLR_EL2 ACTLR_EL1 CPACR_EL1 TCR_EL1 TCR_EL2 TTBR0_EL1 TTBR1_EL1
    TTBR0_EL2 MAIR_EL1 MAIR_EL2 AMAIR_EL1 VBAR_EL1 VBAR_EL2 CONTEXTIDR_EL1 TPIDR_EL0 TPIDRRO_EL0
    TPIDR_EL1 TPIDR_EL2 ESR_EL1 ESR_EL2 FAR_EL1 FAR_EL2 HPFAR_EL2 ELR_EL1 ELR_EL2 SPSR_EL1
    SPSR_EL2 AFSR0_EL1 AFSR1_EL1 SP_EL0 SP_EL1 DAIF NZCV CurrentEL SPSel PAN UAO DIT SSBS HCR_EL2
    HACR_EL2 HSTR_EL2 CPTR_EL2 MDCR_EL2 VTTBR_EL2 VTCR_EL2 VSTTBR_EL2 VSTCR_EL2 VNCR_EL2
    CNTHCTL_EL2 CNTVOFF_EL2 CNTFRQ_EL0 CNTKCTL_EL1 CNTPCT_EL0 CNTVCT_EL0 CNTHP_CTL_EL2
    CNTHP_CVAL_EL2 CNTHP_TVAL_EL2 CNTP_CTL_EL0 CNTV_CVAL_EL0 ICC_SRE_EL2 ICC_IAR1_EL1 ICC_DIR_EL1
    ICH_HCR_EL2 ICH_VTR_EL2 ICH_LR15_EL2 ICH_AP0R3_EL2 ICH_AP1R3_EL2 MDSCR_EL1 DBGBVR15_EL1
    DBGWCR15_EL1 OSLAR_EL1 OSLSR_EL1 OSDLR_EL1 MDCCSR_EL0 MDRAR_EL1 DBGAUTHSTATUS_EL1 DBGPRCR_EL1
    TRFCR_EL1 PMCR_EL0 PMEVCNTR30_EL0 PMEVTYPER30_EL0 PMCCFILTR_EL0 PMMIR_EL1 ERRIDR_EL1
    ERXMISC1_EL1 DISR_EL1 VDISR_EL2 VSESR_EL2 APIAKeyLo_EL1 APGAKeyHi_EL1 ZCR_EL1 ZCR_EL2
    MPAM2_EL2 MPAMIDR_EL1 ID_AA64PFR0_EL1 ID_AA64MMFR2_EL1 ID_PFR0_EL1 ID_ISAR6_EL1 ID_MMFR5_EL1
""".split()


def test_nothing_is_missing():
    assert not set(EVERY_HYPERVISOR_NEEDS) - set(SYSREGS)


def test_all_id_registers_that_trap_together_are_known():
    """HCR_EL2.TID3 traps op0 3, op1 0, CRn 0, CRm 1 to 7: a guest's reads must have names."""
    known = {enc for enc in BY_ENCODING if enc[:3] == (3, 0, 0) and 1 <= enc[3] <= 7}
    assert len(known) == 42


def test_field_values():
    pa_range = lookup("ID_AA64MMFR0_EL1").field("PARange")
    assert pa_range.get(0x1124) == 4 and pa_range.meanings[4] == "44 bits"
    field = Field("F", 7, 4)
    assert (field.width, field.mask) == (4, 0xF0)
    assert field.put(0xABC, 1) == 0xA1C
    with pytest.raises(ValueError, match="0x10 does not fit the 4 bits of F"):
        field.put(0, 16)
    with pytest.raises(KeyError, match="ESR_EL2 has no field X"):
        lookup("ESR_EL2").field("X")


def test_broken_rows_are_refused():
    with pytest.raises(ValueError, match="not a field: 'A'"):
        fields("A, B 3:0")
    with pytest.raises(ValueError, match=r"no field: \['C'\]"):
        fields("B 3:0", {"C": {}})
