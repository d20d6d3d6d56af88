"""Exceptions on purpose: each is printed, decoded by declared bit fields, and survived."""

from __future__ import annotations

from space import part_of

from wrought.lang.core.function import asm, fn, unsafe
from wrought.lang.core.intrinsics import a64, addr_of, function_address, isb, panic, volatile_store
from wrought.lang.core.scalars import Never, Ptr, u8, u64
from wrought.lang.core.static import percpu, static
from wrought.lang.core.sysreg import VBAR_EL2
from wrought.rt.a64.descriptors import PAGE
from wrought.rt.a64.symbols import rodata_start, text_start
from wrought.rt.a64.syndrome import Break, DataAbort, Esr, ExceptionClass, InstructionAbort
from wrought.rt.a64.vectors import Frame, Vector, vectors

target = static(u64)
"""Something writable that is not to be executed."""
count = percpu(u64)
"""Exceptions that this CPU took."""


@fn
def taken() -> u64:
    """How many exceptions this CPU took."""
    return count


@fn
def unexpected(frame: Ptr[Frame], vector: Vector) -> Never:
    """Print all there is to know, and stop."""
    print(f"{vector} at {frame.elr:#x}, address {frame.far:#x}, sp {frame.sp:#x}")
    print(f"{Esr(frame.esr)}")
    panic("an exception that nobody asked for")


@fn
def on_exception(frame: Ptr[Frame], vector: Vector) -> None:
    """Print what happened and go on behind the instruction; anything unexpected is a panic."""
    global count
    count += 1
    esr = Esr(frame.esr)
    if vector != Vector.SYNC:
        unexpected(frame, vector)
    print(f"  {esr.ec} in {part_of(frame.elr)}")
    match esr.ec:
        case ExceptionClass.BRK64:
            print(f"  {Break(esr.iss)}")
        case ExceptionClass.DATA_ABORT:
            iss = DataAbort(esr.iss)
            print(f"  at an address in {part_of(frame.far)}: {iss.status}, write={iss.write}")
        case ExceptionClass.INSTRUCTION_ABORT:
            print(f"  at an address in {part_of(frame.far)}: {InstructionAbort(esr.iss)}")
            frame.elr = frame.x[30] - 4  # there is no instruction to skip: return instead
        case _:
            unexpected(frame, vector)
    frame.elr += 4


vector_table = vectors(on_exception)


@fn
def catch_exceptions() -> None:
    """Make this CPU use our vectors."""
    VBAR_EL2.write(function_address(vector_table))
    isb()


@asm
def breakpoint() -> None:
    """BRK with a number to recognize."""
    a64("""
        brk #0x2a
        ret
    """)


@asm(stack=16)
def jump(address: u64) -> None:
    """Call whatever lies there; the handler returns behind the call."""
    a64("""
        stp x29, x30, [sp, #-16]!
        blr x0
        ldp x29, x30, [sp], #16
        ret
    """)


@asm
def push_on_full_stack() -> None:
    """What an overflow does: a push where the stack ends and its guard page begins."""
    a64("""
        mov x9, sp
        adrp x1, __stack_bottom
        add x1, x1, :lo12:__stack_bottom
        add sp, x1, #{page}
        str xzr, [sp, #-16]!
        mov sp, x9
        ret
    """, page=PAGE)


@unsafe
@fn
def poke(address: u64) -> None:
    """Write one byte there."""
    # SAFETY: it faults, and the handler skips the instruction.
    volatile_store(Ptr[u8](address), 1)


@fn
def provoke() -> None:
    """One exception of each kind that the mappings are for."""
    print("a breakpoint:")
    breakpoint()
    print("a write to a constant:")
    poke(rodata_start())
    print("a write to code:")
    poke(text_start())
    print("a push onto a full stack:")
    push_on_full_stack()
    print("a jump into data:")
    jump(u64(addr_of(target)))
