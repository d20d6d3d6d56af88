"""`ID_AA64*`: what the CPU can do in AArch64 state."""

from __future__ import annotations

from wrought.isa.model import RO, Table

T = Table("Arm ARM DDI 0487, D24.2")

LEVEL = {0: "absent", 1: "AArch64 only", 2: "AArch64 and AArch32"}
FLOATING_POINT = {0: "implemented", 1: "with half precision", 15: "absent"}
PA_BITS = {0: "32 bits", 1: "36 bits", 2: "40 bits", 3: "42 bits", 4: "44 bits", 5: "48 bits",
           6: "52 bits", 7: "56 bits"}
ID_BITS = {0: "8 bits", 2: "16 bits"}
GRANULE_4K = {0: "supported", 1: "with 52-bit addresses", 15: "not supported"}
GRANULE_16K = {0: "not supported", 1: "supported", 2: "with 52-bit addresses"}
GRANULE_64K = {0: "supported", 15: "not supported"}
GRANULE_STAGE_2 = {0: "as stage 1", 1: "not supported", 2: "supported",
                   3: "with 52-bit addresses"}
PMU = {0: "absent", 1: "PMUv3", 4: "PMUv3p1", 5: "PMUv3p4", 6: "PMUv3p5", 7: "PMUv3p7",
       8: "PMUv3p8", 9: "PMUv3p9", 15: "implementation defined"}
DEBUG = {6: "Armv8", 7: "with VHE", 8: "Armv8.2", 9: "Armv8.4", 10: "Armv8.8", 11: "Armv8.9"}
POINTER_AUTH = {0: "absent", 1: "PAuth", 2: "EPAC", 3: "PAuth2", 4: "FPAC", 5: "FPACCOMBINE"}

T.reg("ID_AA64PFR0_EL1", (3, 0, 0, 4, 0), RO, 64, "AArch64 Processor Feature Register 0",
      "CSV3 63:60, CSV2 59:56, RME 55:52, DIT 51:48, AMU 47:44, MPAM 43:40, SEL2 39:36,"
      "SVE 35:32, RAS 31:28, GIC 27:24, AdvSIMD 23:20, FP 19:16, EL3 15:12, EL2 11:8,"
      "EL1 7:4, EL0 3:0",
      {"EL0": LEVEL, "EL1": LEVEL, "EL2": LEVEL, "EL3": LEVEL, "FP": FLOATING_POINT,
       "AdvSIMD": FLOATING_POINT, "RAS": {0: "absent", 1: "RAS", 2: "RASv1p1", 3: "RASv2"},
       "GIC": {0: "memory mapped only", 1: "system registers, GICv3.0 or v4.0",
               3: "system registers, GICv4.1"}})
T.reg("ID_AA64PFR1_EL1", (3, 0, 0, 4, 1), RO, 64, "AArch64 Processor Feature Register 1",
      "PFAR 63:60, DF2 59:56, MTEX 55:52, THE 51:48, GCS 47:44, MTE_frac 43:40, NMI 39:36,"
      "CSV2_frac 35:32, RNDR_trap 31:28, SME 27:24, MPAM_frac 19:16, RAS_frac 15:12, MTE 11:8,"
      "SSBS 7:4, BT 3:0")
T.reg("ID_AA64ZFR0_EL1", (3, 0, 0, 4, 4), RO, 64, "SVE Feature ID Register 0",
      "F64MM 59:56, F32MM 55:52, I8MM 47:44, SM4 43:40, SHA3 35:32, BF16 23:20, BitPerm 19:16,"
      "AES 7:4, SVEver 3:0")
T.reg("ID_AA64SMFR0_EL1", (3, 0, 0, 4, 5), RO, 64, "SME Feature ID Register 0",
      "FA64 63, SMEver 59:56, I16I64 55:52, F64F64 48, I16I32 47:44, B16B16 43, F16F16 42,"
      "I8I32 39:36, F16F32 35, B16F32 34, BI32I32 33, F32F32 32")
T.reg("ID_AA64DFR0_EL1", (3, 0, 0, 5, 0), RO, 64, "AArch64 Debug Feature Register 0",
      "HPMN0 63:60, ExtTrcBuff 59:56, BRBE 55:52, MTPMU 51:48, TraceBuffer 47:44,"
      "TraceFilt 43:40, DoubleLock 39:36, PMSVer 35:32, CTX_CMPs 31:28, WRPs 23:20, PMSS 19:16,"
      "BRPs 15:12, PMUVer 11:8, TraceVer 7:4, DebugVer 3:0",
      {"PMUVer": PMU, "DebugVer": DEBUG, "DoubleLock": {0: "implemented", 15: "absent"}})
T.reg("ID_AA64DFR1_EL1", (3, 0, 0, 5, 1), RO, 64, "AArch64 Debug Feature Register 1")
T.reg("ID_AA64AFR0_EL1", (3, 0, 0, 5, 4), RO, 64, "AArch64 Auxiliary Feature Register 0",
      "IMPDEF7 31:28, IMPDEF6 27:24, IMPDEF5 23:20, IMPDEF4 19:16, IMPDEF3 15:12, IMPDEF2 11:8,"
      "IMPDEF1 7:4, IMPDEF0 3:0")
T.reg("ID_AA64AFR1_EL1", (3, 0, 0, 5, 5), RO, 64, "AArch64 Auxiliary Feature Register 1")
T.reg("ID_AA64ISAR0_EL1", (3, 0, 0, 6, 0), RO, 64,
      "AArch64 Instruction Set Attribute Register 0",
      "RNDR 63:60, TLB 59:56, TS 55:52, FHM 51:48, DP 47:44, SM4 43:40, SM3 39:36, SHA3 35:32,"
      "RDM 31:28, TME 27:24, Atomic 23:20, CRC32 19:16, SHA2 15:12, SHA1 11:8, AES 7:4",
      {"Atomic": {0: "exclusives only", 2: "LSE", 3: "LSE128"},
       "TLB": {0: "absent", 1: "outer shareable", 2: "outer shareable and range"},
       "AES": {0: "absent", 1: "AES", 2: "AES and PMULL"}})
