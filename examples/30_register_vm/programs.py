"""The dispatch table, programs for the machine, and the function that runs one."""

from __future__ import annotations

from arithmetic import ADD, MUL, SUB
from assembler import assemble
from control import call, halt, jump, less, loop, move, return_value, set_number
from machine import DEPTH, OPCODES, Dispatch, Ins, Status, Table, Vm, next_ins
from tables import get

from wrought.lang.core.function import fn, handler, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast
from wrought.lang.core.scalars import Array, Ptr, Slice, i64, u8, u64
from wrought.lang.core.static import Static, constant, static

BYTECODES = ((halt, "a"), (set_number, "ad"), (move, "ab"), (ADD, "abc"), (SUB, "abc"),
             (MUL, "abc"), (less, "abd"), (loop, "ad"), (jump, "d"), (get, "abc"), (call, "ad"),
             (return_value, "a"))
"""In the order of their numbers, with the operands that each has."""

OPERANDS = {f.label: (number, letters) for number, (f, letters) in enumerate(BYTECODES)}
HANDLERS = [f for f, _ in BYTECODES]
DISPATCH = constant(Dispatch, {"handlers": HANDLERS + [halt] * (OPCODES - len(HANDLERS))})



def program(text: str) -> Static:
    """The instruction words of a program, as a constant of the compiled code."""
    words = assemble(text, OPERANDS)
    return constant(Array[u64, len(words)], words)


FIBONACCI = program("""
        SET    r0 20
        CALL   r0 fib
        HALT   r0
fib:    SET    r1 2
        LESS   r0 r1 done
        SET    r2 1
        SUB    r3 r0 r2
        CALL   r3 fib
        SUB    r4 r0 r1
        CALL   r4 fib
        ADD    r0 r3 r4
done:   RETURN r0
""")

LOOP_SUM = program("""
        SET    r0 0
        SET    r1 1000
again:  MUL    r2 r1 r1
        ADD    r0 r0 r2
        LOOP   r1 again
        HALT   r0
""")

TABLE_SUM = program("""
        SET    r2 0
        SET    r3 500
again:  GET    r4 r0 'x'
        ADD    r2 r2 r4
        GET    r4 r1 'x'
        ADD    r2 r2 r4
        GET    r4 r0 'y'
        SUB    r2 r2 r4
        LOOP   r3 again
        HALT   r2
""")

FACTORIAL = program("""
        SET    r0 1
        SET    r1 25
again:  MUL    r0 r0 r1
        LOOP   r1 again
        HALT   r0
""")

ENDLESS = program("""
deeper: CALL   r0 deeper
""")

WRONG_KEY = program("""
        GET    r2 r0 'q'
        HALT   r2
""")

machine = static(Vm)
code = static(Array[Ins, 16])
POINTS = constant(Array[Table, 2], (
    {"shape": 1, "keys": b"xy", "values": (3, 1)}, {"shape": 2, "keys": b"yx", "values": (1, 4)}))


@handler
def start(ins: Ins, pc: Ptr[Ins], base: Ptr[i64], dispatch: Ptr[Dispatch],
          vm: Ptr[Vm]) -> None:
    """The way in from ordinary functions."""
    return next_ins(ins, pc, base, dispatch, vm)


@unsafe
@fn
def execute(words: Slice[u64]) -> Status:
    """Run a program from its start; its result is in `machine`.

    Registers 0 and 1 hold tables of different shapes: x=3, y=1 and y=1, x=4.
    """
    # SAFETY: the frames and registers are the machine's own, and CALL checks the depth.
    for i, word in enumerate(words):
        code[i] = Ins(word)
    vm = addr_of(machine)
    vm.top = addr_of(vm.frames[0])
    vm.limit = vm.top + (DEPTH - 1)
    vm.overflows = 0
    vm.misses = 0
    vm.status = Status.DONE
    base = addr_of(vm.registers[0])
    base[0] = bitcast(i64, u64(addr_of(POINTS[0])))
    base[1] = bitcast(i64, u64(addr_of(POINTS[1])))
    start(code[0], addr_of(code[0]), base, addr_of(DISPATCH), vm)
    return vm.status


@fn
def show(name: Slice[u8], words: Slice[u64]) -> None:
    """Run a program and print how it went."""
    status = execute(words)
    if status == Status.DONE:
        print(f"{name}: {machine.result}, {machine.overflows} overflows, "
              f"{machine.misses} cache misses")
    else:
        print(f"{name}: {status}")


@fn
def main() -> None:
    """All programs, one after the other."""
    show(b"fibonacci", FIBONACCI[:])
    show(b"sum of squares", LOOP_SUM[:])
    show(b"sum over tables", TABLE_SUM[:])
    show(b"factorial", FACTORIAL[:])
    show(b"endless recursion", ENDLESS[:])
    show(b"a key that is not there", WRONG_KEY[:])
