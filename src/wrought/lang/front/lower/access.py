"""Attributes and subscripts: fields, methods, elements, slices."""

from __future__ import annotations

import ast
from typing import Any, NamedTuple

from wrought.lang.core import types as t
from wrought.lang.core.decl import BitfieldType, Declared, EnumType, Field, StructType, VariantType
from wrought.lang.core.function import Compiled
from wrought.lang.core.scalars import Former, u8, u64
from wrought.lang.core.target import TargetFacts
from wrought.lang.ir import model as m

from ..layout import eval_annotation
from ..report import nearest
from ..values import BitsPlace, Bound, Known, Parts, Place, Reg, Val, is_tuple
from .context import Lowerer, expr_rule
from .convert import check_aligned, coerce, load, make_slice, type_of, typed


class VariantMember(NamedTuple):
    """A member of a tagged union, waiting for its payload."""

    type: VariantType
    name: str


@expr_rule(ast.Attribute)
def attribute_expr(low: Lowerer, node: ast.Attribute, want: t.Type | None) -> Val:
    """`x.name`."""
    base = low.expr(node.value)
    if isinstance(base, Known):
        return known_attribute(low, base.obj, node)
    return attribute(low, base, node.attr, node)


def known_attribute(low: Lowerer, obj: Any, node: ast.Attribute) -> Val:
    """An attribute of a Python object: a module's name, an enum's member, a static method."""
    from .names import from_object

    if obj is None:
        raise low.fault("P01", node.value, text=low.source.text(node.value))
    if isinstance(obj, VariantType) and node.attr in obj.layout().members:
        return Known(VariantMember(obj, node.attr))
    if isinstance(obj, TargetFacts) and node.attr in TargetFacts.NAMES:
        return Known(getattr(low.unit.target, node.attr))
    try:
        found = declared_name(obj, node.attr)
    except AttributeError:
        if getattr(obj, "__name__", "") == "wrought.lang.core.sysreg":
            from wrought.isa.a64.sysregs import SYSREGS

            raise low.fault("M01", node, name=node.attr,
                            help=nearest(node.attr, SYSREGS)) from None
        kind = "member" if isinstance(obj, EnumType) else "attribute"
        raise low.fault("N05", node, owner=low.source.text(node.value), kind=kind,
                        name=node.attr, help=nearest(node.attr, _names_of(obj))) from None
    return from_object(low, found, node, low.source.text(node))


def declared_name(obj: Any, name: str) -> Any:
    """An attribute; what a class declaration names comes before what describes the type."""
    if isinstance(obj, Declared):
        for names in (obj.methods, getattr(obj, "members", {})):
            if name in names:
                return names[name]
    return getattr(obj, name)


def _names_of(obj: Any) -> list[str]:
    return list(obj.members) if isinstance(obj, EnumType) else dir(obj)


def deref(low: Lowerer, val: Val, node: ast.AST) -> Place | None:
    """The place a pointer points at; None when `val` is no pointer; Fault P01 if it may be None.
    """
    ty = val.type
    if not isinstance(ty, t.PtrType):
        return None
    if ty.nullable:
        text = low.source.text(node)
        raise low.fault("P01", node, text=text, help=f"if {text} is not None: …")
    return Place(ty.to, load(low, val, node).ir, low.source.text(node))


