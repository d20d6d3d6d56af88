"""Types, attribute values and header fields in the IR's text."""

from __future__ import annotations

import struct
from typing import Any, cast

from .lexer import Tokens
from .text import RESERVED, Fields
from .types import IrType, scalar_size

_WORDS: dict[str, object] = {"true": True, "false": False, "none": None}


def parse_type(t: Tokens) -> IrType:
    """A scalar's name, `void`, or `{type, ...}`."""
    if t.kind == "word" and (t.value in scalar_size or t.value == "void"):
        return t.next()
    if not t.accept("{"):
        t.expected("a type")
    parts: list[IrType] = []
    while not t.accept("}"):
        if parts:
            t.expect(",")
        parts.append(parse_type(t))
    return tuple(parts)


def parse_number(t: Tokens) -> int | float:
    """An integer, or a float if it has a point, an exponent, `inf` or `nan(bits)`."""
    text = t.take("num")
    if text.startswith("nan"):
        return struct.unpack("<d", struct.pack("<Q", int(text[4:-1], 16)))[0]
    if "0x" in text:
        return int(text, 16)
    if text.endswith("inf") or "." in text or "e" in text:
        return float(text)
    return int(text)


def parse_int(t: Tokens) -> int:
    """An integer and nothing else."""
    pos = t.pos
    value = parse_number(t)
    if isinstance(value, float):
        t.fail("expected an integer", pos)
    return value


def parse_offset(t: Tokens) -> int:
    """The `+N` or `-N` behind a symbol, 0 if there is none."""
    return parse_int(t) if t.kind == "num" else 0


def parse_value(t: Tokens) -> Any:
    """An attribute's value: number, true, false, none, name, string or (value, ...)."""
    if t.kind == "num":
        return parse_number(t)
    if t.kind == "str":
        return t.string()
    if t.kind == "word":
        if t.value in RESERVED and t.value not in _WORDS:
            t.expected("a value")
        value = t.next()
        return _WORDS.get(value, value)
    if not t.accept("("):
        t.expected("a value")
    parts: list[Any] = []
    while not t.accept(")"):
        if parts:
            t.expect(",")
        parts.append(parse_value(t))
    return tuple(parts)


def parse_fields(t: Tokens, obj: object, fields: Fields) -> None:
    """`name=value` pairs up to something else, set on `obj`."""
    while t.kind == "word" and t.peek_value() == "=":
        if t.value not in fields:
            t.expected("one of the fields " + ", ".join(fields))
        name = t.next()
        t.next()
        setattr(obj, name, _field_value(t, name, fields[name]))


def _field_value(t: Tokens, name: str, kind: str) -> Any:
    pos = t.pos
    value = parse_value(t)
    if kind == "int" and type(value) is int or kind == "bool" and type(value) is bool:
        return value
    if kind == "str" and isinstance(value, str):
        return value
    if kind in ("strs", "set") and isinstance(value, tuple):
        names = [v for v in cast(tuple[Any, ...], value) if isinstance(v, str)]
        if len(names) == len(cast(tuple[Any, ...], value)):
            return set(names) if kind == "set" else tuple(names)
    what = {"int": "an integer", "bool": "true or false", "str": "a name or string"}
    t.fail(f"field {name!r}: expected {what.get(kind, 'a (list, of, names)')}", pos)
