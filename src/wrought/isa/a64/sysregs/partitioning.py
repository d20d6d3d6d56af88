"""Memory system resource partitioning (MPAM) and activity monitors, which EL2 must trap."""

from __future__ import annotations

from wrought.isa.model import RO, RW, Table

T = Table("MPAM architecture DDI 0598, 7")
AMU = Table("Arm ARM DDI 0487, D24.6")

LABELS = "PMG_D 47:40, PMG_I 39:32, PARTID_D 31:16, PARTID_I 15:0"

MPAM1_EL1 = T.reg("MPAM1_EL1", (3, 0, 10, 5, 0), RW, 64, "MPAM1 Register (EL1)",
                  "MPAMEN 63, FORCED_NS 60, ALTSP_FRCD 54, " + LABELS)
T.alias("MPAM1_EL12", MPAM1_EL1)
T.reg("MPAM0_EL1", (3, 0, 10, 5, 1), RW, 64, "MPAM0 Register (EL1)", LABELS)
T.reg("MPAM2_EL2", (3, 4, 10, 5, 0), RW, 64, "MPAM2 Register (EL2)",
      "MPAMEN 63, TIDR 58, ALTSP_HFC 56, ALTSP_EL2 55, ALTSP_FRCD 54, EnMPAMSM 50,"
      "TRAPMPAM0EL1 49, TRAPMPAM1EL1 48, " + LABELS)
T.reg("MPAMIDR_EL1", (3, 0, 10, 4, 4), RO, 64, "MPAM ID Register",
      "HAS_SDEFLT 61, HAS_FORCE_NS 60, SP4 59, HAS_TIDR 58, HAS_ALTSP 57, PMG_MAX 39:32,"
      "VPMR_MAX 20:18, HAS_HCR 17, PARTID_MAX 15:0")
T.reg("MPAMHCR_EL2", (3, 4, 10, 4, 0), RW, 64, "MPAM Hypervisor Control Register",
      "TRAP_MPAMIDR_EL1 31, GSTAPP_PLK 8, EL1_VPMEN 1, EL0_VPMEN 0")
T.reg("MPAMVPMV_EL2", (3, 4, 10, 4, 1), RW, 64, "MPAM Virtual Partition Mapping Valid Register",
      "VPM_V 31:0")
for n in range(8):
    T.reg(f"MPAMVPM{n}_EL2", (3, 4, 10, 6, n), RW, 64,
          f"MPAM Virtual PARTID Mapping Register {n}",
          ", ".join(f"PhyPARTID{4 * n + at} {16 * at + 15}:{16 * at}" for at in (3, 2, 1, 0)))

AMU.reg("AMCR_EL0", (3, 3, 13, 2, 0), RW, 64, "Activity Monitors Control Register",
        "CG1RZ 17, HDBG 10")
AMU.reg("AMCFGR_EL0", (3, 3, 13, 2, 1), RO, 64, "Activity Monitors Configuration Register",
        "NCG 31:28, HDBG 24, SIZE 13:8, N 7:0")
AMU.reg("AMCGCR_EL0", (3, 3, 13, 2, 2), RO, 64,
        "Activity Monitors Counter Group Configuration Register", "CG1NC 15:8, CG0NC 7:0")
AMU.reg("AMUSERENR_EL0", (3, 3, 13, 2, 3), RW, 64, "Activity Monitors User Enable Register",
        "EN 0")
for name, crm, op2, title in (
        ("AMCNTENCLR0_EL0", 2, 4, "Count Enable Clear Register 0"),
        ("AMCNTENSET0_EL0", 2, 5, "Count Enable Set Register 0"),
        ("AMCNTENCLR1_EL0", 3, 0, "Count Enable Clear Register 1"),
        ("AMCNTENSET1_EL0", 3, 1, "Count Enable Set Register 1")):
    AMU.reg(name, (3, 3, 13, crm, op2), RW, 64, f"Activity Monitors {title}", "P 15:0")
for n in range(4):
    AMU.reg(f"AMEVCNTR0{n}_EL0", (3, 3, 13, 4, n), RW, 64,
            f"Activity Monitors Event Counter Register 0 {n}")
    AMU.reg(f"AMEVTYPER0{n}_EL0", (3, 3, 13, 6, n), RO, 64,
            f"Activity Monitors Event Type Register 0 {n}", "evtCount 15:0")
for n in range(16):
    AMU.reg(f"AMEVCNTR1{n}_EL0", (3, 3, 13, 12 + n // 8, n % 8), RW, 64,
            f"Activity Monitors Event Counter Register 1 {n}")
    AMU.reg(f"AMEVTYPER1{n}_EL0", (3, 3, 13, 14 + n // 8, n % 8), RW, 64,
            f"Activity Monitors Event Type Register 1 {n}", "evtCount 15:0")

REGS = (*T.rows, *AMU.rows)
