"""Taking and leaving exceptions: syndromes, return state, vectors, the special registers."""

from __future__ import annotations

from wrought.isa.a64.syndrome import EXCEPTION_CLASSES
from wrought.isa.model import RO, RW, Table

T = Table("Arm ARM DDI 0487, D24.2")
SPECIAL = Table("Arm ARM DDI 0487, C5.2")

EL = {0: "EL0", 1: "EL1", 2: "EL2", 3: "EL3"}
MODES = {0b00000: "EL0t", 0b00100: "EL1t", 0b00101: "EL1h", 0b01000: "EL2t", 0b01001: "EL2h",
         0b01100: "EL3t", 0b01101: "EL3h", 0b10000: "User", 0b10001: "FIQ", 0b10010: "IRQ",
         0b10011: "Supervisor", 0b10111: "Abort", 0b11010: "Hyp", 0b11011: "Undefined",
         0b11111: "System"}
"""M[4:0] of a saved program status: AArch64 below 16, AArch32 from there on."""

ESR_EL1 = T.reg("ESR_EL1", (3, 0, 5, 2, 0), RW, 64, "Exception Syndrome Register (EL1)",
                "ISS2 55:32, EC 31:26, IL 25, ISS 24:0",
                {"EC": EXCEPTION_CLASSES, "IL": {0: "16-bit instruction", 1: "32-bit"}})
T.alias("ESR_EL12", ESR_EL1)
T.reg("ESR_EL2", (3, 4, 5, 2, 0), RW, 64, "Exception Syndrome Register (EL2)", ESR_EL1.fields)

FAR_EL1 = T.reg("FAR_EL1", (3, 0, 6, 0, 0), RW, 64, "Fault Address Register (EL1)", "VA 63:0")
T.alias("FAR_EL12", FAR_EL1)
T.reg("FAR_EL2", (3, 4, 6, 0, 0), RW, 64, "Fault Address Register (EL2)", "VA 63:0")
T.reg("HPFAR_EL2", (3, 4, 6, 0, 4), RW, 64,
      "Hypervisor IPA Fault Address Register (FIPA holds address bits 51:12)", "NS 63, FIPA 43:4")

AFSR0_EL1 = T.reg("AFSR0_EL1", (3, 0, 5, 1, 0), RW, 64, "Auxiliary Fault Status Register 0 (EL1)")
AFSR1_EL1 = T.reg("AFSR1_EL1", (3, 0, 5, 1, 1), RW, 64, "Auxiliary Fault Status Register 1 (EL1)")
T.alias("AFSR0_EL12", AFSR0_EL1)
T.alias("AFSR1_EL12", AFSR1_EL1)
T.reg("AFSR0_EL2", (3, 4, 5, 1, 0), RW, 64, "Auxiliary Fault Status Register 0 (EL2)")
T.reg("AFSR1_EL2", (3, 4, 5, 1, 1), RW, 64, "Auxiliary Fault Status Register 1 (EL2)")
TFSR_EL1 = T.reg("TFSR_EL1", (3, 0, 5, 6, 0), RW, 64, "Tag Fault Status Register (EL1)",
                 "TF1 1, TF0 0")
T.alias("TFSR_EL12", TFSR_EL1)
T.reg("TFSR_EL2", (3, 4, 5, 6, 0), RW, 64, "Tag Fault Status Register (EL2)", "TF1 1, TF0 0")
T.reg("TFSRE0_EL1", (3, 0, 5, 6, 1), RW, 64, "Tag Fault Status Register (EL0)", "TF1 1, TF0 0")

VBAR_EL1 = T.reg("VBAR_EL1", (3, 0, 12, 0, 0), RW, 64, "Vector Base Address Register (EL1)",
                 "VBA 63:11")
T.alias("VBAR_EL12", VBAR_EL1)
T.reg("VBAR_EL2", (3, 4, 12, 0, 0), RW, 64, "Vector Base Address Register (EL2)", "VBA 63:11")
T.reg("RVBAR_EL1", (3, 0, 12, 0, 1), RO, 64, "Reset Vector Base Address Register (EL1)")
T.reg("RMR_EL1", (3, 0, 12, 0, 2), RW, 64, "Reset Management Register (EL1)", "RR 1, AA64 0")
T.reg("RVBAR_EL2", (3, 4, 12, 0, 1), RO, 64, "Reset Vector Base Address Register (EL2)")
T.reg("RMR_EL2", (3, 4, 12, 0, 2), RW, 64, "Reset Management Register (EL2)", "RR 1, AA64 0")
T.reg("ISR_EL1", (3, 0, 12, 1, 0), RO, 64, "Interrupt Status Register",
      "IS 10, FS 9, A 8, I 7, F 6")

T.reg("IFSR32_EL2", (3, 4, 5, 0, 1), RW, 32, "Instruction Fault Status Register (EL2)",
      "FnV 16, ExT 12, LPAE 9, STATUS 5:0")
T.reg("DACR32_EL2", (3, 4, 3, 0, 0), RW, 32, "Domain Access Control Register",
      ", ".join(f"D{n} {2 * n + 1}:{2 * n}" for n in range(15, -1, -1)))
