"""The exception vectors at EL2: every exception saves the registers and calls one function.

Arm ARM DDI 0487, D1.3.1: sixteen entries of 128 bytes, four for each of: this level on SP_EL0,
this level on SP_EL2, a lower level in AArch64, a lower level in AArch32.
"""

from __future__ import annotations

from wrought.lang.core.decl import enum, struct
from wrought.lang.core.function import Compiled, asm
from wrought.lang.core.intrinsics import a64
from wrought.lang.core.scalars import Array, u64


@struct(size=304)
class Frame:
    """The interrupted context, as the vectors save and restore it."""

    x: Array[u64, 31]
    sp: u64
    """SP_EL0."""
    elr: u64
    spsr: u64
    esr: u64
    """ESR_EL2 of this exception; changes are ignored, as with `far` and `hpfar`."""
    far: u64
    hpfar: u64
    spare: u64


@enum(u64)
class Vector:
    """Which of the sixteen entries was taken."""

    SYNC = 0
    IRQ = 1
    FIQ = 2
    SERROR = 3
    SYNC_NESTED = 4
    """The four of code on SP_EL2: an exception in an exception's handler."""
    IRQ_NESTED = 5
    FIQ_NESTED = 6
    SERROR_NESTED = 7
    SYNC_LOWER = 8
    IRQ_LOWER = 9
    FIQ_LOWER = 10
    SERROR_LOWER = 11
    SYNC_LOWER32 = 12
    IRQ_LOWER32 = 13
    FIQ_LOWER32 = 14
    SERROR_LOWER32 = 15


FRAME = 304
STATE = (("sp_el0", "elr_el2"), ("spsr_el2", "esr_el2"), ("far_el2", "hpfar_el2"))
"""System registers of a frame, two by two, from `sp` on."""


def _entry(n: int) -> str:
    return f"""
        .balign 128
        sub sp, sp, #{FRAME}
        stp x0, x1, [sp]
        mov x1, #{n}
        b 1f"""


def _pairs(op: str) -> str:
    return "".join(f"{op} x{i}, x{i + 1}, [sp, #{8 * i}]\n" for i in range(2, 30, 2))


def _save() -> str:
    text = _pairs("stp")
    text += "mrs x2, sp_el0\n stp x30, x2, [sp, #240]\n"
    names = [name for pair in STATE for name in pair][1:]
    for i, name in enumerate(names):
        text += f"mrs x2, {name}\n str x2, [sp, #{256 + 8 * i}]\n"
    return text


def _restore() -> str:
    text = "ldp x2, x3, [sp, #256]\n msr elr_el2, x2\n msr spsr_el2, x3\n"
    text += "ldp x30, x2, [sp, #240]\n msr sp_el0, x2\n" + _pairs("ldp")
    return text + f"ldp x0, x1, [sp]\n add sp, sp, #{FRAME}\n eret\n"


TABLE = "".join(map(_entry, range(16)))
SAVE, RESTORE = _save(), _restore()


def vectors(handler: Compiled) -> Compiled:
    """A vector table for VBAR_EL2 whose entries call `handler(frame: Ptr[Frame], vector: Vector)`
    on SP_EL2, and return to the frame."""
    @asm(section=".text.vectors", align=2048, stack=FRAME)
    def vector_table() -> None:
        a64(TABLE + "\n1: " + SAVE + "mov x0, sp\n bl {handler}\n" + RESTORE, handler=handler)
    return vector_table
