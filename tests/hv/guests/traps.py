"""Guests that wait, and guests that call what is not there."""

from __future__ import annotations

from wrought.hv.guest import faults, gic
from wrought.hv.guest.board import board
from wrought.hv.guest.hypercall import hvc_with, hypercall
from wrought.hv.guest.interrupts import came, unmask
from wrought.hv.guest.report import check, expect, finish
from wrought.hv.guest.timer import arm_virtual, milliseconds, now
from wrought.lang.core.function import asm, fn
from wrought.lang.core.intrinsics import a64, bitcast, sevl, smc, wfe, wfi
from wrought.lang.core.scalars import Never, i64, u64
from wrought.rt.a64.syndrome import ExceptionClass

ENOSYS = -38
NOT_SUPPORTED = 0xFFFF_FFFF
"""SMCCC's -1 as 32 bits (Arm DEN 0028, 5.2)."""


@fn
def wfi_wakes() -> Never:
    """WFI with interrupts masked and unmasked, its end not before the timer's."""
    gic.enable(board.virtual_timer)
    for i in range(u64(3)):
        when = now() + milliseconds(2)
        arm_virtual(when)
        while now() < when:
            wfi()                    # masked: ends, but nothing is taken
        check(now() >= when, b"WFI ended, and the time had not come")
        expect(came(board.virtual_timer), i, b"interrupts before they were unmasked")
        unmask()
        expect(came(board.virtual_timer), i + 1, b"interrupts after that")
        masked()
    finish(b"wfi_wakes")


@asm
def masked() -> None:
    """Mask interrupts again."""
    a64("""
        msr daifset, #2
        ret
    """)


@fn
def wfe_returns() -> Never:
    """WFE ends with the event register set, and does not hang a vCPU whose CPU is needed."""
    for _ in range(u64(100)):
        sevl()
        wfe()
    gic.enable(board.virtual_timer)
    arm_virtual(now() + milliseconds(2))
    unmask()
    while came(board.virtual_timer) == 0:
        wfe()                        # an interrupt ends it too
    finish(b"wfe_returns")


@fn
def unknown_hypercalls() -> Never:
    """ENOSYS for numbers without a hypercall, the other registers unharmed."""
    for number in range(u64(43), u64(70)):
        if number not in (48, 49, 50, 51, 52, 53, 54, 55):   # the architecture's own range
            expect(bitcast(u64, hypercall(1, 2, 3, 4, 5, number)), bitcast(u64, i64(ENOSYS)),
                   b"result of an unknown hypercall")
    expect(bitcast(u64, hypercall(0, 0, 0, 0, 0, 0xFFFF_FFFF_FFFF)), bitcast(u64, i64(ENOSYS)),
           b"result of a huge number")
    finish(b"unknown_hypercalls")


@fn
def unknown_immediates() -> Never:
    """HVC with another immediate, and SMC, are no hypercalls and not fatal to the others: an
    undefined instruction, or a call that is not supported."""
    faults.clear()
    result = hvc_with(0, 17)
    check(result != 0x4_0011 or faults.taken.count == 1, b"HVC #1 was taken for xen_version")
    result = hvc_with(1, 17)
    check(result != 0x4_0011 or faults.taken.count > 0, b"HVC #0xffff was taken for xen_version")
    if faults.taken.count > 0:
        check(faults.exception_class() == ExceptionClass.UNKNOWN, b"class of the exception")
    finish(b"unknown_immediates")


@fn
def smc_trapped() -> Never:
    """SMC with an unknown function is not supported, or undefined; it never reaches firmware."""
    faults.clear()
    first, _, _, _ = smc(0, 0x8300_0000, 0, 0, 0)
    undefined = faults.taken.count == 1 and faults.exception_class() == ExceptionClass.UNKNOWN
    check(undefined or first & 0xFFFF_FFFF == NOT_SUPPORTED, b"SMC was neither refused nor trapped")
    faults.clear()
    second, _, _, _ = smc(0, 0x8400_0000, 0, 0, 0)
    undefined = faults.taken.count == 1 and faults.exception_class() == ExceptionClass.UNKNOWN
    check(undefined or second & 0xFFFF_FFFF == 0x1_0001 or second & 0xFFFF_FFFF == 0x1_0000
          or second & 0xFFFF_FFFF == NOT_SUPPORTED, b"PSCI version by SMC")
    finish(b"smc_trapped")
