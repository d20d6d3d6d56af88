"""Exception vectors at EL1: as those of `wrought.rt.a64.vectors`, with EL1's registers."""

from __future__ import annotations

from wrought.lang.core.function import Compiled, asm
from wrought.lang.core.intrinsics import a64
from wrought.rt.a64.vectors import FRAME, RESTORE, SAVE, TABLE


def at_el1(text: str) -> str:
    """The text for EL1, where no fault has an intermediate address."""
    return text.replace("mrs x2, hpfar_el2", "mov x2, xzr").replace("_el2", "_el1")


SAVE_EL1, RESTORE_EL1 = at_el1(SAVE), at_el1(RESTORE)


def vectors(handler: Compiled) -> Compiled:
    """A vector table for VBAR_EL1 whose entries call `handler(frame: Ptr[Frame], vector: Vector)`
    on SP_EL1, and return to the frame."""
    @asm(section=".text.vectors", align=2048, stack=FRAME)
    def vector_table() -> None:
        a64(TABLE + "\n1: " + SAVE_EL1 + "mov x0, sp\n bl {handler}\n" + RESTORE_EL1,
            handler=handler)
    return vector_table