T.reg("ID_AA64ISAR1_EL1", (3, 0, 0, 6, 1), RO, 64,
      "AArch64 Instruction Set Attribute Register 1",
      "LS64 63:60, XS 59:56, I8MM 55:52, DGH 51:48, BF16 47:44, SPECRES 43:40, SB 39:36,"
      "FRINTTS 35:32, GPI 31:28, GPA 27:24, LRCPC 23:20, FCMA 19:16, JSCVT 15:12, API 11:8,"
      "APA 7:4, DPB 3:0",
      {"API": POINTER_AUTH, "APA": POINTER_AUTH,
       "DPB": {0: "absent", 1: "DC CVAP", 2: "DC CVAP and CVADP"}})
T.reg("ID_AA64ISAR2_EL1", (3, 0, 0, 6, 2), RO, 64,
      "AArch64 Instruction Set Attribute Register 2",
      "CSSC 55:52, RPRFM 51:48, PAC_frac 27:24, BC 23:20, MOPS 19:16, APA3 15:12, GPA3 11:8,"
      "RPRES 7:4, WFxT 3:0", {"APA3": POINTER_AUTH})
T.reg("ID_AA64MMFR0_EL1", (3, 0, 0, 7, 0), RO, 64, "AArch64 Memory Model Feature Register 0",
      "ECV 63:60, FGT 59:56, ExS 47:44, TGran4_2 43:40, TGran64_2 39:36, TGran16_2 35:32,"
      "TGran4 31:28, TGran64 27:24, TGran16 23:20, BigEndEL0 19:16, SNSMem 15:12, BigEnd 11:8,"
      "ASIDBits 7:4, PARange 3:0",
      {"PARange": PA_BITS, "ASIDBits": ID_BITS, "TGran4": GRANULE_4K, "TGran16": GRANULE_16K,
       "TGran64": GRANULE_64K, "TGran4_2": GRANULE_STAGE_2, "TGran16_2": GRANULE_STAGE_2,
       "TGran64_2": GRANULE_STAGE_2})
T.reg("ID_AA64MMFR1_EL1", (3, 0, 0, 7, 1), RO, 64, "AArch64 Memory Model Feature Register 1",
      "ECBHB 63:60, CMOW 59:56, TIDCP1 55:52, nTLBPA 51:48, AFP 47:44, HCX 43:40, ETS 39:36,"
      "TWED 35:32, XNX 31:28, SpecSEI 27:24, PAN 23:20, LO 19:16, HPDS 15:12, VH 11:8,"
      "VMIDBits 7:4, HAFDBS 3:0",
      {"VMIDBits": ID_BITS, "VH": {0: "absent", 1: "VHE"},
       "PAN": {0: "absent", 1: "PAN", 2: "PAN2", 3: "PAN3"},
       "HAFDBS": {0: "absent", 1: "access flag", 2: "access flag and dirty state"}})
T.reg("ID_AA64MMFR2_EL1", (3, 0, 0, 7, 2), RO, 64, "AArch64 Memory Model Feature Register 2",
      "E0PD 63:60, EVT 59:56, BBM 55:52, TTL 51:48, FWB 43:40, IDS 39:36, AT 35:32, ST 31:28,"
      "NV 27:24, CCIDX 23:20, VARange 19:16, IESB 15:12, LSM 11:8, UAO 7:4, CnP 3:0",
      {"VARange": {0: "48 bits", 1: "52 bits with 64 KB granules"},
       "NV": {0: "absent", 1: "NV", 2: "NV2"},
       "CCIDX": {0: "32-bit CCSIDR_EL1", 1: "64-bit CCSIDR_EL1"},
       "ST": {0: "TnSZ up to 39", 1: "TnSZ up to 48, 47 for 64 KB granules"}})
T.reg("ID_AA64MMFR3_EL1", (3, 0, 0, 7, 3), RO, 64, "AArch64 Memory Model Feature Register 3",
      "Spec_FPACC 63:60, ADERR 59:56, SDERR 55:52, ANERR 47:44, SNERR 43:40, D128_2 39:36,"
      "D128 35:32, MEC 31:28, AIE 27:24, S2POE 23:20, S1POE 19:16, S2PIE 15:12, S1PIE 11:8,"
      "SCTLRX 7:4, TCRX 3:0")
T.reg("ID_AA64MMFR4_EL1", (3, 0, 0, 7, 4), RO, 64, "AArch64 Memory Model Feature Register 4",
      "E2H0 27:24, NV_frac 23:20",
      {"E2H0": {0: "HCR_EL2.E2H may be 0", 14: "E2H is 1, with NV1", 15: "E2H is 1"}})

# Later than Armv8.4: named, so that a guest's trapped read of them can be, without fields.
for name, enc, title in (
        ("ID_AA64PFR2_EL1", (3, 0, 0, 4, 2), "AArch64 Processor Feature Register 2"),
        ("ID_AA64FPFR0_EL1", (3, 0, 0, 4, 7), "AArch64 Floating-point Feature Register 0"),
        ("ID_AA64DFR2_EL1", (3, 0, 0, 5, 2), "AArch64 Debug Feature Register 2"),
        ("ID_AA64ISAR3_EL1", (3, 0, 0, 6, 3), "AArch64 Instruction Set Attribute Register 3")):
    T.reg(name, enc, RO, 64, title)

REGS = tuple(T.rows)
