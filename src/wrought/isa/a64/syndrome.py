"""What ESR_ELx says: exception classes, and the layout of ISS for each of them.

Source: Arm ARM DDI 0487, D24.2, ESR_EL2.
"""

from __future__ import annotations

from typing import NamedTuple

from wrought.isa.model import Field, fields

EXCEPTION_CLASS = {
    "UNKNOWN": (0x00, "unknown reason"),
    "WFX": (0x01, "trapped WFI, WFE, WFIT or WFET"),
    "CP15_32": (0x03, "trapped AArch32 MCR or MRC, coproc 15"),
    "CP15_64": (0x04, "trapped AArch32 MCRR or MRRC, coproc 15"),
    "CP14_32": (0x05, "trapped AArch32 MCR or MRC, coproc 14"),
    "CP14_LS": (0x06, "trapped AArch32 LDC or STC"),
    "FP_ASIMD": (0x07, "trapped SVE, Advanced SIMD or floating point"),
    "CP10_ID": (0x08, "trapped AArch32 VMRS"),
    "PAC": (0x09, "trapped pointer authentication"),
    "LS64": (0x0A, "trapped LD64B, ST64B, ST64BV or ST64BV0"),
    "CP14_64": (0x0C, "trapped AArch32 MRRC, coproc 14"),
    "BTI": (0x0D, "branch target"),
    "ILLEGAL_STATE": (0x0E, "illegal execution state"),
    "SVC32": (0x11, "AArch32 SVC"),
    "HVC32": (0x12, "AArch32 HVC"),
    "SMC32": (0x13, "AArch32 SMC"),
    "SYS128": (0x14, "trapped MSRR, MRRS or 128-bit system instruction"),
    "SVC64": (0x15, "AArch64 SVC"),
    "HVC64": (0x16, "AArch64 HVC"),
    "SMC64": (0x17, "AArch64 SMC"),
    "SYS64": (0x18, "trapped MSR, MRS or system instruction"),
    "SVE": (0x19, "trapped SVE"),
    "ERET": (0x1A, "trapped ERET, ERETAA or ERETAB"),
    "FPAC": (0x1C, "pointer authentication failure"),
    "SME": (0x1D, "trapped SME"),
    "IMPDEF": (0x1F, "implementation defined, to EL3"),
    "INSTRUCTION_ABORT_LOWER": (0x20, "instruction abort from a lower level"),
    "INSTRUCTION_ABORT": (0x21, "instruction abort from this level"),
    "PC_ALIGNMENT": (0x22, "PC alignment fault"),
    "DATA_ABORT_LOWER": (0x24, "data abort from a lower level"),
    "DATA_ABORT": (0x25, "data abort from this level"),
    "SP_ALIGNMENT": (0x26, "SP alignment fault"),
    "MOPS": (0x27, "memory copy or set"),
    "FP32": (0x28, "trapped AArch32 floating-point exception"),
    "FP64": (0x2C, "trapped AArch64 floating-point exception"),
    "SERROR": (0x2F, "SError"),
    "BREAKPOINT_LOWER": (0x30, "breakpoint from a lower level"),
    "BREAKPOINT": (0x31, "breakpoint from this level"),
    "STEP_LOWER": (0x32, "software step from a lower level"),
    "STEP": (0x33, "software step from this level"),
    "WATCHPOINT_LOWER": (0x34, "watchpoint from a lower level"),
    "WATCHPOINT": (0x35, "watchpoint from this level"),
    "BKPT32": (0x38, "AArch32 BKPT"),
    "VECTOR_CATCH32": (0x3A, "AArch32 vector catch"),
    "BRK64": (0x3C, "AArch64 BRK"),
}
"""Name to (value of ESR_ELx.EC, meaning)."""

EXCEPTION_CLASSES = dict(EXCEPTION_CLASS.values())
"""EC value to meaning."""

FAULT_STATUS = {
    **{0b000000 + level: f"address size fault, level {level}" for level in range(4)},
    **{0b000100 + level: f"translation fault, level {level}" for level in range(4)},
    **{0b001000 + level: f"access flag fault, level {level}" for level in range(4)},
    **{0b001100 + level: f"permission fault, level {level}" for level in range(4)},
    0b010000: "synchronous external abort, not on a walk",
    0b010001: "synchronous tag check fault",
    0b010011: "synchronous external abort on a walk, level -1",
    **{0b010100 + level: f"synchronous external abort on a walk, level {level}"
       for level in range(4)},
    0b011000: "parity or ECC error, not on a walk",
    **{0b011100 + level: f"parity or ECC error on a walk, level {level}" for level in range(4)},
    0b100001: "alignment fault",
    0b101001: "address size fault, level -1",
    0b101011: "translation fault, level -1",
    0b110000: "TLB conflict abort",
    0b110001: "unsupported atomic hardware update",
    0b110100: "implementation defined (lockdown)",
    0b110101: "implementation defined (unsupported exclusive or atomic)",
}
"""IFSC or DFSC of an abort."""

ASYNCHRONOUS_STATUS = {0: "uncategorized", 0b010001: "asynchronous SError"}
"""DFSC of an SError."""

CONDITION = dict(enumerate("EQ NE CS CC MI PL VS VC HI LS GE LT GT LE AL NV".split()))
WFX_KIND = {0: "WFI", 1: "WFE", 2: "WFIT", 3: "WFET"}
ACCESS_SIZE = {0: "1 byte", 1: "2 bytes", 2: "4 bytes", 3: "8 bytes"}
ACCESS = {0: "read", 1: "write"}
TRAPPED = {0: "write (MSR)", 1: "read (MRS)"}


