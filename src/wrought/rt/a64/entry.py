"""From the loader to the first compiled function, on the boot CPU and on later ones.

Compiled code runs on SP_EL0 and exceptions on SP_EL2, so that an overflow of the one stack can
still be reported on the other.
"""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import Compiled, asm
from wrought.lang.core.intrinsics import a64
from wrought.lang.core.scalars import Never, u64
from wrought.lang.core.static import Static
from wrought.rt.a64.start_text import CLEAR_BSS


@struct(size=64, align=64)
class Start:
    """What a later CPU needs; the boot CPU has cleaned it to memory."""

    mair: u64
    tcr: u64
    ttbr0: u64
    sctlr: u64
    stack: u64
    exception_stack: u64
    percpu: u64
    """Its area for `percpu` variables."""


def boot(main: Compiled, exception_stack: Static) -> Compiled:
    """The program's entry: clears .bss and calls `main(device_tree: u64)` at EL2, MMU off.

    Linux's boot protocol: x0 is the physical address of the device tree.  A CPU that is not at
    EL2 stops, for there is nowhere to say so.
    """
    size = exception_stack.type.size

    @asm(section=".text.boot")
    def start() -> Never:
        a64("""
            mrs x1, CurrentEL
            cmp x1, #8              // EL2
            b.ne 9f
            msr daifset, #15
        """ + CLEAR_BSS + """
            adrp x1, {exceptions}
            add x1, x1, :lo12:{exceptions}
            mov x2, #{size}
            add sp, x1, x2
            adrp x1, __percpu_start
            add x1, x1, :lo12:__percpu_start
            msr tpidr_el2, x1
            msr spsel, #0
            adrp x1, __stack_top
            add x1, x1, :lo12:__stack_top
            mov sp, x1
            mov x29, xzr
            mov x30, xzr
            b {main}
        9:  wfi
            b 9b
        """, main=main, exceptions=exception_stack, size=size)
    return start


def later(main: Compiled) -> Compiled:
    """Where PSCI starts a further CPU, with x0 at its `Start`: calls `main()`, MMU on.

    No memory is written before the MMU is on: stale lines of the caches would hide it later.
    """
    @asm
    def start_later() -> Never:
        a64("""
            msr daifset, #15
            ldp x1, x2, [x0]
            msr mair_el2, x1
            msr tcr_el2, x2
            ldp x1, x2, [x0, #16]
            msr ttbr0_el2, x1
            tlbi alle2
            ic iallu
            dsb nsh
            isb
            msr sctlr_el2, x2
            isb
            ldp x1, x2, [x0, #32]
            ldr x3, [x0, #48]
            msr tpidr_el2, x3
            mov sp, x2
            msr spsel, #0
            mov sp, x1
            mov x29, xzr
            mov x30, xzr
            b {main}
        """, main=main)
    return start_later
