"""Annotations to types, and the memory layout of declared types (C's rules on LP64)."""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass, field
from itertools import islice
from types import CodeType
from typing import Any

from wrought.lang.core import types as t
from wrought.lang.core.decl import (
    At,
    BitfieldType,
    Bits,
    Declared,
    EnumType,
    Field,
    StructType,
    VariantType,
)
from wrought.lang.core.env import MISSING, Env
from wrought.lang.core.scalars import to_type, u32
from wrought.lang.diag import CompileError, Note
from wrought.lang.ir.types import align_up
from wrought.lang.source import SourceFile

from .report import Fault, fault, nearest, stop

NO_DEFAULT: Any = object()


class _Unquote(ast.NodeTransformer):
    """`Ptr["Node"]` means `Ptr[Node]`."""

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if isinstance(node.value, str):
            inner = ast.parse(node.value, mode="eval").body
            return ast.copy_location(inner, node)
        return node


def eval_annotation(node: ast.expr, env: Env, source: SourceFile) -> t.Type:
    """The type that an annotation names; raises Fault T07 or N01."""
    try:
        if isinstance(node, ast.Name):
            value = env.lookup(node.id)
            if value is MISSING:
                raise NameError(f"name '{node.id}' is not defined")
        else:
            value = eval(_code(node, source), {"__builtins__": {}}, env.mapping())
        ty = to_type(value)
        if (bare := _without_arguments(ty)) is not None:
            raise fault("D14", source, node, name=bare.name,
                        note=Note(f"{bare.name} is declared here", bare.span()))
        return ty
    except NameError as e:
        name = str(e).split("'")[1] if "'" in str(e) else str(e)
        raise fault("N01", source, node, name=name,
                    help=nearest(name, env.globals)) from None
    except (Fault, CompileError):
        raise
    except Exception as e:
        raise fault("T07", source, node, text=source.text(node), why=str(e)) from None


def _without_arguments(ty: t.Type) -> StructType | None:
    """A generic struct that stands in `ty` without its parameters."""
    while isinstance(ty, t.PtrType | t.SliceType | t.ArrayType):
        ty = ty.to if isinstance(ty, t.PtrType) else ty.elem
    return ty if isinstance(ty, StructType) and ty.params else None


_codes: dict[str, CodeType] = {}
"""Compiled annotations by their text: a program has few different ones."""


def _code(node: ast.expr, source: SourceFile) -> CodeType:
    """The annotation as code, with types in quotes unquoted."""
    text = source.text(node) if node.lineno == node.end_lineno else ""
    found = _codes.get(text) if text else None
    if found is None:
        tree = ast.fix_missing_locations(_Unquote().visit(copy.deepcopy(node)))
        found = compile(ast.Expression(tree), source.path, "eval")
        if text:
            _codes[text] = found
    return found


def eval_constant(node: ast.expr, env: Env, source: SourceFile) -> Any:
    """An ordinary Python expression on constants, evaluated; raises Fault K03."""
    try:
        return eval(compile(ast.Expression(node), source.path, "eval"),
                    {}, env.mapping())
    except Exception as e:
        raise fault("K03", source, node, text=source.text(node),
                    error=f"{type(e).__name__}: {e}") from None


@dataclass
class Layout:
    """A laid-out struct or union."""

    fields: dict[str, Field] = field(default_factory=dict[str, Field])
    size: int = 0
    align: int = 1
    leaves: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])


def _raw_fields(d: Declared) -> list[tuple[str, ast.AnnAssign, Any]]:
    """(name, node, evaluated right side or NO_DEFAULT) of each annotated field."""
    source = d.source()
    out: list[tuple[str, ast.AnnAssign, Any]] = []
    seen: dict[str, ast.Name] = {}
    for stmt in d.node().body:
        if isinstance(stmt, ast.AnnAssign) and isinstance(stmt.target, ast.Name):
            name = stmt.target.id
            if name in seen:
                raise fault("D11", source, stmt.target, name=name,
                            note=Note("it stands here first", source.span(seen[name])))
            seen[name] = stmt.target
            value = eval_constant(stmt.value, d.env, source) if stmt.value else NO_DEFAULT
            out.append((name, stmt, value))
        elif isinstance(stmt, ast.Assign) and d.kind != "enum" and any(
                isinstance(x, ast.Name) and isinstance(stmt.value, ast.Call)
                and getattr(stmt.value.func, "id", "") in ("bits", "bit", "at")
                for x in stmt.targets):
            raise fault("D01", source, stmt.targets[0], name=source.text(stmt.targets[0]))
        elif not isinstance(stmt, ast.FunctionDef | ast.Assign | ast.Pass) and not (
                isinstance(stmt, ast.Expr) and isinstance(stmt.value, ast.Constant)):
            raise fault("D12", source, stmt, kind=d.kind)
    return out


def _with_faults(d: Declared, work: Any) -> Any:
    """Run `work`, turning Faults and missing sources into CompileErrors."""
    try:
        return work()
    except Fault as e:
        raise CompileError([e.diagnostic]) from None
    except OSError:
        from wrought.lang.source import Span

        raise stop("X02", Span(d.file, d.line, 0, d.line, 1), name=d.name) from None


_busy: list[Declared] = []


def struct_layout(s: StructType) -> Layout:
    """Lay out a struct, union or MMIO block."""
    def work() -> Layout:
        if s.params:
            raise stop("D14", s.span(), name=s.name)
        if s in _busy:
            raise stop("D02", s.span(), name=s.name)
        _busy.append(s)
        try:
            return _lay_out(s)
        finally:
            _busy.remove(s)
    return _with_faults(s, work)


