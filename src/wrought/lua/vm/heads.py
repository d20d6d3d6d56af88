"""Header instructions of built-in functions: which opcode a call of one is dispatched to.

A function that matters has a bytecode handler of its own, which does the common case without
leaving the interpreter's registers and goes on at FUNCB for the rest.  Its opcode is above those of
`bytecode.TABLE`.
"""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of
from wrought.lang.core.scalars import Array, Ptr, u64
from wrought.lang.core.static import constant
from wrought.lua.vm.bytecode import NUMBER, TABLE

FIRST_FAST = 128

FAST_NAMES = (
    "pcall", "xpcall", "coroutine.resume", "coroutine.yield", "coroutine.wrap()",
    "type", "select", "next", "ipairs()", "rawget", "rawequal", "assert", "getmetatable",
    "tostring", "pairs", "ipairs", "setmetatable", "tonumber",
    "math.abs", "math.floor", "math.ceil", "math.sqrt", "math.max", "math.min", "math.fmod",
    "math.random", "math.sin", "math.cos", "math.exp", "math.log", "math.pow",
    "string.byte", "string.char", "string.sub", "string.len",
    "table.insert", "table.remove", "unpack",
    "bit.band", "bit.bor", "bit.bxor", "bit.bnot", "bit.lshift", "bit.rshift", "bit.arshift",
    "bit.tobit", "bit.rol", "bit.ror", "bit.bswap")
"""Functions that may have a handler; "coroutine.wrap()" and "ipairs()" are what those return."""

FAST = {name: FIRST_FAST + i for i, name in enumerate(FAST_NAMES)}
"""Opcode by name."""

assert len(TABLE) <= FIRST_FAST and FIRST_FAST + len(FAST_NAMES) <= 256

HEADS = constant(Array[u64, 256], list(range(256)))
"""An instruction word of each opcode, its operands zero."""

FUNCB = NUMBER["FUNCB"]


def head_number(name: str) -> int:
    """The opcode that calls of a built-in function are dispatched to: `string.rep`."""
    return FAST.get(name, FUNCB)


@fn
def head(number: u64) -> Ptr[u64]:
    """The `code` of a built-in function, by `head_number`."""
    return addr_of(HEADS[number & 0xFF])
