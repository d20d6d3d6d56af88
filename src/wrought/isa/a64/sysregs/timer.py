"""The generic timer: counters, comparators, and who may use them."""

from __future__ import annotations

from wrought.isa.model import RO, RW, SysReg, Table

T = Table("Arm ARM DDI 0487, D24, Generic Timer registers")

ENABLE = {0: "disabled", 1: "enabled"}

T.reg("CNTFRQ_EL0", (3, 3, 14, 0, 0), RW, 32, "Counter-timer Frequency Register, in Hz",
      "Frequency 31:0")
T.reg("CNTPCT_EL0", (3, 3, 14, 0, 1), RO, 64, "Counter-timer Physical Count Register")
T.reg("CNTVCT_EL0", (3, 3, 14, 0, 2), RO, 64, "Counter-timer Virtual Count Register")
T.reg("CNTPCTSS_EL0", (3, 3, 14, 0, 5), RO, 64,
      "Counter-timer Self-Synchronized Physical Count Register")
T.reg("CNTVCTSS_EL0", (3, 3, 14, 0, 6), RO, 64,
      "Counter-timer Self-Synchronized Virtual Count Register")

CNTKCTL_EL1 = T.reg(
    "CNTKCTL_EL1", (3, 0, 14, 1, 0), RW, 64, "Counter-timer Kernel Control Register",
    "CNTPMASK 19, CNTVMASK 18, EVNTIS 17, EL0PTEN 9, EL0VTEN 8, EVNTI 7:4, EVNTDIR 3, EVNTEN 2,"
    "EL0VCTEN 1, EL0PCTEN 0")
T.alias("CNTKCTL_EL12", CNTKCTL_EL1)

T.reg("CNTHCTL_EL2", (3, 4, 14, 1, 0), RW, 64,
      "Counter-timer Hypervisor Control Register (layout without E2H; with it EL1PTEN is 11 and "
      "EL1PCTEN is 10)",
      "CNTPMASK 19, CNTVMASK 18, EVNTIS 17, EL1NVVCT 16, EL1NVPCT 15, EL1TVCT 14, EL1TVT 13,"
      "ECV 12, EVNTI 7:4, EVNTDIR 3, EVNTEN 2, EL1PCEN 1, EL1PCTEN 0",
      {"EL1PCEN": {0: "trap EL1's physical timer", 1: "no trap"},
       "EL1PCTEN": {0: "trap EL1's physical counter", 1: "no trap"}})
T.reg("CNTVOFF_EL2", (3, 4, 14, 0, 3), RW, 64, "Counter-timer Virtual Offset Register")
T.reg("CNTPOFF_EL2", (3, 4, 14, 0, 6), RW, 64, "Counter-timer Physical Offset Register")


def timer(prefix: str, suffix: str, op1: int, crm: int, title: str) -> tuple[SysReg, ...]:
    """The three registers of one timer."""
    return (
        T.reg(f"{prefix}_TVAL_{suffix}", (3, op1, 14, crm, 0), RW, 32, f"{title} TimerValue",
              "TimerValue 31:0"),
        T.reg(f"{prefix}_CTL_{suffix}", (3, op1, 14, crm, 1), RW, 64, f"{title} Control",
              "ISTATUS 2, IMASK 1, ENABLE 0",
              {"ENABLE": ENABLE, "IMASK": {0: "not masked", 1: "masked"},
               "ISTATUS": {0: "condition not met", 1: "condition met"}}),
        T.reg(f"{prefix}_CVAL_{suffix}", (3, op1, 14, crm, 2), RW, 64, f"{title} CompareValue"))


TIMERS = (
    ("CNTP", "EL0", 3, 2, "Counter-timer Physical Timer"),
    ("CNTV", "EL0", 3, 3, "Counter-timer Virtual Timer"),
    ("CNTHP", "EL2", 4, 2, "Counter-timer Hypervisor Physical Timer"),
    ("CNTHV", "EL2", 4, 3, "Counter-timer Virtual Timer (EL2)"),
    ("CNTHVS", "EL2", 4, 4, "Counter-timer Secure Virtual Timer (EL2)"),
    ("CNTHPS", "EL2", 4, 5, "Counter-timer Secure Physical Timer (EL2)"),
    ("CNTPS", "EL1", 7, 2, "Counter-timer Physical Secure Timer"),
)
"""Name, level, op1, CRm, title."""

for row in TIMERS:
    for register in timer(*row):
        if register.name.endswith("_EL0"):
            T.alias(register.name + "2", register)

REGS = tuple(T.rows)
