"""Exceptions at EL1: interrupts go to the program, provoked faults are recorded and skipped."""

from __future__ import annotations

from wrought.hv.guest import gic
from wrought.lang.core.decl import struct
from wrought.lang.core.function import Compiled, fn
from wrought.lang.core.intrinsics import function_address, isb, panic
from wrought.lang.core.scalars import Ptr, u64
from wrought.lang.core.static import static
from wrought.lang.core.sysreg import VBAR_EL1
from wrought.rt.a64.syndrome import Esr, ExceptionClass
from wrought.rt.a64.vectors import Frame, Vector

EL1T = 4
"""SPSR_EL1.M of code at EL1 on SP_EL0."""


@struct
class Taken:
    """The last synchronous exception."""

    count: u64
    """Exceptions since `clear`."""
    esr: u64
    far: u64
    elr: u64
    awaited: bool
    """Whether the program provokes exceptions just now; others are panics."""


taken = static(Taken)


@fn
def clear() -> None:
    """Forget what was taken, and await what comes."""
    taken.count, taken.esr, taken.far, taken.elr = 0, 0, 0, 0
    taken.awaited = True


@fn
def exception_class() -> ExceptionClass:
    """The class of the last exception."""
    return Esr(taken.esr).ec


@fn
def on_sync(frame: Ptr[Frame]) -> None:
    """Record the exception; go on behind the instruction, or behind the call of what is no code."""
    taken.count += 1
    taken.esr, taken.far, taken.elr = frame.esr, frame.far, frame.elr
    if not taken.awaited:
        print(f"{Esr(frame.esr)} at {frame.elr:#x}, address {frame.far:#x}, x30 {frame.x[30]:#x}")
        panic("an exception that nobody provoked")
    match Esr(frame.esr).ec:
        case ExceptionClass.INSTRUCTION_ABORT | ExceptionClass.PC_ALIGNMENT:
            frame.elr = frame.x[30]
        case ExceptionClass.SVC64 | ExceptionClass.HVC64 | ExceptionClass.SMC64:
            pass                     # these return behind the instruction by themselves
        case _:
            frame.elr += 4


def handler(on_interrupt: Compiled) -> Compiled:
    """What `vectors` calls: `on_interrupt(intid: u32)` for each interrupt, between acknowledging
    and ending it."""
    @fn
    def on_exception(frame: Ptr[Frame], vector: Vector) -> None:
        # Xen injects aborts as if they came from code on SP_EL1, wherever they did.
        if vector == Vector.SYNC or vector == Vector.SYNC_NESTED and frame.spsr & 15 == EL1T:
            on_sync(frame)
            return
        match vector:
            case Vector.IRQ:
                acknowledged = gic.acknowledge()
                if gic.number_of(acknowledged) < 1020:
                    on_interrupt(gic.number_of(acknowledged))
                    gic.end(acknowledged)
            case _:
                print(f"{vector} at {frame.elr:#x}: {Esr(frame.esr)}, address {frame.far:#x}")
                panic("an exception that no guest expects")
    return on_exception


def install(table: Compiled) -> Compiled:
    """A function that makes the calling CPU use a table of vectors."""
    @fn
    def use_vectors() -> None:
        VBAR_EL1.write(function_address(table))
        isb()
    return use_vectors