def attribute(low: Lowerer, base: Val, name: str, node: ast.Attribute) -> Val:
    """A field or method of a value."""
    place = deref(low, base, node.value)
    val: Val = place if place is not None else base
    ty = val.type
    if isinstance(ty, t.CellType) and isinstance(val, Place):
        return Bound(val, name)
    if isinstance(ty, Declared):
        method = ty.methods.get(name)
        if isinstance(method, Compiled):
            return Bound(val, method) if method.owner is not None else Known(method)
    if isinstance(ty, StructType):
        if not isinstance(val, Place):
            raise low.fault("P03", node, what="this value")
        return struct_field(low, val, name, node)
    if isinstance(ty, BitfieldType):
        if name == "with_":
            return Bound(val, name)
        f = find_field(low, ty, name, node)
        whole = val if isinstance(val, Place) else load(low, val, node)
        return BitsPlace(whole, f)
    if isinstance(ty, t.SliceType):
        if name == "ptr":
            reg = load(low, val, node)
            return Reg(t.ptr(ty.elem), low.e.emit("extract", "ptr", reg.ir, index=0))
        if name in ("copy_from", "fill"):
            return Bound(val, name)
        raise low.fault("N05", node, owner=ty.name, kind="attribute", name=name,
                        help="a slice has .ptr, .copy_from(s), .fill(x) and len(s)")
    if isinstance(ty, VariantType):
        if name == "tag" and isinstance(val, Place):
            return Place(ty.layout().tag, val.addr, "the tag", readonly=True)
        raise low.fault("N05", node, owner=ty.name, kind="attribute", name=name,
                        help="match on it: case " + ty.name + ".member(x):")
    raise low.fault("P08", node, type=type_of(low, val))


def find_field(low: Lowerer, ty: Any, name: str, node: ast.AST) -> Field:
    """The field `name` of a declared type; Fault N05 with the nearest one otherwise."""
    f = ty.fields.get(name)
    if f is None:
        raise low.fault("N05", node, owner=ty.name, kind="field", name=name,
                        help=nearest(name, [*ty.fields, *ty.methods]))
    return f


def struct_field(low: Lowerer, place: Place, name: str, node: ast.AST) -> Place:
    """The place of a struct's field."""
    ty = place.type
    assert isinstance(ty, StructType)
    f = find_field(low, ty, name, node)
    if ty.kind == "union" and not low.unsafe and isinstance(getattr(node, "ctx", None), ast.Load):
        raise low.fault("P09", node)
    align = min(place.align or ty.align, f.type.align)
    if f.offset:
        align = min(align, f.offset & -f.offset)
    return Place(f.type, low.e.offset(place.addr, f.offset), f"{place.what}.{name}",
                 place.readonly, align if align < f.type.align else 0, place.local)


@expr_rule(ast.Subscript)
def subscript_expr(low: Lowerer, node: ast.Subscript, want: t.Type | None) -> Val:
    """`x[i]`, `x[a:b]`, and types such as `Ptr[T]`."""
    base = low.expr(node.value)
    if isinstance(base, Known):
        return _known_item(low, base.obj, node)
    if isinstance(node.slice, ast.Slice):
        return _slice(low, base, node.slice, node)
    if isinstance(base, Parts) or isinstance(base.type, t.TupleType):
        return _tuple_item(low, base, node)
    ty = base.type
    if isinstance(ty, t.ArrayType) and isinstance(base, Place):
        return _element(low, base.addr, ty.elem, low.e.const(64, ty.count), base, node)
    if isinstance(ty, t.SliceType):
        reg = load(low, base, node)
        addr = low.e.emit("extract", "ptr", reg.ir, index=0)
        return _element(low, addr, ty.elem, low.e.emit("extract", "i64", reg.ir, index=1),
                        Place(ty, addr, "an element"), node)
    if isinstance(ty, t.PtrType):
        return _through_pointer(low, base, node)
    raise low.fault("T10", node.value, type=type_of(low, base))


def _known_item(low: Lowerer, obj: Any, node: ast.Subscript) -> Val:
    if isinstance(obj, t.Type | Former) or obj is tuple:
        return Known(eval_annotation(node, low.env, low.source))
    if isinstance(node.slice, ast.Slice):
        bounds = [constant_object(low, x) if x else None
                  for x in (node.slice.lower, node.slice.upper, node.slice.step)]
        return Known(low.python(node, lambda: obj[slice(*bounds)]))
    index = low.expr(node.slice)
    if isinstance(index, Known):
        return Known(low.python(node, lambda: obj[index.obj]))
    if isinstance(obj, bytes):
        whole = coerce(low, Known(obj), t.slice_of_type(u8), node)
        reg = load(low, whole, node)
        return _element(low, low.e.emit("extract", "ptr", reg.ir, index=0), u8,
                        low.e.const(64, len(obj)), Place(u8, reg.ir, "", True), node)
    raise low.fault("K01", node.slice, what="the index of a constant tuple",
                    help="declare the table: constant(Array[T, N], values)")


