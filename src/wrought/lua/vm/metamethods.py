"""The metamethods (Lua 5.1 manual, section 2.8, and LuaJIT's extensions) and their numbers."""

from __future__ import annotations

from wrought.lang.core.decl import enum
from wrought.lang.core.scalars import u8


@enum(u8)
class Mm:
    """Index into `Vm.mm_names`.  The first eight have a bit in `Table.nomm`: those that are looked
    up often where there mostly is none."""

    INDEX = 0
    NEWINDEX = 1
    GC = 2
    MODE = 3
    EQ = 4
    LEN = 5
    METATABLE = 6
    CALL = 7
    ADD = 8
    SUB = 9
    MUL = 10
    DIV = 11
    MOD = 12
    POW = 13
    UNM = 14
    CONCAT = 15
    LT = 16
    LE = 17
    TOSTRING = 18
    PAIRS = 19
    IPAIRS = 20
    NAME = 21
    NEW = 22
    """Of `ffi.metatype`."""


MM_NAMES = (b"__index", b"__newindex", b"__gc", b"__mode", b"__eq", b"__len", b"__metatable",
            b"__call", b"__add", b"__sub", b"__mul", b"__div", b"__mod", b"__pow", b"__unm",
            b"__concat", b"__lt", b"__le", b"__tostring", b"__pairs", b"__ipairs", b"__name",
            b"__new")
"""Their names, by number."""