def _lay_out(s: StructType) -> Layout:
    source, out = s.source(), Layout()
    end = 0
    for name, stmt, value in _raw_fields(s):
        ty = eval_annotation(stmt.annotation, s.env, source)
        _check_member(s, ty, stmt, source)
        align = 1 if s.packed else ty.align
        offset = 0 if s.kind == "union" else align_up(end, align)
        if isinstance(value, At):
            if s.kind == "mmio":
                if value.offset < end:
                    other = list(out.fields.values())[-1]
                    raise fault("D15", source, stmt.target, name=name, offset=value.offset,
                                other=other.name, note=_declared(other))
                offset = value.offset
            elif value.offset != offset:
                raise fault("D03", source, stmt.value or stmt, name=name, got=offset,
                            want=value.offset)
            value = NO_DEFAULT
        elif s.kind == "mmio":
            raise fault("D08", source, stmt.target, name=name)
        out.fields[name] = Field(name, ty, offset, source.span(stmt.target), value)
        end = max(end, offset + ty.size)
        out.align = max(out.align, align)
    out.align = max(out.align, s.min_align)
    out.size = align_up(end, out.align)
    if s.want_size and s.want_size != out.size:
        raise stop("D04", s.span(), name=s.name, got=out.size, want=s.want_size)
    out.leaves = _union_leaves(out.size, out.align) if s.kind == "union" else list(islice(
        ((f.offset + o, ir) for f in out.fields.values() for o, ir in f.type.leaves()),
        t.MAX_LEAVES + 1))
    return out


def _declared(f: Field) -> Note:
    return Note(f"'{f.name}' is declared here", f.span)


def _union_leaves(size: int, align: int) -> list[tuple[int, str]]:
    """A union travels as integers that cover it; more than can travel are not listed."""
    word = min(align, 8)
    return [(o, f"i{word * 8}") for o in range(0, size, word)[:t.MAX_LEAVES + 1]]


def _check_member(s: StructType, ty: t.Type, stmt: ast.AnnAssign, source: SourceFile) -> None:
    bad = isinstance(ty, t.TupleType | t.NeverType | t.VoidType | t.TypeVar | t.ConstType)
    if s.kind == "mmio":
        inner = ty.elem if isinstance(ty, t.ArrayType) else ty
        bad = not (isinstance(inner, t.CellType) and inner.kind == "Mmio"
                   or isinstance(inner, StructType) and inner.kind == "mmio")
    if bad:
        raise fault("D09", source, stmt.annotation, type=ty.name, owner=s.name)


@dataclass
class VariantLayout:
    """A laid-out tagged union: the tag first, payloads at one common offset."""

    members: dict[str, tuple[int, t.Type | None]] = field(
        default_factory=dict[str, "tuple[int, t.Type | None]"])
    tag: t.Type = u32
    payload: int = 0
    size: int = 0
    align: int = 1
    leaves: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])


def variant_layout(v: VariantType) -> VariantLayout:
    """Lay out a tagged union."""
    def work() -> VariantLayout:
        if v in _busy:
            raise stop("D02", v.span(), name=v.name)
        _busy.append(v)
        try:
            source, out = v.source(), VariantLayout()
            for number, (name, stmt, _) in enumerate(_raw_fields(v)):
                ty = eval_annotation(stmt.annotation, v.env, source)
                out.members[name] = (number, None if isinstance(ty, t.VoidType) else ty)
            payloads = [p for _, p in out.members.values() if p is not None]
            out.align = max([4, *(p.align for p in payloads)])
            out.payload = align_up(4, max([1, *(p.align for p in payloads)]))
            size = max([0, *(p.size for p in payloads)])
            out.size = align_up(out.payload + size, out.align)
            out.leaves = _union_leaves(out.size, out.align)
            return out
        finally:
            _busy.remove(v)
    return _with_faults(v, work)


def bitfield_layout(b: BitfieldType) -> dict[str, Field]:
    """The fields of a bit field, checked for width and overlap."""
    return _with_faults(b, lambda: _bit_fields(b))


def _bit_fields(b: BitfieldType) -> dict[str, Field]:
    source, width = b.source(), b.size * 8
    out: dict[str, Field] = {}
    for name, stmt, value in _raw_fields(b):
        if not isinstance(value, Bits):
            raise fault("D08", source, stmt.target, name=name)
        ty = eval_annotation(stmt.annotation, b.env, source)
        hi, lo = value
        if not 0 <= lo <= hi < width:
            raise fault("D05", source, stmt.value or stmt, hi=hi, lo=lo, name=name,
                        type=b.base.name)
        for f in out.values():
            if lo <= f.hi and f.lo <= hi:
                raise fault("D06", source, stmt.value or stmt, name=name, other=f.name,
                            note=_declared(f))
        if not _holds(ty, hi - lo + 1):
            raise fault("D07", source, stmt.annotation, type=ty.name, width=hi - lo + 1,
                        name=name)
        out[name] = Field(name, ty, 0, source.span(stmt.target), NO_DEFAULT, hi, lo)
    return out


def _holds(ty: t.Type, width: int) -> bool:
    if isinstance(ty, t.BoolType):
        return width == 1
    if isinstance(ty, EnumType):
        return ty.size * 8 >= width and all(0 <= int(m) < 1 << width for m in ty)
    storage = ty.storage
    return isinstance(storage, t.IntType) and storage.bits >= width
