"""Self-hosted debug, the OS lock, and trace filtering."""

from __future__ import annotations

from wrought.isa.model import RO, RW, WO, Table

T = Table("Arm ARM DDI 0487, D24.3")

T.reg("OSDTRRX_EL1", (2, 0, 0, 0, 2), RW, 32, "OS Lock Data Transfer Register, Receive")
T.reg("OSDTRTX_EL1", (2, 0, 0, 3, 2), RW, 32, "OS Lock Data Transfer Register, Transmit")
T.reg("OSECCR_EL1", (2, 0, 0, 6, 2), RW, 32, "OS Lock Exception Catch Control Register")
T.reg("MDCCINT_EL1", (2, 0, 0, 2, 0), RW, 32,
      "Monitor DCC Interrupt Enable Register", "RX 30, TX 29")
T.reg("MDSCR_EL1", (2, 0, 0, 2, 2), RW, 64, "Monitor Debug System Control Register",
      "EnSTEPOP 50, EHBWE 35, EnSPM 34, TTA 33, EMBWE 32, TFO 31, RXfull 30, TXfull 29, RXO 27,"
      "TXU 26, INTdis 23:22, TDA 21, SC2 19, MDE 15, HDE 14, KDE 13, TDCC 12, ERR 6, SS 0",
      {"MDE": {0: "breakpoints and watchpoints off", 1: "on"},
       "SS": {0: "no single step", 1: "single step"}})
T.reg("MDCCSR_EL0", (2, 3, 0, 1, 0), RO, 32, "Monitor DCC Status Register",
      "RXfull 30, TXfull 29")
T.reg("DBGDTR_EL0", (2, 3, 0, 4, 0), RW, 64, "Debug Data Transfer Register, half-duplex",
      "HighWord 63:32, LowWord 31:0")
T.reg("DBGDTRRX_EL0", (2, 3, 0, 5, 0), RO, 32, "Debug Data Transfer Register, Receive")
T.reg("DBGDTRTX_EL0", (2, 3, 0, 5, 0), WO, 32, "Debug Data Transfer Register, Transmit")
T.reg("DBGVCR32_EL2", (2, 4, 0, 7, 0), RW, 32, "Debug Vector Catch Register",
      "NSF 31, NSI 30, NSD 28, NSP 27, NSS 26, NSU 25, SF 7, SI 6, SD 4, SP 3, SS 2, SU 1")
T.reg("MDRAR_EL1", (2, 0, 1, 0, 0), RO, 64, "Monitor Debug ROM Address Register",
      "ROMADDR 47:12, Valid 1:0")
T.reg("OSLAR_EL1", (2, 0, 1, 0, 4), WO, 32, "OS Lock Access Register", "OSLK 0")
T.reg("OSLSR_EL1", (2, 0, 1, 1, 4), RO, 32, "OS Lock Status Register",
      "OSLM1 3, nTT 2, OSLK 1, OSLM0 0")
T.reg("OSDLR_EL1", (2, 0, 1, 3, 4), RW, 32, "OS Double Lock Register", "DLK 0")
T.reg("DBGPRCR_EL1", (2, 0, 1, 4, 4), RW, 32, "Debug Power Control Register", "CORENPDRQ 0")
T.reg("DBGCLAIMSET_EL1", (2, 0, 7, 8, 6), RW, 32, "Debug CLAIM Tag Set Register", "CLAIM 7:0")
T.reg("DBGCLAIMCLR_EL1", (2, 0, 7, 9, 6), RW, 32, "Debug CLAIM Tag Clear Register", "CLAIM 7:0")
T.reg("DBGAUTHSTATUS_EL1", (2, 0, 7, 14, 6), RO, 32, "Debug Authentication Status Register",
      "SNID 7:6, SID 5:4, NSNID 3:2, NSID 1:0")

for n in range(16):
    T.reg(f"DBGBVR{n}_EL1", (2, 0, 0, n, 4), RW, 64, f"Debug Breakpoint Value Register {n}",
          "RESS 63:57, VA 56:2")
    T.reg(f"DBGBCR{n}_EL1", (2, 0, 0, n, 5), RW, 64, f"Debug Breakpoint Control Register {n}",
          "LBNX 31:30, SSCE 29, MASK 28:24, BT 23:20, LBN 19:16, SSC 15:14, HMC 13, BAS 8:5,"
          "BT2 3, PMC 2:1, E 0")
    T.reg(f"DBGWVR{n}_EL1", (2, 0, 0, n, 6), RW, 64, f"Debug Watchpoint Value Register {n}",
          "RESS 63:57, VA 56:2")
    T.reg(f"DBGWCR{n}_EL1", (2, 0, 0, n, 7), RW, 64, f"Debug Watchpoint Control Register {n}",
          "LBNX 31:30, SSCE 29, MASK 28:24, WT2 23, WT 20, LBN 19:16, SSC 15:14, HMC 13,"
          "BAS 12:5, LSC 4:3, PAC 2:1, E 0",
          {"LSC": {1: "loads", 2: "stores", 3: "loads and stores"}})

TRFCR_EL1 = T.reg("TRFCR_EL1", (3, 0, 1, 2, 1), RW, 64, "Trace Filter Control Register (EL1)",
                  "TS 6:5, E1TRE 1, E0TRE 0")
T.alias("TRFCR_EL12", TRFCR_EL1)
T.reg("TRFCR_EL2", (3, 4, 1, 2, 1), RW, 64, "Trace Filter Control Register (EL2)",
      "TS 6:5, CX 3, E2TRE 1, E0HTRE 0")

REGS = tuple(T.rows)
