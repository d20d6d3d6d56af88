"""What the printer and the parser must agree on: spellings, header fields, implied types."""

from __future__ import annotations

import json
import math
import re
import struct
from typing import Any

from .model import AsmFunction, DType, Function, Global, Module, Param, Slot
from .ops import OPS
from .types import IrType

IDENT = re.compile(r"[A-Za-z_.][A-Za-z0-9_.]*\Z")
RESERVED = frozenset({"true", "false", "none", "undef", "nan", "inf"})

Fields = dict[str, str]
"""Header field -> kind of its value: `int`, `bool`, `str`, `strs` (a tuple) or `set`."""

MODULE_FIELDS: Fields = {"recursive_ok": "bool"}
FUNCTION_FIELDS: Fields = {
    "cc": "str", "linkage": "str", "attrs": "set", "variadic": "bool", "section": "str",
    "align": "int", "file": "str", "line": "int", "title": "str", "ret_dtype": "str",
    "targets": "strs"}
ASM_FIELDS: Fields = {
    "arch": "str", "linkage": "str", "section": "str", "align": "int", "cc": "str",
    "attrs": "set", "calls": "strs", "stack": "int", "file": "str", "line": "int",
    "title": "str"}
GLOBAL_FIELDS: Fields = {
    "size": "int", "align": "int", "const": "bool", "linkage": "str", "section": "str",
    "percpu": "bool", "dtype": "str", "file": "str", "line": "int", "title": "str"}
DTYPE_FIELDS: Fields = {
    "name": "str", "size": "int", "encoding": "str", "of": "str", "count": "int",
    "file": "str", "line": "int"}
PARAM_FIELDS: Fields = {"attrs": "strs", "dtype": "str"}
SLOT_FIELDS: Fields = {"size": "int", "align": "int", "dtype": "str", "line": "int",
                       "arg": "int"}


def new_function(name: str) -> Function:
    """A function with every printed field at its default."""
    return Function(name, [], "void")


def new_asm(name: str) -> AsmFunction:
    """An asm function with every printed field at its default."""
    return AsmFunction(name, "", "")


def new_global(name: str) -> Global:
    """A global with every printed field at its default."""
    return Global(name, 0, 0)


DEFAULTS: dict[type, Any] = {
    Module: Module(""), Function: new_function(""), AsmFunction: new_asm(""),
    Global: new_global(""), DType: DType(""), Param: Param("", "void"), Slot: Slot("", 0, 0)}
"""A field equal to its value here is not printed."""


def quote(text: str) -> str:
    """A string literal; JSON's escapes, pure ASCII."""
    return json.dumps(text)


def word(text: str) -> str:
    """A name bare if it reads as an identifier, else quoted."""
    return text if IDENT.match(text) and text not in RESERVED else quote(text)


def bytes_text(data: bytes) -> str:
    r"""`b"..."` with printable ASCII as itself and the rest as `\xx`."""
    out = (chr(b) if 32 <= b < 127 and b not in (34, 92) else f"\\{b:02x}" for b in data)
    return 'b"' + "".join(out) + '"'


def number_text(value: int | float) -> str:
    """An integer in decimal, a float so that it reads back bit for bit."""
    if isinstance(value, int):
        return str(int(value))
    if math.isnan(value):
        return f"nan(0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016x})"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return repr(value)


_LETTERS: dict[str, IrType] = {"b": "i1", "p": "ptr"}
_FIXED: dict[str, tuple[IrType, ...]] = {
    "ptradd": ("ptr", "i64"), "elem": ("ptr", "i64"), "memcpy": ("ptr", "ptr", "i64"),
    "memmove": ("ptr", "ptr", "i64"), "memset": ("ptr", "i8", "i64"), "inttoptr": ("i64",),
    "syswrite": ("i64",)}
_ALL_I64 = frozenset({"sysop", "smccc", "panic"})


def implied_types(op: str, type: IrType, count: int) -> tuple[IrType | None, ...]:
    """The type that each of `count` operands must have, given the op and its result type.

    None where the operand's own type is free; a constant is printed without its type exactly
    where its type is the implied one.
    """
    row = OPS.get(op)
    if row is None:
        return (None,) * count
    if op in _FIXED:
        found: tuple[IrType | None, ...] = _FIXED[op]
    elif op == "select":
        found = ("i1", type, type)
    elif op == "make" and isinstance(type, tuple):
        found = type
    elif op in _ALL_I64:
        found = ("i64",) * count
    elif row.rule == "same":
        found = (type,) * count
    elif row.rule in ("ovf", "pair"):
        found = (type[0] if isinstance(type, tuple) and type else None,) * count
    else:
        found = tuple(_LETTERS.get(c) for c in row.operands.rstrip("*"))
    return (found + (None,) * count)[:count]
