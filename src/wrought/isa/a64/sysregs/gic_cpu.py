"""The GIC's CPU interface, as a guest and as the hypervisor's own code see it: `ICC_*`."""

from __future__ import annotations

from wrought.isa.model import RO, RW, WO, Table

T = Table("GIC architecture IHI 0069, 12.2")

CONTROL = ("ExtRange 19, RSS 18, A3V 15, SEIS 14, IDbits 13:11, PRIbits 10:8, PMHE 6, EOImode 1,"
           "CBPR 0")
SGI = "Aff3 55:48, RS 47:44, IRM 40, Aff2 39:32, INTID 27:24, Aff1 23:16, TargetList 15:0"
IRM = {0: "the CPUs of TargetList", 1: "all but this CPU"}
EOI_MODE = {0: "EOIR drops priority and deactivates", 1: "EOIR drops priority only"}

T.reg("ICC_PMR_EL1", (3, 0, 4, 6, 0), RW, 32, "Interrupt Priority Mask Register", "Priority 7:0")

for group, (crm, number) in enumerate(((8, 0), (12, 1))):
    T.reg(f"ICC_IAR{group}_EL1", (3, 0, 12, crm, 0), RO, 32,
          f"Interrupt Acknowledge Register {number}", "INTID 23:0")
    T.reg(f"ICC_EOIR{group}_EL1", (3, 0, 12, crm, 1), WO, 32,
          f"End Of Interrupt Register {number}", "INTID 23:0")
    T.reg(f"ICC_HPPIR{group}_EL1", (3, 0, 12, crm, 2), RO, 32,
          f"Highest Priority Pending Interrupt Register {number}", "INTID 23:0")
    T.reg(f"ICC_BPR{group}_EL1", (3, 0, 12, crm, 3), RW, 32, f"Binary Point Register {number}",
          "BinaryPoint 2:0")
    T.reg(f"ICC_IGRPEN{group}_EL1", (3, 0, 12, 12, 6 + group), RW, 32,
          f"Interrupt Group {number} Enable Register", "Enable 0")

for n in range(4):
    T.reg(f"ICC_AP0R{n}_EL1", (3, 0, 12, 8, 4 + n), RW, 32,
          f"Active Priorities Group 0 Register {n}")
    T.reg(f"ICC_AP1R{n}_EL1", (3, 0, 12, 9, n), RW, 32,
          f"Active Priorities Group 1 Register {n}")

T.reg("ICC_NMIAR1_EL1", (3, 0, 12, 9, 5), RO, 32,
      "Non-maskable Interrupt Acknowledge Register 1", "INTID 23:0")
T.reg("ICC_DIR_EL1", (3, 0, 12, 11, 1), WO, 32, "Deactivate Interrupt Register", "INTID 23:0")
T.reg("ICC_RPR_EL1", (3, 0, 12, 11, 3), RO, 32, "Running Priority Register",
      "Priority 7:0")
T.reg("ICC_SGI1R_EL1", (3, 0, 12, 11, 5), WO, 64, "SGI Group 1 Register", SGI, {"IRM": IRM})
T.reg("ICC_ASGI1R_EL1", (3, 0, 12, 11, 6), WO, 64, "Alias SGI Group 1 Register", SGI,
      {"IRM": IRM})
T.reg("ICC_SGI0R_EL1", (3, 0, 12, 11, 7), WO, 64, "SGI Group 0 Register", SGI, {"IRM": IRM})
T.reg("ICC_CTLR_EL1", (3, 0, 12, 12, 4), RW, 32, "Control Register (EL1)", CONTROL,
      {"EOImode": EOI_MODE})
T.reg("ICC_SRE_EL1", (3, 0, 12, 12, 5), RW, 32, "System Register Enable Register (EL1)",
      "DIB 2, DFB 1, SRE 0")
T.reg("ICC_SRE_EL2", (3, 4, 12, 9, 5), RW, 32, "System Register Enable Register (EL2)",
      "Enable 3, DIB 2, DFB 1, SRE 0",
      {"Enable": {0: "trap EL1's ICC_SRE_EL1", 1: "no trap"}})

REGS = tuple(T.rows)
