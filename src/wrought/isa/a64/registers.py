"""General and vector registers of AArch64 and their roles in a call.

Source: Procedure Call Standard for the Arm 64-bit Architecture (AAPCS64), 6.1.
"""

from __future__ import annotations

GENERAL = tuple(f"x{n}" for n in range(31))
"""64-bit general registers; number 31 is `sp` or `xzr`, as the instruction says."""

GENERAL_32 = tuple(f"w{n}" for n in range(31))

VECTOR = tuple(f"v{n}" for n in range(32))
"""128-bit vector registers; `q`, `d`, `s`, `h`, `b` name their lower parts."""

ARGUMENTS = GENERAL[:8]
RESULTS = GENERAL[:8]
FLOAT_ARGUMENTS = VECTOR[:8]
INDIRECT_RESULT = "x8"
"""Address of a result that memory holds."""

INTRA_CALL = ("x16", "x17")
"""IP0 and IP1: the linker may change them on any call."""

PLATFORM = "x18"
FRAME_POINTER = "x29"
LINK = "x30"
STACK_POINTER = "sp"

CALLER_SAVED = (*GENERAL[:18], LINK)
CALLEE_SAVED = (*GENERAL[19:29], FRAME_POINTER)
CALLEE_SAVED_VECTOR = tuple(f"d{n}" for n in range(8, 16))
"""Only the lower 64 bits of v8 to v15 are kept."""

STACK_ALIGNMENT = 16
"""Bytes; kept at every access through `sp`."""

SMCCC_ARGUMENTS = GENERAL[:8]
SMCCC_RESULTS = GENERAL[:4]
SMCCC_CLOBBERED = GENERAL[4:18]
"""What an SMC or HVC may change besides its results (SMCCC 1.0 with 64-bit calls: x4 to x17)."""

DWARF = {**{name: number for number, name in enumerate(GENERAL)}, "sp": 31, "pc": 32,
         **{name: 64 + number for number, name in enumerate(VECTOR)}}
"""Register numbers in debug information (DWARF for the Arm 64-bit Architecture, 4.1)."""
