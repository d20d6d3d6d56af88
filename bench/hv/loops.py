"""The loops of the measured guest: an operation over and over, in as few instructions as it takes.

They are assembler so that what is subtracted, the empty loop, is exactly what is not the
operation.  x9 counts, x10 to x12 are the operation's constants, w15 is set by the interrupt
handler.  A loop returns x14.
"""

from __future__ import annotations

from wrought.lang.core.function import Compiled, asm
from wrought.lang.core.intrinsics import a64
from wrought.lang.core.scalars import u64


def table(sync: str, irq: str) -> Compiled:
    """Vectors for code on SP_EL0 whose handlers are those few instructions.

    Xen injects aborts as if they came from code on SP_EL1, wherever they did.
    """
    text = f"{sync}\n .balign 128\n {irq}\n .balign 128\n b .\n .balign 512\n {sync}\n"

    @asm(section=".text.vectors", align=2048)
    def loop_vectors() -> None:
        a64(text)
    return loop_vectors


def loop(name: str, body: str, *, sync: str = "b .", irq: str = "b .") -> Compiled:
    """`run(count, a, b, c)`: the body `count` times, with a, b, c in x10, x11, x12."""
    text = f"""
        mrs x5, vbar_el1
        adrp x6, {{vectors}}
        add x6, x6, :lo12:{{vectors}}
        msr vbar_el1, x6
        isb
        mov x9, x0
        mov x10, x1
        mov x11, x2
        mov x12, x3
        mov x14, xzr
        msr daifclr, #2
    1:  {body}
        subs x9, x9, #1
        b.ne 1b
        msr daifset, #2
        msr vbar_el1, x5
        isb
        mov x0, x14
        ret
    """
    handlers = table(sync, irq)

    @asm
    def run_loop(count: u64, a: u64, b: u64, c: u64) -> u64:
        a64(text, vectors=handlers)
    run_loop.label = name
    return run_loop


WAIT = "2: cbz w15, 2b\n"
ACKNOWLEDGE = "mrs x0, icc_iar1_el1\n"
END = "msr icc_eoir1_el1, x0\n mov w15, #1\n eret\n"
STOP_TIMER = "msr cntv_ctl_el0, xzr\n"

empty = loop("empty", "")
xen_version = loop("xen_version", "mov x0, xzr\n mov x16, #17\n hvc #0xea1\n")
unknown_call = loop("unknown_call", "mov x16, #63\n hvc #0xea1\n")
psci_version = loop("psci_version", "mov w0, #0x84000000\n hvc #0\n")
read_uart = loop("read_uart", "ldr w0, [x10, #0x18]\n")
read_distributor = loop("read_distributor", "ldr w0, [x10]\n")
read_id = loop("read_id", "mrs x0, id_aa64isar0_el1\n")
self_sgi = loop("self_sgi", "mov w15, wzr\n msr icc_sgi1r_el1, x10\n" + WAIT,
                irq=ACKNOWLEDGE + END)
virtual_timer = loop(
    "virtual_timer", "mov w15, wzr\n mrs x0, cntvct_el0\n msr cntv_cval_el0, x0\n"
    "msr cntv_ctl_el0, x10\n" + WAIT, irq=ACKNOWLEDGE + STOP_TIMER + END)
sched_yield = loop("sched_yield", "mov x0, xzr\n mov x16, #29\n hvc #0xea1\n")
wake_up = loop(
    "wake_up", "mov w15, wzr\n mrs x13, cntvct_el0\n add x13, x13, x11\n"
    "msr cntv_cval_el0, x13\n msr cntv_ctl_el0, x10\n 2: wfi\n cbz w15, 2b\n"
    "mrs x0, cntvct_el0\n sub x0, x0, x13\n add x14, x14, x0\n",
    irq=ACKNOWLEDGE + STOP_TIMER + END)
"""Returns the ticks that passed between the programmed times and the ends of the interrupts."""
fault = loop("fault", "ldr w0, [x10]\n",
             sync="mrs x0, elr_el1\n add x0, x0, #4\n msr elr_el1, x0\n eret\n")
event_to_self = loop(
    "event_to_self", "mov w15, wzr\n mov x0, #4\n mov x1, x10\n mov x16, #32\n hvc #0xea1\n" + WAIT,
    irq=ACKNOWLEDGE + "strb wzr, [x11]\n str xzr, [x11, #8]\n str xzr, [x12]\n" + END)
"""x10: the address of the port; x11: of vcpu_info; x12: of the word with the port's bit."""
