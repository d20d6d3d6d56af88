"""What is switched on: system control, coprocessor access, thread identifiers, pointer keys."""

from __future__ import annotations

from wrought.isa.model import RW, Table

T = Table("Arm ARM DDI 0487, D24.2")

TAG_FAULT = {0: "no effect", 1: "synchronous", 2: "asynchronous", 3: "asymmetric"}
FP_TRAP = {0: "trap EL0 and EL1", 1: "trap EL0", 2: "trap EL0 and EL1", 3: "no trap"}

SCTLR_EL1 = T.reg(
    "SCTLR_EL1", (3, 0, 1, 0, 0), RW, 64, "System Control Register (EL1)",
    "TIDCP 63, SPINTMASK 62, NMI 61, EnTP2 60, EPAN 57, EnALS 56, EnAS0 55, EnASR 54, TME 53,"
    "TME0 52, TMT 51, TMT0 50, TWEDEL 49:46, TWEDEn 45, DSSBS 44, ATA 43, ATA0 42, TCF 41:40,"
    "TCF0 39:38, ITFSB 37, BT1 36, BT0 35, MSCEn 33, CMOW 32, EnIA 31, EnIB 30, LSMAOE 29,"
    "nTLSMD 28, EnDA 27, UCI 26, EE 25, E0E 24, SPAN 23, EIS 22, IESB 21, TSCXT 20, WXN 19,"
    "nTWE 18, nTWI 16, UCT 15, DZE 14, EnDB 13, I 12, EOS 11, EnRCTX 10, UMA 9, SED 8, ITD 7,"
    "nAA 6, CP15BEN 5, SA0 4, SA 3, C 2, A 1, M 0",
    {"TCF": TAG_FAULT, "TCF0": TAG_FAULT, "EE": {0: "little endian", 1: "big endian"},
     "E0E": {0: "little endian", 1: "big endian"},
     "SPAN": {0: "set PSTATE.PAN on an exception", 1: "leave it"}})
T.alias("SCTLR_EL12", SCTLR_EL1)

T.reg("SCTLR_EL2", (3, 4, 1, 0, 0), RW, 64,
      "System Control Register (EL2; bits that only count with HCR_EL2.{E2H,TGE} included)",
      "TIDCP 63, SPINTMASK 62, NMI 61, EnTP2 60, EPAN 57, EnALS 56, EnAS0 55, EnASR 54, TME 53,"
      "TME0 52, TMT 51, TMT0 50, TWEDEL 49:46, TWEDEn 45, DSSBS 44, ATA 43, ATA0 42, TCF 41:40,"
      "TCF0 39:38, ITFSB 37, BT 36, BT0 35, MSCEn 33, CMOW 32, EnIA 31, EnIB 30, LSMAOE 29,"
      "nTLSMD 28, EnDA 27, UCI 26, EE 25, E0E 24, SPAN 23, EIS 22, IESB 21, TSCXT 20, WXN 19,"
      "nTWE 18, nTWI 16, UCT 15, DZE 14, EnDB 13, I 12, EOS 11, EnRCTX 10, SED 8, ITD 7,"
      "nAA 6, CP15BEN 5, SA0 4, SA 3, C 2, A 1, M 0",
      {"TCF": TAG_FAULT, "TCF0": TAG_FAULT, "EE": {0: "little endian", 1: "big endian"}})

T.reg("ACTLR_EL1", (3, 0, 1, 0, 1), RW, 64, "Auxiliary Control Register (EL1)")
T.reg("ACTLR_EL2", (3, 4, 1, 0, 1), RW, 64, "Auxiliary Control Register (EL2)")

CPACR_EL1 = T.reg(
    "CPACR_EL1", (3, 0, 1, 0, 2), RW, 64, "Architectural Feature Access Control Register",
    "TTA 28, SMEN 25:24, FPEN 21:20, ZEN 17:16",
    {"SMEN": FP_TRAP, "FPEN": FP_TRAP, "ZEN": FP_TRAP})
T.alias("CPACR_EL12", CPACR_EL1)

ZCR_EL1 = T.reg("ZCR_EL1", (3, 0, 1, 2, 0), RW, 64, "SVE Control Register (EL1)", "LEN 3:0")
T.alias("ZCR_EL12", ZCR_EL1)
T.reg("ZCR_EL2", (3, 4, 1, 2, 0), RW, 64, "SVE Control Register (EL2)", "LEN 3:0")
T.reg("RGSR_EL1", (3, 0, 1, 0, 5), RW, 64, "Random Allocation Tag Seed Register",
      "SEED 23:8, TAG 3:0")
T.reg("GCR_EL1", (3, 0, 1, 0, 6), RW, 64, "Tag Control Register", "RRND 16, Exclude 15:0")

T.reg("TPIDR_EL0", (3, 3, 13, 0, 2), RW, 64, "EL0 Read/Write Software Thread ID Register")
T.reg("TPIDRRO_EL0", (3, 3, 13, 0, 3), RW, 64, "EL0 Read-Only Software Thread ID Register")
T.reg("TPIDR_EL1", (3, 0, 13, 0, 4), RW, 64, "EL1 Software Thread ID Register")
T.reg("TPIDR_EL2", (3, 4, 13, 0, 2), RW, 64, "EL2 Software Thread ID Register")

SCXTNUM_EL1 = T.reg("SCXTNUM_EL1", (3, 0, 13, 0, 7), RW, 64,
                    "EL1 Read/Write Software Context Number")
T.alias("SCXTNUM_EL12", SCXTNUM_EL1)
T.reg("SCXTNUM_EL0", (3, 3, 13, 0, 7), RW, 64, "EL0 Read/Write Software Context Number")
T.reg("SCXTNUM_EL2", (3, 4, 13, 0, 7), RW, 64, "EL2 Read/Write Software Context Number")

KEYS = {"APIA": (1, 0), "APIB": (1, 2), "APDA": (2, 0), "APDB": (2, 2), "APGA": (3, 0)}
"""Pointer authentication keys: (CRm, op2 of the low half)."""

for name, (crm, op2) in KEYS.items():
    for half, low in (("Lo", 0), ("Hi", 1)):
        T.reg(f"{name}Key{half}_EL1", (3, 0, 2, crm, op2 + low), RW, 64,
              f"Pointer Authentication Key {name[2:]} ({half.lower()} half)")

REGS = tuple(T.rows)