class Iss(NamedTuple):
    """ISS for some exception classes."""

    name: str
    classes: tuple[str, ...]
    """Keys of `EXCEPTION_CLASS`."""
    fields: tuple[Field, ...]
    """Bit numbers are those of ESR_ELx."""


ISS = (
    Iss("WFX", ("WFX",), fields("CV 24, COND 23:20, RN 9:5, RV 2, TI 1:0",
                                {"COND": CONDITION, "TI": WFX_KIND})),
    Iss("MCR", ("CP15_32", "CP14_32", "CP10_ID"),
        fields("CV 24, COND 23:20, Opc2 19:17, Opc1 16:14, CRn 13:10, Rt 9:5, CRm 4:1, "
               "Direction 0", {"Direction": {0: "write (MCR)", 1: "read (MRC)"}})),
    Iss("MCRR", ("CP15_64", "CP14_64"),
        fields("CV 24, COND 23:20, Opc1 19:16, Rt2 14:10, Rt 9:5, CRm 4:1, Direction 0",
               {"Direction": {0: "write (MCRR)", 1: "read (MRRC)"}})),
    Iss("LDC", ("CP14_LS",),
        fields("CV 24, COND 23:20, imm8 19:12, Rn 9:5, Offset 4, AM 3:1, Direction 0")),
    Iss("FP_ASIMD", ("FP_ASIMD",), fields("CV 24, COND 23:20")),
    Iss("LS64", ("LS64",), fields("Instruction 24:0", {"Instruction": {
        0: "ST64BV", 1: "ST64BV0", 2: "LD64B or ST64B"}})),
    Iss("BTI", ("BTI",), fields("BTYPE 1:0")),
    Iss("CALL", ("HVC32", "SVC32", "SVC64", "HVC64", "SMC64"), fields("imm16 15:0")),
    Iss("SMC32", ("SMC32",), fields("CV 24, COND 23:20, CCKNOWNPASS 19")),
    Iss("SYS64", ("SYS64",),
        fields("Op0 21:20, Op2 19:17, Op1 16:14, CRn 13:10, Rt 9:5, CRm 4:1, Direction 0",
               {"Direction": TRAPPED})),
    Iss("SYS128", ("SYS128",),
        fields("Op0 21:20, Op2 19:17, Op1 16:14, CRn 13:10, Rt 9:6, CRm 4:1, Direction 0",
               {"Direction": TRAPPED})),
    Iss("ERET", ("ERET",), fields("ERET 1, ERETA 0")),
    Iss("FPAC", ("FPAC",), fields("KEY 1:0",
                                  {"KEY": {0: "IA", 1: "IB", 2: "DA", 3: "DB"}})),
    Iss("SME", ("SME",), fields("SMTC 2:0")),
    Iss("INSTRUCTION_ABORT", ("INSTRUCTION_ABORT_LOWER", "INSTRUCTION_ABORT"),
        fields("SET 12:11, FnV 10, EA 9, S1PTW 7, IFSC 5:0", {"IFSC": FAULT_STATUS})),
    Iss("DATA_ABORT", ("DATA_ABORT_LOWER", "DATA_ABORT"),
        fields("ISV 24, SAS 23:22, SSE 21, SRT 20:16, SF 15, AR 14, VNCR 13, LST 12:11, FnV 10,"
               "EA 9, CM 8, S1PTW 7, WnR 6, DFSC 5:0",
               {"SAS": ACCESS_SIZE, "WnR": ACCESS, "DFSC": FAULT_STATUS,
                "SF": {0: "32-bit register", 1: "64-bit register"}})),
    Iss("MOPS", ("MOPS",),
        fields("MemInst 24, isSETG 23, Options 22:19, FromEpilogue 18, WrongOption 17,"
               "OptionA 16, destreg 14:10, srcreg 9:5, sizereg 4:0")),
    Iss("FP", ("FP32", "FP64"),
        fields("TFV 23, VECITR 10:8, IDF 7, IXF 4, UFF 3, OFF 2, DZF 1, IOF 0")),
    Iss("SERROR", ("SERROR",),
        fields("IDS 24, IESB 13, AET 12:10, EA 9, DFSC 5:0",
               {"AET": {0: "uncontainable", 1: "unrecoverable", 2: "restartable",
                        3: "recoverable", 6: "corrected"}, "DFSC": ASYNCHRONOUS_STATUS})),
    Iss("BREAKPOINT", ("BREAKPOINT_LOWER", "BREAKPOINT", "VECTOR_CATCH32"),
        fields("IFSC 5:0")),
    Iss("STEP", ("STEP_LOWER", "STEP"), fields("ISV 24, EX 6, IFSC 5:0")),
    Iss("WATCHPOINT", ("WATCHPOINT_LOWER", "WATCHPOINT"),
        fields("WPT 23:18, WPTV 17, WPF 16, FnP 15, VNCR 13, FnV 10, CM 8, WnR 6, DFSC 5:0",
               {"WnR": ACCESS})),
    Iss("BREAK", ("BKPT32", "BRK64"), fields("Comment 15:0")),
)
"""All layouts; classes that none names have an ISS of zero."""

ISS_OF = {EXCEPTION_CLASS[name][0]: layout for layout in ISS for name in layout.classes}
"""EC value to layout."""
