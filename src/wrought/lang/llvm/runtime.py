"""Non-local exit: `__wrought_try` and `__wrought_throw`, whole functions in assembler.

    i32  __wrought_try(frame, fn, arg)    calls fn(arg); 0 when it returns
    void __wrought_throw(frame, code)     makes that call of `__wrought_try` return `code` instead

`frame` is `TRY_FRAME_SIZE` bytes, 16-byte aligned, and must outlive the call.  What lies between
is abandoned: the registers that a C function preserves and the stack pointer are put back.
"""

from __future__ import annotations

from ..ir.model import Module
from ..ir.symbols import THROW, TRY
from ..targets import Target
from .text import quote

TRY_FRAME_SIZE = 176
"""Bytes of a frame on either machine: 13 general registers and d8-d15 on A64, 8 on x86-64."""

_SAVED = [("x19", "x20"), ("x21", "x22"), ("x23", "x24"), ("x25", "x26"), ("x27", "x28"),
          ("x29", "x30")]
_SAVED_FLOAT = [("d8", "d9"), ("d10", "d11"), ("d12", "d13"), ("d14", "d15")]
_SAVED_X64 = ["rbx", "rbp", "r12", "r13", "r14", "r15"]


def _a64(floats: bool) -> dict[str, list[str]]:
    pairs = _SAVED + (_SAVED_FLOAT if floats else [])
    places = [(a, b, 16 * i + (16 if i >= len(_SAVED) else 0)) for i, (a, b) in enumerate(pairs)]
    sp = 16 * len(_SAVED)
    return {
        TRY: [*(f"stp {a}, {b}, [x0, #{at}]" for a, b, at in places),
              "mov x9, sp", f"str x9, [x0, #{sp}]",
              "stp x29, x30, [sp, #-16]!", "mov x29, sp",
              "mov x0, x2", "blr x1", "mov w0, #0",
              "ldp x29, x30, [sp], #16", "ret"],
        THROW: [*(f"ldp {a}, {b}, [x0, #{at}]" for a, b, at in places),
                f"ldr x9, [x0, #{sp}]", "mov sp, x9", "mov w0, w1", "ret"],
    }


def _x64() -> dict[str, list[str]]:
    places = [(r, 8 * i) for i, r in enumerate(_SAVED_X64)]
    return {
        TRY: [*(f"movq %{r}, {at}(%rdi)" for r, at in places),
              "movq %rsp, 48(%rdi)", "movq (%rsp), %rax", "movq %rax, 56(%rdi)",
              "subq $8, %rsp", "movq %rdx, %rdi", "callq *%rsi",
              "addq $8, %rsp", "xorl %eax, %eax", "retq"],
        THROW: [*(f"movq {at}(%rdi), %{r}" for r, at in places),
                "movq 48(%rdi), %rsp", "addq $8, %rsp", "movl %esi, %eax", "jmpq *56(%rdi)"],
    }


def assembly(target: Target) -> list[str]:
    """Both functions as assembler lines, weak so that several objects may carry them."""
    bodies = _x64() if target.arch == "x64" else _a64(target.hosted)
    lines = [".text"]
    for name, body in bodies.items():
        lines += [f".weak {name}", f".type {name}, %function", ".p2align 4", f"{name}:",
                  *("  " + line for line in body), f".size {name}, . - {name}"]
    return lines


def module_asm(lines: list[str]) -> list[str]:
    """Assembler lines as LLVM's `module asm` statements."""
    return [f"module asm {quote(line)}" for line in lines]


def is_used(module: Module) -> bool:
    """True if the module calls either function and does not define it."""
    names = (TRY, THROW)
    return any(name in module.functions and not module.functions[name].blocks for name in names)
