"""Conversions that are written: `u64(x)`, `trunc`, `bitcast`, `checked`, `saturate`."""

from __future__ import annotations

import ast

from wrought.lang.core import types as t
from wrought.lang.core.decl import BitfieldType, EnumType
from wrought.lang.core.scalars import boolean, u64
from wrought.lang.ir import model as m

from ..values import Known, Reg, Val
from .access import guard
from .context import Lowerer
from .convert import coerce, constant, load, type_of


def suggestion(have: t.Type, want: t.Type, text: str) -> str:
    """The conversion from `have` to `want` that was probably meant, or ""."""
    a, b = have.storage, want.storage
    if isinstance(have, t.UntrustedType):
        return "compare it with a trusted bound first"
    if not isinstance(a, t.IntType | t.FloatType | t.BoolType) or not isinstance(
            b, t.IntType | t.FloatType):
        return f"{text} != 0" if want is boolean and isinstance(a, t.IntType) else ""
    if isinstance(a, t.IntType) and isinstance(b, t.IntType):
        if not keeps_value(a, b):
            if a.bits > b.bits:
                return f"trunc({b.name}, {text}), or checked({b.name}, {text})"
            return f"bitcast({b.name}, {text}), or checked({b.name}, {text})" if (
                a.bits == b.bits) else f"checked({b.name}, {text})"
    return f"{want.name}({text})"


def keeps_value(a: t.IntType, b: t.IntType) -> bool:
    """Whether every value of `a` is one of `b`."""
    return b.min <= a.min and a.max <= b.max


def convert(low: Lowerer, ty: t.Type, val: Val, node: ast.expr) -> Val:
    """`T(x)`: a conversion that keeps the value."""
    if isinstance(val, Known):
        return _constant(low, ty, val, node)
    have = val.type
    if have is ty:
        return val
    if isinstance(have, t.UntrustedType):
        inner = convert(low, ty, Reg(have.base, load(low, val, node).ir), node)
        assert inner.type is not None
        return Reg(t.untrusted_type(inner.type), load(low, inner, node).ir)
    a = have.storage if have is not None else None
    if isinstance(ty, t.IntType):
        return _to_int(low, ty, a, val, node)
    if isinstance(ty, t.FloatType):
        return _to_float(low, ty, a, val, node)
    if isinstance(ty, EnumType | BitfieldType | t.NewType) and isinstance(
            a, t.IntType | t.PtrType | t.FloatType):
        base = ty.base.storage
        return Reg(ty, load(low, coerce(low, _bare(low, val, node), base, node), node).ir)
    if isinstance(ty, t.PtrType):
        return to_pointer(low, ty, val, node)
    if ty is boolean:
        raise low.fault("I02", node, type="bool", source=type_of(low, val),
                        help=f"{low.source.text(node)} != 0")
    return coerce(low, val, ty, node)


def _bare(low: Lowerer, val: Val, node: ast.AST) -> Val:
    """The value as its storage type."""
    assert val.type is not None
    return Reg(val.type.storage, load(low, val, node).ir)


def _constant(low: Lowerer, ty: t.Type, val: Known, node: ast.expr) -> Val:
    obj = val.obj
    if isinstance(obj, bool) and isinstance(ty, t.IntType | t.FloatType):
        obj = int(obj)
    if isinstance(obj, float) and isinstance(ty, t.IntType):
        if not obj.is_integer():
            raise low.fault("I02", node, type=ty.name, source=f"the constant {obj}")
        obj = int(obj)
    if isinstance(obj, int) and isinstance(ty, t.Derived | t.IntType | t.FloatType):
        made = constant(low, int(obj), ty.storage, node)
        if made is not None:
            return Reg(ty, made.ir)
    if isinstance(obj, int) and isinstance(ty, t.PtrType):
        return to_pointer(low, ty, Reg(u64, low.e.const(64, obj)), node)
    return coerce(low, val, ty, node)


def _to_int(low: Lowerer, ty: t.IntType, a: t.Type | None, val: Val, node: ast.expr) -> Val:
    e = low.e
    if isinstance(a, t.IntType):
        if not keeps_value(a, ty):
            raise low.fault("I02", node, type=ty.name, source=type_of(low, val),
                            help=suggestion(a, ty, low.source.text(node)))
        x = load(low, val, node).ir
        if a.bits == ty.bits:
            return Reg(ty, x)
        return Reg(ty, e.emit("sext" if a.signed else "zext", f"i{ty.bits}", x))
    x = load(low, val, node).ir
    if isinstance(a, t.BoolType):
        return Reg(ty, e.emit("zext", f"i{ty.bits}", x))
    if isinstance(a, t.FloatType):
        return Reg(ty, e.emit("ftosi" if ty.signed else "ftoui", f"i{ty.bits}", x))
    if isinstance(a, t.PtrType | t.FnType) and ty is u64:
        return Reg(ty, e.emit("ptrtoint", "i64", x))
    raise low.fault("T01", node, want=ty.name, got=type_of(low, val))


def _to_float(low: Lowerer, ty: t.FloatType, a: t.Type | None, val: Val, node: ast.expr) -> Val:
    x = load(low, val, node).ir
    if isinstance(a, t.IntType):
        return Reg(ty, low.e.emit("sitof" if a.signed else "uitof", ty.name, x))
    if isinstance(a, t.FloatType):
        return Reg(ty, low.e.emit("fext" if ty.bits > a.bits else "ftrunc", ty.name, x))
    raise low.fault("T01", node, want=ty.name, got=type_of(low, val))


