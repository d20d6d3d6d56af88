"""Reliability: error records, deferred and virtual SErrors."""

from __future__ import annotations

from wrought.isa.model import RO, RW, Table

T = Table("Arm ARM DDI 0487, D24, RAS registers")

SYNDROME = "A 31, IDS 24, ISS 23:0"

T.reg("ERRIDR_EL1", (3, 0, 5, 3, 0), RO, 64, "Error Record ID Register", "NUM 15:0")
T.reg("ERRSELR_EL1", (3, 0, 5, 3, 1), RW, 64, "Error Record Select Register", "SEL 15:0")
for name, crm, op2, access, title in (
        ("ERXFR_EL1", 4, 0, RO, "Selected Error Record Feature Register"),
        ("ERXCTLR_EL1", 4, 1, RW, "Selected Error Record Control Register"),
        ("ERXSTATUS_EL1", 4, 2, RW, "Selected Error Record Primary Status Register"),
        ("ERXADDR_EL1", 4, 3, RW, "Selected Error Record Address Register"),
        ("ERXPFGF_EL1", 4, 4, RO, "Selected Pseudo-fault Generation Feature Register"),
        ("ERXPFGCTL_EL1", 4, 5, RW, "Selected Pseudo-fault Generation Control Register"),
        ("ERXPFGCDN_EL1", 4, 6, RW, "Selected Pseudo-fault Generation Countdown Register"),
        ("ERXMISC0_EL1", 5, 0, RW, "Selected Error Record Miscellaneous Register 0"),
        ("ERXMISC1_EL1", 5, 1, RW, "Selected Error Record Miscellaneous Register 1"),
        ("ERXMISC2_EL1", 5, 2, RW, "Selected Error Record Miscellaneous Register 2"),
        ("ERXMISC3_EL1", 5, 3, RW, "Selected Error Record Miscellaneous Register 3")):
    T.reg(name, (3, 0, 5, crm, op2), access, 64, title)

T.reg("DISR_EL1", (3, 0, 12, 1, 1), RW, 64, "Deferred Interrupt Status Register", SYNDROME)
T.reg("VDISR_EL2", (3, 4, 12, 1, 1), RW, 64, "Virtual Deferred Interrupt Status Register",
      SYNDROME)
T.reg("VSESR_EL2", (3, 4, 5, 2, 3), RW, 64, "Virtual SError Exception Syndrome Register",
      "IDS 24, ISS 23:0")

REGS = tuple(T.rows)