T.reg("FPEXC32_EL2", (3, 4, 5, 3, 0), RW, 32, "Floating-Point Exception Control Register",
      "EX 31, EN 30, DEX 29, FP2V 28, VV 27, TFV 26, VECITR 10:8, IDF 7, IXF 4, UFF 3, OFF 2,"
      "DZF 1, IOF 0")

SPSR_EL1 = SPECIAL.reg(
    "SPSR_EL1", (3, 0, 4, 0, 0), RW, 64,
    "Saved Program Status Register (EL1; layout for an exception from AArch64)",
    "N 31, Z 30, C 29, V 28, TCO 25, DIT 24, UAO 23, PAN 22, SS 21, IL 20, ALLINT 13, SSBS 12,"
    "BTYPE 11:10, D 9, A 8, I 7, F 6, M 4:0", {"M": MODES})
SPECIAL.alias("SPSR_EL12", SPSR_EL1)
SPECIAL.reg("SPSR_EL2", (3, 4, 4, 0, 0), RW, 64, "Saved Program Status Register (EL2)",
            SPSR_EL1.fields)
ELR_EL1 = SPECIAL.reg("ELR_EL1", (3, 0, 4, 0, 1), RW, 64, "Exception Link Register (EL1)")
SPECIAL.alias("ELR_EL12", ELR_EL1)
SPECIAL.reg("ELR_EL2", (3, 4, 4, 0, 1), RW, 64, "Exception Link Register (EL2)")
SPECIAL.reg("SP_EL0", (3, 0, 4, 1, 0), RW, 64, "Stack Pointer (EL0)")
SPECIAL.reg("SP_EL1", (3, 4, 4, 1, 0), RW, 64, "Stack Pointer (EL1)")

AARCH32_STATE = ("N 31, Z 30, C 29, V 28, Q 27, IT_1_0 26:25, J 24, SSBS 23, PAN 22, DIT 21, "
                 "IL 20, GE 19:16, IT_7_2 15:10, E 9, A 8, I 7, F 6, T 5, M 4:0")
for mode, op2 in (("irq", 0), ("abt", 1), ("und", 2), ("fiq", 3)):
    SPECIAL.reg(f"SPSR_{mode}", (3, 4, 4, 3, op2), RW, 32,
                f"Saved Program Status Register (AArch32 {mode} mode)", AARCH32_STATE,
                {"M": MODES})

SPECIAL.reg("CurrentEL", (3, 0, 4, 2, 2), RO, 64, "Current Exception Level", "EL 3:2", {"EL": EL})
SPECIAL.reg("SPSel", (3, 0, 4, 2, 0), RW, 64, "Stack Pointer Select", "SP 0",
            {"SP": {0: "SP_EL0", 1: "SP_ELx"}})
SPECIAL.reg("PAN", (3, 0, 4, 2, 3), RW, 64, "Privileged Access Never", "PAN 22")
SPECIAL.reg("UAO", (3, 0, 4, 2, 4), RW, 64, "User Access Override", "UAO 23")
SPECIAL.reg("ALLINT", (3, 0, 4, 3, 0), RW, 64, "All Interrupt Mask Bit", "ALLINT 13")
SPECIAL.reg("NZCV", (3, 3, 4, 2, 0), RW, 64, "Condition Flags", "N 31, Z 30, C 29, V 28")
SPECIAL.reg("DAIF", (3, 3, 4, 2, 1), RW, 64, "Interrupt Mask Bits", "D 9, A 8, I 7, F 6")
SPECIAL.reg("DIT", (3, 3, 4, 2, 5), RW, 64, "Data Independent Timing", "DIT 24")
SPECIAL.reg("SSBS", (3, 3, 4, 2, 6), RW, 64, "Speculative Store Bypass Safe", "SSBS 12")
SPECIAL.reg("TCO", (3, 3, 4, 2, 7), RW, 64, "Tag Check Override", "TCO 25")
SPECIAL.reg("FPCR", (3, 3, 4, 4, 0), RW, 64, "Floating-Point Control Register",
            "AHP 26, DN 25, FZ 24, RMode 23:22, Stride 21:20, FZ16 19, Len 18:16, IDE 15,"
            "EBF 13, IXE 12, UFE 11, OFE 10, DZE 9, IOE 8, NEP 2, AH 1, FIZ 0",
            {"RMode": {0: "to nearest", 1: "towards plus infinity",
                       2: "towards minus infinity", 3: "towards zero"}})
SPECIAL.reg("FPSR", (3, 3, 4, 4, 1), RW, 64, "Floating-Point Status Register",
            "QC 27, IDC 7, IXC 4, UFC 3, OFC 2, DZC 1, IOC 0")
SPECIAL.reg("DSPSR_EL0", (3, 3, 4, 5, 0), RW, 64, "Debug Saved Program Status Register",
            SPSR_EL1.fields)
SPECIAL.reg("DLR_EL0", (3, 3, 4, 5, 1), RW, 64, "Debug Link Register")

REGS = (*T.rows, *SPECIAL.rows)