def to_pointer(low: Lowerer, ty: t.PtrType, val: Val, node: ast.expr) -> Val:
    """`Ptr[T](x)`: from an address or another pointer; needs @unsafe."""
    a = val.type.storage if val.type is not None else None
    if isinstance(a, t.PtrType) and (a.to is ty.to and not a.nullable):
        return coerce(low, val, ty, node)
    if not low.unsafe:
        raise low.fault("P02", node)
    if isinstance(val.type, t.UntrustedType):
        raise low.fault("U01", node, use="an address")
    x = load(low, val, node).ir
    if isinstance(a, t.IntType):
        if a is not u64:
            raise low.fault("T01", node, want="u64", got=a.name)
        x = low.e.emit("inttoptr", "ptr", x)
    elif not isinstance(a, t.PtrType | t.FnType):
        raise low.fault("T01", node, want="u64 or a pointer", got=type_of(low, val))
    return Reg(ty, x)


def truncate(low: Lowerer, ty: t.Type, val: Val, node: ast.expr) -> Val:
    """`trunc(T, x)`."""
    storage = ty.storage
    have = val.type.base if isinstance(val.type, t.UntrustedType) else val.type
    a = have.storage if have is not None else None
    if isinstance(val, Known) and isinstance(val.obj, int) and isinstance(storage, t.IntType):
        return Reg(ty, low.e.const(storage.bits, val.obj))
    if not (isinstance(a, t.IntType) and isinstance(storage, t.IntType)) or a.bits <= storage.bits:
        raise low.fault("I05", node, source=type_of(low, val), type=ty.name)
    x = low.e.emit("trunc", f"i{storage.bits}", load(low, val, node).ir)
    return Reg(t.untrusted_type(ty) if isinstance(val.type, t.UntrustedType) else ty, x)


def bit_cast(low: Lowerer, ty: t.Type, val: Val, node: ast.expr) -> Val:
    """`bitcast(T, x)`: the same bits."""
    if isinstance(val, Known):
        raise low.fault("T05", node, name=low.source.text(node), what="a bare literal")
    have = val.type
    if isinstance(have, t.PtrType) and isinstance(ty, t.PtrType):
        return to_pointer(low, ty, val, node)
    if have is None or have.size != ty.size:
        raise low.fault("I06", node, source=type_of(low, val), type=ty.name,
                        a=have.size if have else "?", b=ty.size)
    if isinstance(have, t.UntrustedType) and not isinstance(ty, t.UntrustedType):
        ty = t.untrusted_type(ty)
    x = load(low, val, node).ir
    a, b = have.storage, ty.storage
    if isinstance(a, t.PtrType | t.FnType) or isinstance(b, t.PtrType | t.FnType):
        if not low.unsafe:
            raise low.fault("P02", node)
        if isinstance(a, t.IntType):
            x = low.e.emit("inttoptr", "ptr", x)
        elif isinstance(b, t.IntType):
            x = low.e.emit("ptrtoint", "i64", x)
    elif a.ir != b.ir and isinstance(b.ir, str):
        x = low.e.emit("bitcast", b.ir, x)
    return Reg(ty, x)


def in_range(low: Lowerer, ty: t.IntType, a: t.IntType, x: m.Value) -> m.Value | None:
    """i1: whether `x` of type `a` is a value of `ty`; None where it always is."""
    if keeps_value(a, ty):
        return None
    e = low.e
    parts: list[m.Value] = []
    if a.max > ty.max:
        parts.append(e.emit("icmp", "i1", x, e.const(a.bits, ty.max),
                            pred="sle" if a.signed else "ule"))
    if a.min < ty.min:
        parts.append(e.emit("icmp", "i1", x, e.const(a.bits, ty.min), pred="sge"))
    return parts[0] if len(parts) == 1 else e.emit("and", "i1", *parts)


def resize_int(low: Lowerer, ty: t.IntType, a: t.IntType, x: m.Value) -> m.Value:
    """`x` of type `a` at the width of `ty`."""
    if a.bits == ty.bits:
        return x
    op = "trunc" if a.bits > ty.bits else "sext" if a.signed else "zext"
    return low.e.emit(op, f"i{ty.bits}", x)


def checked_cast(low: Lowerer, ty: t.Type, val: Val, node: ast.expr) -> Val:
    """`checked(T, x)`: a panic unless the value fits."""
    a = val.type.storage if val.type is not None else None
    if isinstance(val, Known):
        return convert(low, ty, val, node)
    if not (isinstance(a, t.IntType) and isinstance(ty, t.IntType)):
        raise low.fault("C11", node, name="checked", why="it converts integers")
    if isinstance(val.type, t.UntrustedType):
        raise low.fault("U02", node, type=ty.name)
    x = load(low, val, node).ir
    ok = in_range(low, ty, a, x)
    if ok is not None:
        shown = resize_int(low, u64, a, x)
        guard(low, ok, "range", "value {0} does not fit " + ty.name, shown)
    return Reg(ty, resize_int(low, ty, a, x))
