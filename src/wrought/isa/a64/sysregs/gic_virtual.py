"""The GIC's hypervisor control interface: `ICH_*`, with the list registers."""

from __future__ import annotations

from wrought.isa.model import RO, RW, Table

T = Table("GIC architecture IHI 0069, 12.4")

STATE = {0: "invalid", 1: "pending", 2: "active", 3: "pending and active"}

T.reg("ICH_HCR_EL2", (3, 4, 12, 11, 0), RW, 32, "Hypervisor Control Register",
      "EOIcount 31:27, DVIM 15, TDIR 14, TSEI 13, TALL1 12, TALL0 11, TC 10, vSGIEOICount 8,"
      "VGrp1DIE 7, VGrp1EIE 6, VGrp0DIE 5, VGrp0EIE 4, NPIE 3, LRENPIE 2, UIE 1, En 0")
T.reg("ICH_VTR_EL2", (3, 4, 12, 11, 1), RO, 32, "VGIC Type Register (counts are minus one)",
      "PRIbits 31:29, PREbits 28:26, IDbits 25:23, SEIS 22, A3V 21, nV4 20, TDS 19, DVIM 18,"
      "ListRegs 4:0", {"IDbits": {0: "16 bits", 1: "24 bits"}})
T.reg("ICH_MISR_EL2", (3, 4, 12, 11, 2), RO, 32, "Maintenance Interrupt State Register",
      "VGrp1D 7, VGrp1E 6, VGrp0D 5, VGrp0E 4, NP 3, LRENP 2, U 1, EOI 0")
T.reg("ICH_EISR_EL2", (3, 4, 12, 11, 3), RO, 32, "End of Interrupt Status Register",
      "Status 15:0")
T.reg("ICH_ELRSR_EL2", (3, 4, 12, 11, 5), RO, 32, "Empty List Register Status Register",
      "Status 15:0")
T.reg("ICH_VMCR_EL2", (3, 4, 12, 11, 7), RW, 32, "Virtual Machine Control Register",
      "VPMR 31:24, VBPR0 23:21, VBPR1 20:18, VEOIM 9, VCBPR 4, VFIQEn 3, VAckCtl 2, VENG1 1,"
      "VENG0 0")

for n in range(4):
    T.reg(f"ICH_AP0R{n}_EL2", (3, 4, 12, 8, n), RW, 32,
          f"Hypervisor Active Priorities Group 0 Register {n}")
    T.reg(f"ICH_AP1R{n}_EL2", (3, 4, 12, 9, n), RW, 32,
          f"Hypervisor Active Priorities Group 1 Register {n}")

for n in range(16):
    T.reg(f"ICH_LR{n}_EL2", (3, 4, 12, 12 + n // 8, n % 8), RW, 64, f"List Register {n}",
          "State 63:62, HW 61, Group 60, NMI 59, Priority 55:48, pINTID 44:32, vINTID 31:0",
          {"State": STATE, "HW": {0: "software", 1: "tied to pINTID"}})

REGS = tuple(T.rows)
