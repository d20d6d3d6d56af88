"""Values to registers, memory and types: loading, storing, and the implicit conversions."""

from __future__ import annotations

import ast
import struct
from typing import Any

from wrought.lang.core import types as t
from wrought.lang.core.decl import EnumType, EnumValue
from wrought.lang.core.function import Compiled
from wrought.lang.core.scalars import boolean, f64, u8
from wrought.lang.ir import model as m

from ..values import BitsPlace, Bound, Known, Parts, Place, Reg, Val, is_sequence, is_tuple
from .context import Lowerer


def typed(low: Lowerer, val: Val, node: ast.AST, want: t.Type | None = None) -> Val:
    """`val` with a type; a constant takes `want` where it can, else its natural type."""
    if isinstance(val, Bound):
        raise low.fault("K01", node, what="a method without its call")
    if not isinstance(val, Known):
        return val
    if want is not None:
        return coerce(low, val, want, node)
    obj = val.obj
    natural = natural_type(low, obj)
    if natural is None:
        if isinstance(obj, int):
            raise low.fault("T05", node, name=low.source.text(node), what="a bare literal",
                            help="write u32(…), or annotate the variable")
        raise low.fault("N04", node, name=low.source.text(node), what=describe(obj))
    return coerce(low, val, natural, node)


def natural_type(low: Lowerer, obj: Any) -> t.Type | None:
    """The type that a constant has without any context; None for plain integers."""
    if isinstance(obj, bool):
        return boolean
    if isinstance(obj, EnumValue):
        return obj.type
    if isinstance(obj, float):
        return f64
    if isinstance(obj, bytes):
        return t.slice_of_type(u8)
    if isinstance(obj, Compiled):
        return low.unit.pointer_type(obj)
    typed_const = getattr(obj, "wrought_type", None)
    return typed_const if isinstance(typed_const, t.Type) else None


def describe(obj: Any) -> str:
    """What an object is, for messages."""
    if isinstance(obj, t.Type):
        return f"the type {obj.name}"
    if isinstance(obj, Compiled):
        return f"the function {obj.title}"
    if obj is None:
        return "None"
    return f"{type(obj).__name__} {str(obj)[:40]!r}" if isinstance(obj, str) else (
        f"a {type(obj).__name__}")


def type_of(low: Lowerer, val: Val) -> str:
    """The type of a value, for messages."""
    if val.type is not None:
        return val.type.name
    if isinstance(val, Known):
        return f"the constant {val.obj}" if isinstance(val.obj, int | float) else (
            describe(val.obj))
    return "a tuple" if isinstance(val, Parts) else "a method"


def load(low: Lowerer, val: Val, node: ast.AST) -> Reg:
    """A scalar or slice in a register."""
    if isinstance(val, Reg):
        return val
    if isinstance(val, BitsPlace):
        from .bits import read_field

        return read_field(low, val, node)
    if isinstance(val, Place):
        if val.type.is_place_type:
            methods = ".read(), .write(x)" if val.type.name.startswith("Mmio") else (
                ".load(order), .store(x, order), .add(x, order) …")
            raise low.fault("P07", node, type=val.type.name, methods=methods)
        if val.type.ir is not None:
            return Reg(val.type, low.e.load(val.type.ir, val.addr, val.align or val.type.align))
        return Reg(val.type, gather(low, val))
    if isinstance(val, Parts):
        if val.type is None:
            raise low.fault("T05", node, name=low.source.text(node), what="a tuple")
        items = [as_ir(low, v, node) for v in val.items]
        return Reg(val.type, low.e.emit("make", val.type.ir or "void", *items))
    return load(low, typed(low, val, node), node)


def gather(low: Lowerer, place: Place) -> m.Value:
    """A struct in memory as its scalars, or (large) the address of a copy."""
    ty = place.type
    if not t.in_registers(ty):
        copy = low.temp(ty)
        copy_bytes(low, copy.addr, place.addr, ty.size, place.align or ty.align)
        return copy.addr
    align = place.align or ty.align
    items = [low.e.load(ir, low.e.offset(place.addr, o), _align(o, align)) for o, ir in
             ty.leaves()]
    return low.e.emit("make", t.value_ir(ty), *items)


def _align(offset: int, align: int) -> int:
    return align if offset == 0 else min(align, offset & -offset)


def scatter(low: Lowerer, value: m.Value, ty: t.Type, addr: m.Value, align: int = 0) -> None:
    """Put a struct that travelled in registers (or by address) into memory."""
    if not t.in_registers(ty):
        copy_bytes(low, addr, value, ty.size, align or ty.align)
        return
    for i, (o, ir) in enumerate(ty.leaves()):
        part = low.e.emit("extract", ir, value, index=i)
        low.e.store(part, low.e.offset(addr, o), _align(o, align or ty.align))


