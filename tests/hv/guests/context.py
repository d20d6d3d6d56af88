"""Guests that share a CPU and look whether all their registers are still theirs."""

from __future__ import annotations

from hv.guests.registers import Key, reader, writer
from wrought.hv.abi.sched import Sched
from wrought.hv.guest import gic
from wrought.hv.guest.board import board
from wrought.hv.guest.calls import sched_op
from wrought.hv.guest.interrupts import came, sleep_until, unmask
from wrought.hv.guest.report import check, expect, finish
from wrought.hv.guest.timer import arm_virtual, milliseconds, now
from wrought.lang.core.function import asm, fn
from wrought.lang.core.intrinsics import a64, isb
from wrought.lang.core.scalars import Array, Fn, Never, u64
from wrought.lang.core.static import constant, fn_table
from wrought.lang.core.sysreg import CPACR_EL1

ROUNDS = 200
KEPT: list[tuple[Key, int]] = [
    ((3, 3, 13, 0, 2), -1), ((3, 3, 13, 0, 3), -1), ((3, 0, 13, 0, 1), 0xFFFF_FFFF),
    ((3, 0, 13, 0, 4), -1), ((3, 0, 5, 2, 0), 0xFFFF_FFFF),
    ((3, 0, 6, 0, 0), -1), ((3, 0, 7, 4, 0), 0xFFFF_FFFF_F000), ((3, 2, 0, 0, 0), 0x2),
    ((3, 0, 14, 1, 0), 0x303), ((3, 3, 14, 3, 2), -1), ((3, 0, 2, 0, 1), 0xFFFF_FFFF_F000),
    ((3, 3, 4, 4, 0), 0x7C0_0000), ((3, 3, 4, 4, 1), 0x9F)]
"""TPIDR_EL0, TPIDRRO_EL0, CONTEXTIDR_EL1, TPIDR_EL1, ESR_EL1, FAR_EL1, PAR_EL1,
CSSELR_EL1, CNTKCTL_EL1, CNTV_CVAL_EL0, TTBR1_EL1, FPCR, FPSR, each with its writable bits."""
READ = fn_table(Fn[[], u64], [reader(key) for key, _ in KEPT])
WRITE = fn_table(Fn[[u64], None], [writer(key) for key, _ in KEPT])
MASKS = constant(Array[u64, len(KEPT)], [m & 0xFFFF_FFFF_FFFF_FFFF for _, m in KEPT])
TIMER = 9
"""The index of CNTV_CVAL_EL0, which the waiting itself writes."""

FILL = ".arch armv8-a+simd\n" + "".join(
    f"add x1, x0, #{n}\n dup v{n}.2d, x1\n" for n in range(32)) + "ret\n"
COUNT = ".arch armv8-a+simd\n mov x3, xzr\n" + "".join(
    f"add x1, x0, #{n}\n umov x2, v{n}.d[{half}]\n cmp x1, x2\n cinc x3, x3, ne\n"
    for n in range(32) for half in (0, 1)) + "mov x0, x3\n ret\n"


@asm
def fill_vectors(seed: u64) -> None:
    """Both halves of register n become seed + n."""
    a64(FILL)


@asm
def changed_vectors(seed: u64) -> u64:
    """How many halves are something else."""
    a64(COUNT)


@fn
def give_way(i: u64) -> None:
    """Let the other domain run: yield, or sleep until the timer."""
    if i % 2 == 0:
        sched_op(Sched.YIELD, 0)
        return
    before = came(board.virtual_timer)
    arm_virtual(now() + milliseconds(1) // 4)
    sleep_until(board.virtual_timer, before + 1)


@fn
def keep(seed: u64) -> None:
    """Fill all registers, give way, and look; many times."""
    CPACR_EL1.write(3 << 20)
    isb()
    gic.enable(board.virtual_timer)
    unmask()
    for i in range(u64(ROUNDS)):
        pattern = seed * 0x0101_0101_0101_0101 + i
        fill_vectors(pattern)
        for k in range(len(WRITE)):
            if k != TIMER:
                WRITE[k](pattern & mask_of(k))
        give_way(i)
        expect(changed_vectors(pattern), 0, b"vector registers that changed")
        for k in range(len(READ)):
            if k != TIMER:
                expect(READ[k]() & mask_of(k), pattern & mask_of(k), b"a system register")
    check(came(board.virtual_timer) >= ROUNDS // 2, b"too few timer interrupts")


@fn
def mask_of(k: u64) -> u64:
    """The bits of register k that can be written."""
    return MASKS[k]


@fn
def registers_kept() -> Never:
    """One of the two."""
    keep(0x3A)
    finish(b"registers_kept")


@fn
def registers_kept_too() -> Never:
    """The other, with other values."""
    keep(0xC5)
    finish(b"registers_kept_too")
