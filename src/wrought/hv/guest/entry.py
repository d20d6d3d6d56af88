"""From the loader to the first compiled function at EL1, on the boot CPU and on later ones.

Compiled code runs on SP_EL0 and exceptions on SP_EL1.
"""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import Compiled, asm
from wrought.lang.core.intrinsics import a64
from wrought.lang.core.scalars import Never, u64
from wrought.lang.core.static import Static

BOOT = """
            msr daifset, #15
            adrp x10, __image_start
            add x10, x10, :lo12:__image_start
            adrp x11, __rela_start
            add x11, x11, :lo12:__rela_start
            adrp x12, __rela_end
            add x12, x12, :lo12:__rela_end
        1:  cmp x11, x12
            b.hs 2f
            ldp x13, x14, [x11], #16
            ldr x15, [x11], #8
            add x15, x15, x10
            str x15, [x10, x13]
            b 1b
        2:  adrp x1, __bss_start
            add x1, x1, :lo12:__bss_start
            adrp x2, __bss_end
            add x2, x2, :lo12:__bss_end
        3:  cmp x1, x2
            b.hs 4f
            stp xzr, xzr, [x1], #16
            b 3b
        4:
"""
"""Clears .bss and applies the relocations of an image linked at 0: all are R_AARCH64_RELATIVE (ELF
for the Arm 64-bit Architecture, 5.7.7), place and addend relative to the image's start."""


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