def copy_bytes(low: Lowerer, dst: m.Value, src: m.Value, size: int, align: int) -> None:
    """Copy a known number of bytes."""
    if size:
        low.e.emit("copy", "void", dst, src, size=size, align=align)


def as_ir(low: Lowerer, val: Val, node: ast.AST) -> m.Value:
    """The IR value in which `val` is passed to a function."""
    return load(low, val, node).ir


def from_ir(low: Lowerer, ty: t.Type, value: m.Value) -> Val:
    """A value that arrived from a call or parameter."""
    if isinstance(ty, t.TupleType):
        return Parts(ty, [from_ir(low, e, low.e.emit("extract", t.value_ir(e), value, index=i))
                          for i, e in enumerate(ty.elems)])
    if ty.ir is not None:
        return Reg(ty, value)
    place = low.temp(ty)
    scatter(low, value, ty, place.addr)
    return place


def check_aligned(low: Lowerer, place: Place, node: ast.AST) -> None:
    """Fault P14 for a place whose address is not one of its type: a field of a packed struct."""
    want = place.type.align
    if place.align and place.align < want:
        raise low.fault("P14", node, what=place.what, have=place.align, type=place.type.name,
                        want=want)


def store(low: Lowerer, val: Val, place: Place, node: ast.AST) -> None:
    """Write `val`, already of the place's type, to memory."""
    if place.readonly:
        raise low.fault("P06", node, what=place.what or "a constant")
    align = place.align or place.type.align
    if isinstance(val, Place) and val.type.ir is None and not val.type.is_place_type:
        copy_bytes(low, place.addr, val.addr, val.type.size, min(align, val.align or align))
        return
    reg = load(low, val, node)
    if place.type.ir is not None:
        low.e.store(reg.ir, place.addr, align)
    else:
        scatter(low, reg.ir, place.type, place.addr, align)


def constant(low: Lowerer, obj: Any, want: t.Type, node: ast.AST) -> Reg | None:
    """The scalar constant `obj` as `want`, None where it is not one, a Fault if it can't fit."""
    storage = want.storage
    if isinstance(obj, EnumValue) and want is not obj.type:
        return None
    if isinstance(want, EnumType) and not isinstance(obj, EnumValue):
        return None
    if isinstance(obj, bool):
        return Reg(want, m.Const("i1", int(obj))) if want is boolean else None
    if isinstance(obj, int) and isinstance(storage, t.IntType) and (
            want is storage or isinstance(want, EnumType | t.UntrustedType)):
        if not storage.min <= obj <= storage.max:
            raise low.fault("I01", node, value=_number(obj), type=want.name,
                            min=storage.min, max=storage.max)
        return Reg(want, low.e.const(storage.bits, int(obj)))
    if isinstance(obj, int | float) and isinstance(want, t.FloatType):
        return Reg(want, m.Const(want.name, _float(low, obj, want, node)))
    return None


def _float(low: Lowerer, obj: int | float, want: t.FloatType, node: ast.AST) -> float:
    """The nearest value of the type; integers have to be exact."""
    digits = 24 if want.bits == 32 else 53
    try:
        value = struct.unpack("<f", struct.pack("<f", obj))[0] if want.bits == 32 else float(obj)
    except OverflowError:
        limit = "3.4e38" if want.bits == 32 else "1.7e308"
        raise low.fault("I01", node, value=f"{obj:.6g}" if isinstance(obj, float) else obj,
                        type=want.name, min="-" + limit, max=limit) from None
    if isinstance(obj, int) and int(value) != obj:
        raise low.fault("I01", node, value=obj, type=want.name, min="exact integers",
                        max=f"to 2^{digits}")
    return value


def _number(n: int) -> str:
    return str(n) if abs(n) < 1 << 16 else f"{n:#x}"


def coerce(low: Lowerer, val: Val, want: t.Type, node: ast.AST) -> Val:
    """`val` as exactly the type `want`, by the implicit conversions; Fault T01 otherwise."""
    if val.type is want:
        return val
    if isinstance(val, Known):
        return _coerce_known(low, val.obj, want, node)
    if isinstance(val, Parts) and isinstance(want, t.TupleType):
        if len(val.items) != len(want.elems):
            raise low.fault("T13", node, count=len(val.items), want=len(want.elems))
        return Parts(want, [coerce(low, v, w, n) for v, w, n in zip(
            val.items, want.elems, parts_of(node, len(want.elems)), strict=True)])
    if isinstance(val, Parts) and isinstance(want, t.ArrayType):
        return _array_literal(low, val.items, want, node)
    if isinstance(val, Bound):
        return typed(low, val, node)
    have = val.type
    if isinstance(have, t.IntType) and isinstance(want, t.IntType) and (
            have.signed == want.signed and have.bits < want.bits):
        reg = load(low, val, node)
        return Reg(want, low.e.emit("sext" if have.signed else "zext", f"i{want.bits}", reg.ir))
    if _compatible(have, want):
        return Reg(want, load(low, val, node).ir)
    if isinstance(want, t.SliceType) and isinstance(have, t.ArrayType) and (
            want.elem is have.elem and isinstance(val, Place)):
        check_aligned(low, val, node)
        return Reg(want, make_slice(low, val.addr, low.e.const(64, have.count)))
    raise mismatch(low, val, want, node)


