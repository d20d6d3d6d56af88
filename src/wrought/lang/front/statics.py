"""The bytes of statics and constant tables."""

from __future__ import annotations

import ast
import struct
from typing import TYPE_CHECKING, Any, cast

from wrought.lang.core import types as t
from wrought.lang.core.decl import StructType
from wrought.lang.core.function import Compiled
from wrought.lang.core.static import UNSET, Static
from wrought.lang.ir import model as m
from wrought.lang.source import Span, load

from .report import Fault, diagnostic
from .values import is_sequence

if TYPE_CHECKING:
    from .unit import Unit

Reloc = tuple[int, str, int]


class _Misfit(Exception):
    """An initial value that does not fit; the text says why."""


def make_global(unit: Unit, s: Static, name: str) -> m.Global:
    """The IR global of a static, extern where it is loaded already; Fault D13 where its initial
    value does not fit."""
    data: bytes | None = None
    relocs: list[Reloc] = []
    ty = s.type
    if name in unit.loaded:
        return m.Global(name, ty.size, max(ty.align, s.align), const=s.const, linkage="extern",
                        percpu=s.percpu, dtype=unit.dtype(ty), file=s.file, line=s.line,
                        title=s.name)
    if s.init is not UNSET:
        buffer = bytearray(ty.size)
        try:
            _fill(unit, buffer, 0, ty, s.init, relocs)
        except _Misfit as e:
            raise Fault(diagnostic("D13", _span(s), name=s.name, type=ty.name,
                                   why=str(e))) from None
        data = bytes(buffer) if any(buffer) or relocs or s.const else None
    return m.Global(name, ty.size, max(ty.align, s.align), data, tuple(relocs), s.const,
                    "export" if s.export or unit.target.in_process else "internal",
                    s.section if not s.percpu else "", s.percpu, unit.dtype(ty), s.file, s.line,
                    s.name)


def _span(s: Static) -> Span:
    """The initial value, where the declaration has it at a place of its own."""
    source = load(s.file)
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and node.lineno <= s.line <= (node.end_lineno or 0):
            named = [k.value for k in node.keywords if k.arg == "init"]
            if value := (named or node.args[1:2]):
                return source.span(value[0])
    text = source.line(s.line)
    return Span(s.file, s.line, len(text) - len(text.lstrip()), s.line, len(text.rstrip()))


def _fill(unit: Unit, out: bytearray, at: int, ty: t.Type, value: Any, relocs: list[Reloc]
          ) -> None:
    """Write `value` as `ty` into `out` from byte `at`."""
    storage = ty.storage
    if isinstance(storage, t.IntType):
        _integer(out, at, storage, value)
    elif isinstance(storage, t.BoolType):
        if not isinstance(value, bool):
            raise _Misfit(f"{value!r} is not a bool")
        out[at] = int(value)
    elif isinstance(storage, t.FloatType):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _Misfit(f"{value!r} is not a number")
        try:
            struct.pack_into("<f" if storage.bits == 32 else "<d", out, at, value)
        except (OverflowError, struct.error):
            raise _Misfit(f"{value} does not fit {storage.name}") from None
    elif isinstance(storage, t.PtrType | t.FnType):
        _address(unit, at, storage, value, relocs)
    elif isinstance(ty, t.ArrayType):
        _array(unit, out, at, ty, value, relocs)
    elif isinstance(ty, StructType):
        _struct(unit, out, at, ty, value, relocs)
    elif isinstance(ty, t.CellType):
        _fill(unit, out, at, ty.elem, value, relocs)
    elif isinstance(ty, t.SliceType) and isinstance(value, bytes) and ty.elem.size == 1:
        relocs.append((at, unit.bytes_constant(value).name, 0))
        struct.pack_into("<Q", out, at + 8, len(value))
    else:
        raise _Misfit(f"{ty.name} has no constant form")


def _integer(out: bytearray, at: int, ty: t.IntType, value: Any) -> None:
    value = getattr(value, "raw", value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _Misfit(f"{value!r} is not an integer")
    if not ty.min <= value <= ty.max:
        raise _Misfit(f"{value} is outside {ty.min} … {ty.max}")
    out[at:at + ty.size] = int(value).to_bytes(ty.size, "little", signed=ty.signed)


def _address(unit: Unit, at: int, ty: t.PtrType | t.FnType, value: Any, relocs: list[Reloc]
             ) -> None:
    if value is None and ty.nullable:
        return
    if isinstance(value, Compiled) and isinstance(ty, t.FnType):
        have = unit.pointer_type(value)
        if t.fn_type(have.params, have.ret, have.cc, ty.nullable) is not ty:
            raise _Misfit(f"{value.title} is {have.name}")
        relocs.append((at, unit.function_value(value).name, 0))
    elif isinstance(value, Static) and isinstance(ty, t.PtrType) and value.type is ty.to:
        relocs.append((at, unit.static_symbol(value).name, 0))
    else:
        raise _Misfit(f"{value!r} is not an address that is known while compiling")


def _array(unit: Unit, out: bytearray, at: int, ty: t.ArrayType, value: Any,
           relocs: list[Reloc]) -> None:
    try:
        items = list(value)
    except TypeError:
        raise _Misfit(f"{value!r} is not a sequence") from None
    if len(items) > ty.count:
        raise _Misfit(f"{len(items)} values for {ty.count} elements")
    for i, item in enumerate(items):
        _fill(unit, out, at + i * ty.elem.size, ty.elem, item, relocs)


def _struct(unit: Unit, out: bytearray, at: int, ty: StructType, value: Any,
            relocs: list[Reloc]) -> None:
    """From a dict of fields, a tuple in order, or a value of the type."""
    raw = getattr(value, "to_bytes_of", None)
    if raw is not None:
        data = raw(ty)
        out[at:at + len(data)] = data
        return
    fields = list(ty.fields.values())
    if is_sequence(value):
        if len(value) != len(fields):
            raise _Misfit(f"{len(value)} values for {len(fields)} fields")
        value = {f.name: v for f, v in zip(fields, value, strict=True)}
    if not isinstance(value, dict):
        raise _Misfit(f"{value!r} is not a dict of fields, a tuple or a {ty.name}")
    for name, v in cast("dict[str, Any]", value).items():
        if name not in ty.fields:
            raise _Misfit(f"there is no field '{name}'")
        _fill(unit, out, at + ty.fields[name].offset, ty.fields[name].type, v, relocs)


