"""General and vector registers of x86-64 and their roles in a call.

Source: System V Application Binary Interface, AMD64 Architecture Processor Supplement, 3.2.
"""

from __future__ import annotations

GENERAL = ("rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
           *(f"r{n}" for n in range(8, 16)))
"""In the order of their instruction encodings."""

GENERAL_32 = ("eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi",
              *(f"r{n}d" for n in range(8, 16)))
GENERAL_16 = ("ax", "cx", "dx", "bx", "sp", "bp", "si", "di", *(f"r{n}w" for n in range(8, 16)))
GENERAL_8 = ("al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil",
             *(f"r{n}b" for n in range(8, 16)))

VECTOR = tuple(f"xmm{n}" for n in range(16))

ARGUMENTS = ("rdi", "rsi", "rdx", "rcx", "r8", "r9")
RESULTS = ("rax", "rdx")
FLOAT_ARGUMENTS = VECTOR[:8]
FLOAT_RESULTS = VECTOR[:2]
VARIADIC_VECTOR_COUNT = "al"
"""Holds the number of vector registers that a variadic call uses."""

FRAME_POINTER = "rbp"
STACK_POINTER = "rsp"
CALLEE_SAVED = ("rbx", "rbp", "r12", "r13", "r14", "r15")
CALLER_SAVED = ("rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11")
STACK_ALIGNMENT = 16
"""Bytes, before the call instruction pushes the return address."""

RED_ZONE = 128
"""Bytes below `rsp` that signal handlers leave alone."""

CONDITIONS = ("o", "no", "b", "ae", "e", "ne", "be", "a", "s", "ns", "p", "np", "l", "ge", "le",
              "g")
"""Suffixes of `jcc`, `setcc` and `cmovcc` by their four-bit code."""

DWARF = {name: number for number, name in enumerate(
    ("rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp", *GENERAL[8:], "rip", *VECTOR))}
"""Register numbers in debug information: 0 to 15, the return address 16, vectors from 17."""