def _compatible(have: t.Type | None, want: t.Type) -> bool:
    """Conversions that change only what is known of a value."""
    if isinstance(have, t.PtrType) and isinstance(want, t.PtrType):
        return (have.to is want.to or isinstance(want.to, t.VoidType)) and (
            want.nullable or not have.nullable)
    if isinstance(have, t.FnType) and isinstance(want, t.FnType):
        return want.nullable and t.fn_type(have.params, have.ret, have.cc, True) is want
    return isinstance(want, t.UntrustedType) and want.base is have


def mismatch(low: Lowerer, val: Val, want: t.Type, node: ast.AST) -> Exception:
    """Error T01 with the conversion that was probably meant."""
    have = val.type
    if isinstance(val, Place) and val.type.is_place_type:
        load(low, val, node)
    text = low.source.text(node)
    if isinstance(have, t.PtrType) and isinstance(want, t.PtrType) and have.to is want.to:
        return low.fault("P01", node, text=text)
    if isinstance(have, t.UntrustedType) and not isinstance(want, t.UntrustedType):
        return low.fault("U02", node, type=want.name)
    help = ""
    if have is not None:
        from .conversions import suggestion

        help = suggestion(have, want, text)
    return low.fault("T01", node, want=want.name, got=type_of(low, val), help=help)


def _coerce_known(low: Lowerer, obj: Any, want: t.Type, node: ast.AST) -> Val:
    made = constant(low, obj, want, node)
    if made is not None:
        return made
    if obj is None:
        if isinstance(want, t.PtrType | t.FnType) and want.nullable:
            return Reg(want, m.Const("ptr", 0))
        raise low.fault("T18", node, type=want.name)
    if isinstance(obj, bytes) and isinstance(want, t.SliceType) and want.elem is u8:
        return Reg(want, make_slice(low, low.unit.bytes_constant(obj),
                                    low.e.const(64, len(obj))))
    if isinstance(obj, Compiled) and isinstance(want, t.FnType):
        have = low.unit.pointer_type(obj)
        if t.fn_type(have.params, have.ret, have.cc, want.nullable) is want:
            return Reg(want, low.unit.function_value(obj))
        raise low.fault("T01", node, want=want.name, got=have.name)
    if (isinstance(obj, bytes) or is_sequence(obj)) and isinstance(want, t.ArrayType):
        return _array_literal(low, [Known(x) for x in obj], want, node)
    if is_tuple(obj) and isinstance(want, t.TupleType):
        return coerce(low, Parts(None, [Known(x) for x in obj]), want, node)
    raise unusable(low, obj, node) or low.fault("T01", node, want=want.name,
                                                got=type_of(low, Known(obj)))


def unusable(low: Lowerer, obj: Any, node: ast.AST) -> Exception | None:
    """Error N04 for an object of a class that compiled code knows nothing of."""
    if obj is None or isinstance(obj, _USABLE) or hasattr(obj, "wrought_type"):
        return None
    return low.fault("N04", node, name=low.source.text(node), what=describe(obj))


_USABLE = (int, float, str, bytes, tuple, t.Type, Compiled)


def _array_literal(low: Lowerer, items: list[Val], want: t.ArrayType, node: ast.AST) -> Val:
    if len(items) != want.count:
        raise low.fault("T13", node, count=len(items), want=want.count)
    place = low.temp(want)
    for i, (item, n) in enumerate(zip(items, parts_of(node, want.count), strict=True)):
        addr = low.e.offset(place.addr, i * want.elem.size)
        store(low, coerce(low, item, want.elem, n), Place(want.elem, addr), n)
    return place


def parts_of(node: ast.AST, count: int) -> list[ast.AST]:
    """The nodes of a tuple's elements; where it is no tuple display, the node itself."""
    if isinstance(node, ast.Tuple) and len(node.elts) == count:
        return list(node.elts)
    return [node] * count


def make_slice(low: Lowerer, addr: m.Value, count: m.Value) -> m.Value:
    """The IR value of a slice."""
    return low.e.emit("make", ("ptr", "i64"), addr, count)


def value(low: Lowerer, node: ast.expr, want: t.Type) -> Val:
    """Lower `node` as exactly the type `want`."""
    return coerce(low, low.expr(node, want), want, node)


def scalar(low: Lowerer, node: ast.expr, want: t.Type) -> m.Value:
    """Lower `node` as `want`, in a register."""
    return load(low, value(low, node, want), node).ir
