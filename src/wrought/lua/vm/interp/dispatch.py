"""The table of handlers, by opcode."""

from __future__ import annotations

from wrought.lang.core.function import cold, fn, handler, noinline
from wrought.lang.core.intrinsics import addr_of, panic
from wrought.lang.core.scalars import Array, Ptr, u64
from wrought.lang.core.static import constant
from wrought.lua.vm.bytecode import TABLE
from wrought.lua.vm.heads import FAST, FIRST_FAST
from wrought.lua.vm.interp import (
    arithmetic,
    calls,
    compare,
    concat,
    coroutine,
    create,
    fast_base,
    fast_math,
    fast_string,
    index,
    loops,
    metacall,
    method,
    moves,
    returns,
    slow,
    store,
    truth,
)
from wrought.lua.vm.objects import BytecodeHandler, Vm


@cold
@noinline
@handler("NO_OPCODE")
def no_opcode(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
              tag: u64) -> None:
    """An opcode that is not in the table: the verifier lets none pass."""
    panic(f"no bytecode has the number {w & 0xFF}")


BY_NAME = {
    **arithmetic.HANDLERS, **compare.HANDLERS, **concat.HANDLERS, **create.HANDLERS,
    **index.HANDLERS, **loops.HANDLERS, **metacall.HANDLERS, **method.HANDLERS,
    **store.HANDLERS, **truth.HANDLERS, **coroutine.CONTINUATIONS, "UNM": slow.unm,
    "MOVE": moves.move, "KINT": moves.kint, "KNUM": moves.kconst, "KSTR": moves.kconst,
    "KPRI": moves.kpri, "KNIL": moves.knil, "UGET": moves.uget, "UVAL": moves.uval,
    "USET": moves.uset, "UCLO": moves.uclo,
    "CALL": calls.call, "CALLM": calls.callm, "CALLT": calls.callt, "CALLMT": calls.callmt,
    "FUNCF": calls.funcf, "FUNCV": calls.funcv, "FUNCB": calls.funcb, "VARG": calls.varg,
    "RET0": returns.ret0, "RET1": returns.ret1, "RET": returns.ret, "RETM": returns.retm}

STEPPED_ONLY = {"CALL": calls.call_stepped}
"""In place of handlers that enter a function without its head."""

FAST_HANDLERS = {**coroutine.HANDLERS, **fast_base.HANDLERS, **fast_math.HANDLERS,
                 **fast_string.HANDLERS}
"""Built-in functions with a handler, by name; the others go through FUNCB."""


def table_of_handlers(stepped: bool = False) -> list:
    """All 256, in the order of their numbers; `stepped` without those that do two bytecodes."""
    named = BY_NAME | STEPPED_ONLY if stepped else BY_NAME
    table = [named.get(op.name, no_opcode) for op in TABLE]
    table += [no_opcode] * (FIRST_FAST - len(table))
    table += [FAST_HANDLERS.get(name, calls.funcb) for name in FAST]
    return table + [no_opcode] * (256 - len(table))


PLAIN = constant(Array[BytecodeHandler, 256], table_of_handlers())
STEPPED = constant(Array[BytecodeHandler, 256], table_of_handlers(stepped=True))


@fn
def install(vm: Ptr[Vm]) -> None:
    """Use the plain table; hooks and budgets go on through the other."""
    vm.handlers = PLAIN
    vm.frozen_handlers = addr_of(STEPPED[0])