def constant_object(low: Lowerer, node: ast.expr) -> Any:
    """The Python object that `node` is; Fault K01 where it is known at run time only."""
    val = low.expr(node)
    if not isinstance(val, Known):
        raise low.fault("K01", node, what=low.source.text(node))
    return val.obj


def _tuple_item(low: Lowerer, base: Val, node: ast.Subscript) -> Val:
    index = low.expr(node.slice)
    parts = unpack(low, base, node.value)
    if not (isinstance(index, Known) and isinstance(index.obj, int)):
        raise low.fault("K01", node.slice, what="the index of a tuple")
    if not -len(parts) <= index.obj < len(parts):
        raise low.fault("P05", node.slice, index=index.obj, type=type_of(low, base))
    return parts[index.obj]


def unpack(low: Lowerer, val: Val, node: ast.AST) -> list[Val]:
    """The parts of a tuple."""
    if isinstance(val, Known) and is_tuple(val.obj):
        return [Known(x) for x in val.obj]
    if isinstance(val, Parts):
        return val.items
    if isinstance(val.type, t.TupleType):
        from .convert import from_ir

        inner = from_ir(low, val.type, load(low, val, node).ir)
        return inner.items if isinstance(inner, Parts) else []
    raise low.fault("T13", node, count=1, want="several")


def index_value(low: Lowerer, node: ast.expr, use: str = "an index") -> m.Value:
    """An unsigned index as i64."""
    val = low.expr(node, u64)
    if isinstance(val, Known) and isinstance(val.obj, int):
        if val.obj < 0:
            raise low.fault("P11", node, type=f"the constant {val.obj}")
        return low.e.const(64, val.obj)
    val = typed(low, val, node)
    if isinstance(val.type, t.UntrustedType):
        raise low.fault("U01", node, use=use,
                        help=f"if {low.source.text(node)} < bound: … (inside, it is trusted)")
    if not isinstance(val.type, t.IntType) or val.type.signed:
        code = "P10" if use.endswith("bound") else "P11"
        raise low.fault(code, node, type=type_of(low, val))
    return load(low, coerce(low, val, u64, node), node).ir


def guard(low: Lowerer, ok: m.Value, kind: str, msg: str, *args: m.Value) -> None:
    """Continue where `ok` holds, panic otherwise."""
    if isinstance(ok, m.Const) and ok.value:
        return
    good, bad = low.e.new_block("ok"), low.e.new_block("bad")
    low.e.cbr(ok, good, bad, likely=0)
    low.e.start(bad)
    low.e.end("panic", *args, kind=kind, msg=msg)
    low.e.start(good)


def _element(low: Lowerer, addr: m.Value, elem: t.Type, count: m.Value, base: Place,
             node: ast.Subscript) -> Val:
    index = index_value(low, node.slice)
    if isinstance(index, m.Const) and isinstance(count, m.Const):
        if index.value >= count.value:
            raise low.fault("P05", node.slice, index=index.value, type=base.type.name)
        where = low.e.offset(addr, int(index.value) * elem.size)
    else:
        ok = low.e.emit("icmp", "i1", index, count, pred="ult")
        guard(low, ok, "index", "index {0} is out of range for length {1}", index, count)
        where = low.e.emit("elem", "ptr", addr, index, size=elem.size)
    align = base.align if base.align < elem.align else 0
    what = f"an element of {base.what}" if base.what.isidentifier() else "an element"
    place = Place(elem, where, what, base.readonly, align, base.local)
    table = low.unit.tables.get(id(base))
    if table is not None:
        low.unit.tables[id(place)] = table
        low.unit.keep_alive.append(place)
    return place


