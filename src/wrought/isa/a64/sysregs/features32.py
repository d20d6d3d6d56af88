"""`ID_*` and `MVFR*`: what the CPU can do in AArch32 state; a guest's reads of them trap."""

from __future__ import annotations

from wrought.isa.model import RO, Table

T = Table("Arm ARM DDI 0487, D24.2")


def nibbles(names: str) -> str:
    """A layout of four-bit fields, from the highest down to 3:0; `-` is reserved."""
    given = names.split()
    return ", ".join(f"{name} {4 * at + 3}:{4 * at}"
                     for at, name in zip(range(len(given) - 1, -1, -1), given, strict=True)
                     if name != "-")


FEATURES = {
    "ID_PFR0_EL1": ((1, 0), "AArch32 Processor Feature Register 0",
                    "RAS DIT AMU CSV2 State3 State2 State1 State0"),
    "ID_PFR1_EL1": ((1, 1), "AArch32 Processor Feature Register 1",
                    "GIC Virt_frac Sec_frac GenTimer Virtualization MProgMod Security ProgMod"),
    "ID_DFR0_EL1": ((1, 2), "AArch32 Debug Feature Register 0",
                    "TraceFilt PerfMon MProfDbg MMapTrc CopTrc MMapDbg CopSDbg CopDbg"),
    "ID_AFR0_EL1": ((1, 3), "AArch32 Auxiliary Feature Register 0",
                    "IMPDEF3 IMPDEF2 IMPDEF1 IMPDEF0"),
    "ID_MMFR0_EL1": ((1, 4), "AArch32 Memory Model Feature Register 0",
                     "InnerShr FCSE AuxReg TCM ShareLvl OuterShr PMSA VMSA"),
    "ID_MMFR1_EL1": ((1, 5), "AArch32 Memory Model Feature Register 1",
                     "BPred L1TstCln L1Uni L1Hvd L1UniSW L1HvdSW L1UniVA L1HvdVA"),
    "ID_MMFR2_EL1": ((1, 6), "AArch32 Memory Model Feature Register 2",
                     "HWAccFlg WFIStall MemBarr UniTLB HvdTLB L1HvdRng L1HvdBG L1HvdFG"),
    "ID_MMFR3_EL1": ((1, 7), "AArch32 Memory Model Feature Register 3",
                     "Supersec CMemSz CohWalk PAN MaintBcst BPMaint CMaintSW CMaintVA"),
    "ID_ISAR0_EL1": ((2, 0), "AArch32 Instruction Set Attribute Register 0",
                     "Divide Debug Coproc CmpBranch BitField BitCount Swap"),
    "ID_ISAR1_EL1": ((2, 1), "AArch32 Instruction Set Attribute Register 1",
                     "Jazelle Interwork Immediate IfThen Extend Except_AR Except Endian"),
    "ID_ISAR2_EL1": ((2, 2), "AArch32 Instruction Set Attribute Register 2",
                     "Reversal PSR_AR MultU MultS Mult MultiAccessInt MemHint LoadStore"),
    "ID_ISAR3_EL1": ((2, 3), "AArch32 Instruction Set Attribute Register 3",
                     "T32EE TrueNOP T32Copy TabBranch SynchPrim SVC SIMD Saturate"),
    "ID_ISAR4_EL1": ((2, 4), "AArch32 Instruction Set Attribute Register 4",
                     "SWP_frac PSR_M SynchPrim_frac Barrier SMC Writeback WithShifts Unpriv"),
    "ID_ISAR5_EL1": ((2, 5), "AArch32 Instruction Set Attribute Register 5",
                     "VCMA RDM - CRC32 SHA2 SHA1 AES SEVL"),
    "ID_MMFR4_EL1": ((2, 6), "AArch32 Memory Model Feature Register 4",
                     "EVT CCIDX LSM HPDS CnP XNX AC2 SpecSEI"),
    "ID_ISAR6_EL1": ((2, 7), "AArch32 Instruction Set Attribute Register 6",
                     "I8MM BF16 SPECRES SB FHM DP JSCVT"),
    "MVFR0_EL1": ((3, 0), "AArch32 Media and VFP Feature Register 0",
                  "FPRound FPShVec FPSqrt FPDivide FPTrap FPDP FPSP SIMDReg"),
    "MVFR1_EL1": ((3, 1), "AArch32 Media and VFP Feature Register 1",
                  "SIMDFMAC FPHP SIMDHP SIMDSP SIMDInt SIMDLS FPDNaN FPFtZ"),
    "MVFR2_EL1": ((3, 2), "AArch32 Media and VFP Feature Register 2", "FPMisc SIMDMisc"),
    "ID_PFR2_EL1": ((3, 4), "AArch32 Processor Feature Register 2", "RAS_frac SSBS CSV3"),
    "ID_DFR1_EL1": ((3, 5), "AArch32 Debug Feature Register 1", "HPMN0 MTPMU"),
    "ID_MMFR5_EL1": ((3, 6), "AArch32 Memory Model Feature Register 5", "nTLBPA ETS"),
}
"""(CRm, op2), title, and the four-bit fields from the highest down."""

for name, ((crm, op2), title, layout) in FEATURES.items():
    T.reg(name, (3, 0, 0, crm, op2), RO, 32, title, nibbles(layout))

REGS = tuple(T.rows)
