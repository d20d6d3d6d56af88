"""From the loader to the first compiled function at EL1, on the boot CPU and on later ones.

Compiled code runs on SP_EL0 and exceptions on SP_EL1.
"""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import Compiled, asm
from wrought.lang.core.intrinsics import a64
from wrought.lang.core.scalars import Never, u64
from wrought.lang.core.static import Static
from wrought.rt.a64.start_text import CLEAR_BSS, RELOCATE

BOOT = "msr daifset, #15\n" + RELOCATE + CLEAR_BSS


@struct(size=64, align=64)
class Start:
    """What a later CPU needs; the boot CPU has cleaned it to memory."""

    mair: u64
    tcr: u64
    ttbr0: u64
    sctlr: u64
    stack: u64
    exception_stack: u64
    argument: u64
    spare: u64


def boot(main: Compiled, exception_stack: Static) -> Compiled:
    """The program's entry, Linux's boot protocol: calls `main(device_tree: u64)`, MMU off.

    Runs at any page-aligned address; the image's layout is `pie`, linked at 0.
    """
    size = exception_stack.type.size

    @asm(section=".text.boot")
    def start() -> Never:
        a64(BOOT + """
            msr spsel, #1
            adrp x1, {exceptions}
            add x1, x1, :lo12:{exceptions}
            mov x2, #{size}
            add sp, x1, x2
            msr spsel, #0
            adrp x1, __stack_top
            add x1, x1, :lo12:__stack_top
            mov sp, x1
            mov x29, xzr
            mov x30, xzr
            b {main}
        """, main=main, exceptions=exception_stack, size=size)
    return start


def later(main: Compiled) -> Compiled:
    """Where PSCI starts a further CPU, x0 at its `Start`: calls `main(argument: u64)`, MMU on."""
    @asm
    def start_later() -> Never:
        a64("""
            msr daifset, #15
            ldp x1, x2, [x0]
            msr mair_el1, x1
            msr tcr_el1, x2
            ldp x1, x2, [x0, #16]
            msr ttbr0_el1, x1
            tlbi vmalle1
            ic iallu
            dsb nsh
            isb
            msr sctlr_el1, x2
            isb
            ldp x1, x2, [x0, #32]
            ldr x0, [x0, #48]
            msr spsel, #1
            mov sp, x2
            msr spsel, #0
            mov sp, x1
            mov x29, xzr
            mov x30, xzr
            b {main}
        """, main=main)
    return start_later
