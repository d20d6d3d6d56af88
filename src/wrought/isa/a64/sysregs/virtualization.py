"""What EL2 controls: traps, stage 2, virtual identification."""

from __future__ import annotations

from wrought.isa.a64.sysregs.memory import CACHEABILITY, SHAREABILITY, SIZE, TG0
from wrought.isa.model import RW, Table

T = Table("Arm ARM DDI 0487, D24.2")
DEBUG = Table("Arm ARM DDI 0487, D24.3")

START_LEVEL = {0: "level 2 (4 KB granules) or 3", 1: "level 1 (4 KB granules) or 2",
               2: "level 0 (4 KB granules) or 1", 3: "level 3 (4 KB granules)"}

T.reg("HCR_EL2", (3, 4, 1, 1, 0), RW, 64, "Hypervisor Configuration Register",
      "TWEDEL 63:60, TWEDEn 59, TID5 58, DCT 57, ATA 56, TTLBOS 55, TTLBIS 54, EnSCXT 53,"
      "TOCU 52, AMVOFFEN 51, TICAB 50, TID4 49, GPF 48, FIEN 47, FWB 46, NV2 45, AT 44, NV1 43,"
      "NV 42, API 41, APK 40, TME 39, MIOCNCE 38, TEA 37, TERR 36, TLOR 35, E2H 34, ID 33, CD 32,"
      "RW 31, TRVM 30, HCD 29, TDZ 28, TGE 27, TVM 26, TTLB 25, TPU 24, TPCP 23, TSW 22,"
      "TACR 21, TIDCP 20, TSC 19, TID3 18, TID2 17, TID1 16, TID0 15, TWE 14, TWI 13, DC 12,"
      "BSU 11:10, FB 9, VSE 8, VI 7, VF 6, AMO 5, IMO 4, FMO 3, PTW 2, SWIO 1, VM 0",
      {"RW": {0: "EL1 is AArch32", 1: "EL1 is AArch64"},
       "VM": {0: "stage 2 off", 1: "stage 2 on"},
       "BSU": {0: "no effect", 1: "inner shareable", 2: "outer shareable", 3: "full system"}})
T.reg("HACR_EL2", (3, 4, 1, 1, 7), RW, 64, "Hypervisor Auxiliary Control Register")
T.reg("HSTR_EL2", (3, 4, 1, 1, 3), RW, 64, "Hypervisor System Trap Register",
      ", ".join(f"T{n} {n}" for n in range(15, -1, -1) if n not in (4, 14)))
T.reg("CPTR_EL2", (3, 4, 1, 1, 2), RW, 64,
      "Architectural Feature Trap Register (with E2H it has the layout of CPACR_EL1 and TCPAC)",
      "TCPAC 31, TAM 30, TTA 20, TSM 12, TFP 10, TZ 8",
      {"TFP": {0: "no trap", 1: "trap floating point"}, "TZ": {0: "no trap", 1: "trap SVE"}})

T.reg("VTTBR_EL2", (3, 4, 2, 1, 0), RW, 64, "Virtualization Translation Table Base Register",
      "VMID 63:48, BADDR 47:1, CnP 0")
T.reg("VTCR_EL2", (3, 4, 2, 1, 2), RW, 64, "Virtualization Translation Control Register",
      "SL2 33, DS 32, NSA 30, NSW 29, HWU62 28, HWU61 27, HWU60 26, HWU59 25, HD 22, HA 21,"
      "VS 19, PS 18:16, TG0 15:14, SH0 13:12, ORGN0 11:10, IRGN0 9:8, SL0 7:6, T0SZ 5:0",
      {"VS": {0: "8-bit VMID", 1: "16-bit VMID"}, "PS": SIZE, "TG0": TG0, "SH0": SHAREABILITY,
       "ORGN0": CACHEABILITY, "IRGN0": CACHEABILITY, "SL0": START_LEVEL})
T.reg("VSTTBR_EL2", (3, 4, 2, 6, 0), RW, 64,
      "Virtualization Secure Translation Table Base Register", "BADDR 47:1, CnP 0")
T.reg("VSTCR_EL2", (3, 4, 2, 6, 2), RW, 64,
      "Virtualization Secure Translation Control Register",
      "SL2 33, SA 30, SW 29, TG0 15:14, SL0 7:6, T0SZ 5:0", {"TG0": TG0, "SL0": START_LEVEL})
T.reg("VNCR_EL2", (3, 4, 2, 2, 0), RW, 64, "Virtual Nested Control Register",
      "RESS 63:57, BADDR 56:12")
DEBUG.reg("SDER32_EL2", (3, 4, 1, 3, 1), RW, 64, "AArch32 Secure Debug Enable Register",
          "SUNIDEN 1, SUIDEN 0")

DEBUG.reg("MDCR_EL2", (3, 4, 1, 1, 1), RW, 64, "Monitor Debug Configuration Register (EL2)",
          "EnSTEPOP 50, EBWE 43, PMEE 41:40, HPMFZS 36, PMSSE 31:30, HPMFZO 29, MTPME 28,"
          "TDCC 27, HLP 26, E2TB 25:24, HCCD 23, TTRF 19, HPMD 17, TPMS 14, E2PB 13:12, TDRA 11,"
          "TDOSA 10, TDA 9, TDE 8, HPME 7, TPM 6, TPMCR 5, HPMN 4:0",
          {"E2PB": {0: "EL2 owns profiling, EL1 and EL0 trap", 2: "EL1 owns, EL1 traps",
                    3: "EL1 owns, no trap"}})

REGS = (*T.rows, *DEBUG.rows)
