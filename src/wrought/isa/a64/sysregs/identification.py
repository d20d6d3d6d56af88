"""Which CPU this is and which caches it has."""

from __future__ import annotations

from wrought.isa.model import RO, RW, Table

T = Table("Arm ARM DDI 0487, D24.2")

IMPLEMENTERS = {
    0x41: "Arm", 0x42: "Broadcom", 0x43: "Cavium", 0x46: "Fujitsu", 0x48: "HiSilicon",
    0x4E: "NVIDIA", 0x50: "Ampere (X-Gene)", 0x51: "Qualcomm", 0x53: "Samsung", 0x56: "Marvell",
    0x61: "Apple", 0x66: "Faraday", 0x69: "Intel", 0x6D: "Microsoft", 0xC0: "Ampere",
}

CACHE_TYPES = {0: "none", 1: "instruction", 2: "data", 3: "separate", 4: "unified"}

MIDR_FIELDS = T.reg(
    "MIDR_EL1", (3, 0, 0, 0, 0), RO, 32, "Main ID Register",
    "Implementer 31:24, Variant 23:20, Architecture 19:16, PartNum 15:4, Revision 3:0",
    {"Implementer": IMPLEMENTERS, "Architecture": {15: "described by the ID registers"}}).fields

MPIDR_FIELDS = T.reg(
    "MPIDR_EL1", (3, 0, 0, 0, 5), RO, 64, "Multiprocessor Affinity Register",
    "Aff3 39:32, U 30, MT 24, Aff2 23:16, Aff1 15:8, Aff0 7:0",
    {"U": {0: "multiprocessor", 1: "uniprocessor"}}).fields

T.reg("REVIDR_EL1", (3, 0, 0, 0, 6), RO, 64, "Revision ID Register")
T.reg("AIDR_EL1", (3, 1, 0, 0, 7), RO, 64, "Auxiliary ID Register")

T.reg("CCSIDR_EL1", (3, 1, 0, 0, 0), RO, 64,
      "Current Cache Size ID Register (layout without FEAT_CCIDX)",
      "NumSets 27:13, Associativity 12:3, LineSize 2:0")
T.reg("CCSIDR2_EL1", (3, 1, 0, 0, 2), RO, 64, "Current Cache Size ID Register 2",
      "NumSets 23:0")
T.reg("CLIDR_EL1", (3, 1, 0, 0, 1), RO, 64, "Cache Level ID Register",
      "Ttype7 46:45, Ttype6 44:43, Ttype5 42:41, Ttype4 40:39, Ttype3 38:37, Ttype2 36:35,"
      "Ttype1 34:33, ICB 32:30, LoUU 29:27, LoC 26:24, LoUIS 23:21, Ctype7 20:18,"
      "Ctype6 17:15, Ctype5 14:12, Ctype4 11:9, Ctype3 8:6, Ctype2 5:3, Ctype1 2:0",
      {f"Ctype{n}": CACHE_TYPES for n in range(1, 8)})
T.reg("CSSELR_EL1", (3, 2, 0, 0, 0), RW, 64, "Cache Size Selection Register",
      "TnD 4, Level 3:1, InD 0", {"InD": {0: "data or unified", 1: "instruction"}})
T.reg("CTR_EL0", (3, 3, 0, 0, 1), RO, 64, "Cache Type Register",
      "TminLine 37:32, DIC 29, IDC 28, CWG 27:24, ERG 23:20, DminLine 19:16, L1Ip 15:14,"
      "IminLine 3:0",
      {"L1Ip": {0: "VPIPT", 2: "VIPT", 3: "PIPT"},
       "DIC": {0: "invalidate instruction cache for coherence", 1: "not needed"},
       "IDC": {0: "clean data cache for coherence", 1: "not needed"}})
T.reg("DCZID_EL0", (3, 3, 0, 0, 7), RO, 64, "Data Cache Zero ID Register",
      "TBTOP 5, DZP 4, BS 3:0", {"DZP": {0: "DC ZVA permitted", 1: "DC ZVA prohibited"}})
T.reg("GMID_EL1", (3, 1, 0, 0, 4), RO, 64, "Multiple Tag Transfer ID Register", "BS 3:0")

T.reg("VPIDR_EL2", (3, 4, 0, 0, 0), RW, 32, "Virtualization Processor ID Register", MIDR_FIELDS)
T.reg("VMPIDR_EL2", (3, 4, 0, 0, 5), RW, 64, "Virtualization Multiprocessor ID Register",
      MPIDR_FIELDS)

REGS = tuple(T.rows)
