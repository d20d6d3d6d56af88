"""From the loader to the first compiled function, on the boot CPU and on later ones.

All of EL2 runs on SP_EL2.  While a guest runs SP_EL2 is the address of its `Vcpu`, so that the
vectors save registers there without first looking for a place.
"""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import Compiled, asm
from wrought.lang.core.intrinsics import a64
from wrought.lang.core.scalars import Never, u64
from wrought.rt.a64.start_text import CLEAR_BSS, RELOCATE, RELOCATE_PACKED

HCR_RW = 1 << 31
SCTLR_OFF = 0x30C5_0830
"""SCTLR_EL2 with its RES1 bits, MMU and caches off."""


@struct(size=64, align=64)
class Start:
    """What a later CPU needs before it has a stack; cleaned to memory by the boot CPU."""

    mair: u64
    tcr: u64
    ttbr0: u64
    sctlr: u64
    stack: u64
    percpu: u64
    number: u64
    vectors: u64


def boot(main: Compiled) -> Compiled:
    """The image's entry: relocates itself, clears .bss, calls `main(device_tree: u64)`.

    Linux's arm64 boot protocol: MMU off, x0 the physical address of the device tree.  A CPU that
    is not at EL2 stops, for there is nowhere to say so.
    """
    @asm(section=".text.boot")
    def start() -> Never:
        a64("""
            mrs x1, CurrentEL
            cmp x1, #8
            b.ne 9f
            msr daifset, #15
            mov x1, #{rw}
            msr hcr_el2, x1
            mov x1, #{off_low}
            movk x1, #{off_high}, lsl #16
            msr sctlr_el2, x1
            isb
        """ + RELOCATE + RELOCATE_PACKED + CLEAR_BSS + """
            msr spsel, #1
            adrp x1, __stack_top
            add x1, x1, :lo12:__stack_top
            mov sp, x1
            adrp x1, __percpu_start
            add x1, x1, :lo12:__percpu_start
            msr tpidr_el2, x1
            mov x29, xzr
            mov x30, xzr
            b {main}
        9:  wfi
            b 9b
        """, main=main, rw=HCR_RW, off_low=SCTLR_OFF & 0xFFFF,
            off_high=SCTLR_OFF >> 16)
    return start


def later(main: Compiled) -> Compiled:
    """Where PSCI starts a further CPU, x0 at its `Start`: MMU on, then `main(number: u64)`.

    No memory is written before the MMU is on: stale cache lines would hide it later.
    """
    @asm
    def start_later() -> Never:
        a64("""
            msr daifset, #15
            mov x1, #{rw}
            msr hcr_el2, x1
            msr spsel, #1
            ldp x1, x2, [x0]
            msr mair_el2, x1
            msr tcr_el2, x2
            ldp x1, x2, [x0, #16]
            msr ttbr0_el2, x1
            tlbi alle2
            tlbi alle1
            ic iallu
            dsb nsh
            isb
            msr sctlr_el2, x2
            isb
            ldp x1, x2, [x0, #32]
            mov sp, x1
            msr tpidr_el2, x2
            ldp x0, x1, [x0, #48]
            msr vbar_el2, x1
            isb
            mov x29, xzr
            mov x30, xzr
            b {main}
        """, main=main, rw=HCR_RW)
    return start_later


def on_stack(main: Compiled) -> Compiled:
    """A function `(stack_top: u64, argument: u64) -> Never` that goes on in `main(argument)` on
    another stack; nothing returns to the old one."""
    @asm
    def move_to_stack(stack_top: u64, argument: u64) -> Never:
        a64("""
            mov sp, x0
            mov x0, x1
            mov x29, xzr
            mov x30, xzr
            b {main}
        """, main=main)
    return move_to_stack
