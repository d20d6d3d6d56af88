"""The performance monitors, and the statistical profiling registers that EL2 must trap."""

from __future__ import annotations

from wrought.isa.model import RO, RW, WO, Table

T = Table("Arm ARM DDI 0487, D24.5")
SPE = Table("Arm ARM DDI 0487, D24.7")

SET = "C 31, P 30:0"
"""A bit for the cycle counter and one for each event counter."""

FILTER = "P 31, U 30, NSK 29, NSU 28, NSH 27, M 26, MT 25, SH 24, T 23, RLK 22, RLU 21, RLH 20"

T.reg("PMCR_EL0", (3, 3, 9, 12, 0), RW, 64, "Performance Monitors Control Register",
      "FZS 32, IMP 31:24, IDCODE 23:16, N 15:11, FZO 9, LP 7, LC 6, DP 5, X 4, D 3, C 2, P 1,"
      "E 0")
for name, crm, op2, title in (
        ("PMCNTENSET_EL0", 12, 1, "Count Enable Set Register"),
        ("PMCNTENCLR_EL0", 12, 2, "Count Enable Clear Register"),
        ("PMOVSCLR_EL0", 12, 3, "Overflow Flag Status Clear Register"),
        ("PMOVSSET_EL0", 14, 3, "Overflow Flag Status Set Register")):
    T.reg(name, (3, 3, 9, crm, op2), RW, 64, f"Performance Monitors {title}", SET)
T.reg("PMSWINC_EL0", (3, 3, 9, 12, 4), WO, 64, "Performance Monitors Software Increment Register",
      "P 30:0")
T.reg("PMSELR_EL0", (3, 3, 9, 12, 5), RW, 64,
      "Performance Monitors Event Counter Selection Register", "SEL 4:0")
T.reg("PMCEID0_EL0", (3, 3, 9, 12, 6), RO, 64,
      "Performance Monitors Common Event Identification Register 0")
T.reg("PMCEID1_EL0", (3, 3, 9, 12, 7), RO, 64,
      "Performance Monitors Common Event Identification Register 1")
T.reg("PMCCNTR_EL0", (3, 3, 9, 13, 0), RW, 64, "Performance Monitors Cycle Count Register")
T.reg("PMXEVTYPER_EL0", (3, 3, 9, 13, 1), RW, 64,
      "Performance Monitors Selected Event Type Register", FILTER + ", evtCount 15:0")
T.reg("PMXEVCNTR_EL0", (3, 3, 9, 13, 2), RW, 64,
      "Performance Monitors Selected Event Count Register")
T.reg("PMUSERENR_EL0", (3, 3, 9, 14, 0), RW, 64, "Performance Monitors User Enable Register",
      "TID 6, IR 5, UEN 4, ER 3, CR 2, SW 1, EN 0")
T.reg("PMINTENSET_EL1", (3, 0, 9, 14, 1), RW, 64,
      "Performance Monitors Interrupt Enable Set Register", SET)
T.reg("PMINTENCLR_EL1", (3, 0, 9, 14, 2), RW, 64,
      "Performance Monitors Interrupt Enable Clear Register", SET)
T.reg("PMMIR_EL1", (3, 0, 9, 14, 6), RO, 64, "Performance Monitors Machine Identification Register",
      "EDGE 27:24, THWIDTH 23:20, BUS_WIDTH 19:16, BUS_SLOTS 15:8, SLOTS 7:0")

for n in range(31):
    T.reg(f"PMEVCNTR{n}_EL0", (3, 3, 14, 8 + n // 8, n % 8), RW, 64,
          f"Performance Monitors Event Count Register {n}")
    T.reg(f"PMEVTYPER{n}_EL0", (3, 3, 14, 12 + n // 8, n % 8), RW, 64,
          f"Performance Monitors Event Type Register {n}", FILTER + ", evtCount 15:0")
T.reg("PMCCFILTR_EL0", (3, 3, 14, 15, 7), RW, 64,
      "Performance Monitors Cycle Count Filter Register",
      "P 31, U 30, NSK 29, NSU 28, NSH 27, M 26, SH 24, T 23, RLK 22, RLU 21, RLH 20")

PMSCR_EL1 = SPE.reg("PMSCR_EL1", (3, 0, 9, 9, 0), RW, 64,
                    "Statistical Profiling Control Register (EL1)",
                    "PCT 7:6, TS 5, PA 4, CX 3, E1SPE 1, E0SPE 0")
SPE.alias("PMSCR_EL12", PMSCR_EL1)
SPE.reg("PMSCR_EL2", (3, 4, 9, 9, 0), RW, 64, "Statistical Profiling Control Register (EL2)",
        "PCT 7:6, TS 5, PA 4, CX 3, E2SPE 1, E0HSPE 0")
for name, crm, op2, access, title in (
        ("PMSNEVFR_EL1", 9, 1, RW, "Sampling Inverted Event Filter Register"),
        ("PMSICR_EL1", 9, 2, RW, "Sampling Interval Counter Register"),
        ("PMSIRR_EL1", 9, 3, RW, "Sampling Interval Reload Register"),
        ("PMSFCR_EL1", 9, 4, RW, "Sampling Filter Control Register"),
        ("PMSEVFR_EL1", 9, 5, RW, "Sampling Event Filter Register"),
        ("PMSLATFR_EL1", 9, 6, RW, "Sampling Latency Filter Register"),
        ("PMSIDR_EL1", 9, 7, RO, "Sampling Profiling ID Register"),
        ("PMBLIMITR_EL1", 10, 0, RW, "Profiling Buffer Limit Address Register"),
        ("PMBPTR_EL1", 10, 1, RW, "Profiling Buffer Write Pointer Register"),
        ("PMBSR_EL1", 10, 3, RW, "Profiling Buffer Status and Syndrome Register"),
        ("PMBIDR_EL1", 10, 7, RO, "Profiling Buffer ID Register")):
    SPE.reg(name, (3, 0, 9, crm, op2), access, 64, title)

REGS = (*T.rows, *SPE.rows)