def _through_pointer(low: Lowerer, base: Val, node: ast.Subscript) -> Val:
    place = deref(low, base, node.value)
    assert place is not None
    index = low.expr(node.slice, u64)
    if isinstance(index, Known) and index.obj == 0:
        return place
    if not low.unsafe:
        raise low.fault("P02", node, help="use a Slice, which is checked")
    where = offset_pointer(low, place.addr, place.type, index, node.slice)
    return Place(place.type, where, low.source.text(node))


def offset_pointer(low: Lowerer, addr: m.Value, elem: t.Type, index: Val, node: ast.AST
                   ) -> m.Value:
    """`addr` plus `index` elements; the index may be signed."""
    if isinstance(index, Known) and isinstance(index.obj, int):
        return low.e.offset(addr, index.obj * elem.size)
    if isinstance(index.type, t.UntrustedType):
        raise low.fault("U01", node, use="an address")
    if not isinstance(index.type, t.IntType):
        raise low.fault("P11", node, type=type_of(low, index))
    reg = load(low, index, node)
    wide = reg.ir if index.type.bits == 64 else low.e.emit(
        "sext" if index.type.signed else "zext", "i64", reg.ir)
    return low.e.emit("elem", "ptr", addr, wide, size=elem.size)


def _slice(low: Lowerer, base: Val, bounds: ast.Slice, node: ast.Subscript) -> Val:
    """`x[a:b]` of an array or slice, both ends checked."""
    e, ty = low.e, base.type
    if bounds.step is not None:
        raise low.fault("X01", bounds.step, what="a slice step", instead="index in a loop")
    if isinstance(ty, t.ArrayType) and isinstance(base, Place):
        check_aligned(low, base, node.value)
        addr, count = base.addr, e.const(64, ty.count)
    elif isinstance(ty, t.SliceType):
        reg = load(low, base, node)
        addr, count = e.emit("extract", "ptr", reg.ir, index=0), e.emit(
            "extract", "i64", reg.ir, index=1)
    else:
        raise low.fault("T10", node.value, type=type_of(low, base),
                        help="slice_from(p, n) makes a slice from a pointer")
    lo = index_value(low, bounds.lower, "a bound") if bounds.lower else e.const(64, 0)
    hi = index_value(low, bounds.upper, "a bound") if bounds.upper else count
    _check_bounds(low, lo, hi, count, node)
    start = addr if isinstance(lo, m.Const) and lo.value == 0 else e.emit(
        "elem", "ptr", addr, lo, size=ty.elem.size)
    length = hi if isinstance(lo, m.Const) and lo.value == 0 else e.emit("sub", "i64", hi, lo)
    return Reg(t.slice_of_type(ty.elem), make_slice(low, start, length))


def _check_bounds(low: Lowerer, lo: m.Value, hi: m.Value, count: m.Value, node: ast.Subscript
                  ) -> None:
    fixed = [int(x.value) if isinstance(x, m.Const) else None for x in (lo, hi, count)]
    a, b, n = fixed
    if b is not None and n is not None and b > n or (
            a is not None and b is not None and a > b):
        raise low.fault("P05", node.slice, index=low.source.text(node.slice),
                        type="the value sliced")
    if hi is not count and not (b is not None and n is not None):
        ok = low.e.emit("icmp", "i1", hi, count, pred="ule")
        guard(low, ok, "index", "slice end {0} is past length {1}", hi, count)
    if a != 0 and not (a is not None and b is not None):
        ok = low.e.emit("icmp", "i1", lo, hi, pred="ule")
        guard(low, ok, "index", "slice start {0} is past its end {1}", lo, hi)
