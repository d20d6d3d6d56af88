"""Calls: functions, methods, constructors, function pointers, tail calls."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from wrought.lang.core import types as t
from wrought.lang.core.decl import BitfieldType, StructType, VariantType
from wrought.lang.core.function import Compiled
from wrought.lang.core.intrinsics import Intrinsic
from wrought.lang.core.static import FnTable
from wrought.lang.diag import Note
from wrought.lang.ir import model as m
from wrought.lang.ir.types import IrType

from ..instance import Instance, Parameter, Signature
from ..layout import NO_DEFAULT
from ..report import Fault, name_in, nearest
from ..values import Bound, Known, Place, Reg, Val
from .access import constant_object, deref
from .context import Lowerer, expr_rule
from .convert import as_ir, check_aligned, coerce, from_ir, load, store, type_of, value
from .order import in_order, settle


@expr_rule(ast.Call)
def call_expr(low: Lowerer, node: ast.Call, want: t.Type | None) -> Val:
    """`f(…)`."""
    for a in node.args:
        if isinstance(a, ast.Starred):
            raise low.fault("C13", a)
    for kw in node.keywords:
        if kw.arg is None:
            raise low.fault("C13", kw.value)
    callee = low.expr(node.func)
    if isinstance(callee, Bound):
        return _bound(low, callee, node, want)
    if isinstance(callee, Known):
        return known_call(low, callee.obj, node, want)
    if isinstance(callee.type, t.FnType):
        return _indirect(low, callee, node)
    raise low.fault("T09", node.func, type=type_of(low, callee))


def known_call(low: Lowerer, obj: Any, node: ast.Call, want: t.Type | None) -> Val:
    """A call of something known while compiling."""
    from ..intrinsics import lower_builtin, lower_intrinsic, lower_known

    if isinstance(obj, Compiled):
        if "comptime" in obj.options:
            return _at_compile_time(low, obj.function, node)
        return direct(low, obj, node, None)
    if isinstance(obj, Intrinsic):
        return lower_intrinsic(low, obj, node, want)
    if isinstance(obj, t.Type):
        return construct(low, obj, node)
    special = lower_known(low, obj, node, want)
    if special is not None:
        return special
    if getattr(obj, "__module__", "") == "builtins":
        made = lower_builtin(low, obj, node, want)
        if made is not None:
            return made
    name = getattr(obj, "__name__", None) or low.source.text(node.func)
    if callable(obj) and getattr(obj, "wrought_comptime", False):
        return _at_compile_time(low, obj, node)
    if callable(obj):
        raise low.fault("C07", node.func, name=name)
    raise low.fault("T09", node.func, type=type_of(low, Known(obj)))


def _at_compile_time(low: Lowerer, f: Any, node: ast.Call) -> Known:
    args = [constant_object(low, a) for a in node.args]
    named = {k.arg: constant_object(low, k.value) for k in node.keywords if k.arg}
    return Known(low.python(node, lambda: f(*args, **named)))


def construct(low: Lowerer, ty: t.Type, node: ast.Call) -> Val:
    """`T(…)`: a struct's fields, a bit field's fields, or a conversion."""
    from .bits import build
    from .conversions import convert

    if isinstance(ty, StructType):
        return _struct_value(low, ty, node)
    if isinstance(ty, BitfieldType) and (node.keywords or not node.args):
        start: m.Value = low.e.const(ty.size * 8, 0)
        if node.args:
            start = load(low, convert(low, ty, low.expr(node.args[0]), node.args[0]), node).ir
        return build(low, ty, start, node.keywords, node)
    if isinstance(ty, VariantType):
        raise low.fault("T09", node.func, type=ty.name, help=f"{ty.name}.member(value)")
    if node.keywords or len(node.args) != 1:
        raise low.fault("C01", node, name=ty.name, want=1,
                        got=len(node.args) + len(node.keywords))
    wide = ty if isinstance(ty, t.IntType | t.FloatType) else None
    arg = low.expr(node.args[0], wide)
    return convert(low, ty, arg, node.args[0])


def _struct_value(low: Lowerer, ty: StructType, node: ast.Call) -> Val:
    """`V(1, 2)`, `V(x=1, y=2)`: a value in temporary memory."""
    names = list(ty.fields)
    if len(node.args) > len(names):
        raise low.fault("C01", node, name=ty.name, want=len(names), got=len(node.args))
    given: dict[str, ast.expr] = dict(zip(names, node.args, strict=False))
    for kw in node.keywords:
        name = kw.arg or ""
        if name not in ty.fields:
            raise low.fault("N05", kw, owner=ty.name, kind="field", name=name,
                            help=nearest(name, names))
        if name in given:
            raise low.fault("C03", kw, name=ty.name, arg=name)
        given[name] = kw.value
    if ty.kind == "union":
        if len(given) != 1:
            raise low.fault("C01", node, name=ty.name, want=1, got=len(given))
    place = low.temp(ty)
    place.what = f"{ty.name}(…)"
    for name in [*given, *(n for n in names if n not in given)]:
        f = ty.fields[name]
        where = Place(f.type, low.e.offset(place.addr, f.offset), f.name,
                      align=1 if ty.packed else 0)
        if f.name in given:
            arg = given[f.name]
            if isinstance(f.type, t.CellType):
                inner = value(low, arg, f.type.elem)
                store(low, inner, Place(f.type.elem, where.addr), arg)
            else:
                store(low, value(low, arg, f.type), where, arg)
        elif f.default is not NO_DEFAULT:
            store(low, coerce(low, Known(f.default), f.type, node), where, node)
        elif ty.kind != "union":
            raise low.fault("C04", node, name=ty.name, field=f.name,
                            note=Note(f"'{f.name}' is declared here", f.span))
    return place


def _bound(low: Lowerer, callee: Bound, node: ast.Call, want: t.Type | None) -> Val:
    from ..intrinsics import lower_method

    if isinstance(callee.target, Compiled):
        return direct(low, callee.target, node, callee.receiver)
    return lower_method(low, callee.receiver, callee.target, node, want)


def self_value(low: Lowerer, f: Compiled, receiver: Val, node: ast.AST) -> Val:
    """The receiver as the method's `self`: an address for structs, a value otherwise."""
    owner = f.owner
    if isinstance(owner, StructType | VariantType):
        place = receiver if isinstance(receiver, Place) else deref(low, receiver, node)
        if place is None:
            place = low.temp(owner)
            store(low, receiver, place, node)
        check_aligned(low, place, node)
        return Reg(t.ptr(owner), place.addr)
    return load(low, receiver, node)


def match_arguments(low: Lowerer, sig: Signature, node: ast.Call, skip: int
                    ) -> list[ast.expr | None]:
    """The argument node of each parameter after the first `skip`; None takes the default."""
    params = sig.params[skip:]
    if len(node.args) > len(params) and not sig.variadic:
        raise low.fault("C01", node, name=sig.name, want=len(params),
                        got=len(node.args) + len(node.keywords), note=sig.note())
    found: list[ast.expr | None] = list(node.args) + [None] * (len(params) - len(node.args))
    index = {p.name: i for i, p in enumerate(params)}
    for kw in node.keywords:
        i = index.get(kw.arg or "")
        if i is None:
            raise low.fault("C02", kw, name=sig.name, arg=kw.arg, note=sig.note(),
                            help=nearest(kw.arg or "", index))
        if found[i] is not None:
            raise low.fault("C03", kw, name=sig.name, arg=kw.arg, note=sig.note())
        found[i] = kw.value
    for p, arg in zip(params, found, strict=False):
        if arg is None and p.default is NO_DEFAULT:
            raise low.fault("C01", node, name=sig.name, want=len(params),
                            got=len(node.args) + len(node.keywords), note=sig.note())
    return found


def direct(low: Lowerer, f: Compiled, node: ast.Call, receiver: Val | None) -> Val:
    """A call of a compiled function, as a method if there is a receiver."""
    inst, args = prepare(low, f, node, receiver)
    return emit_call(low, inst, args, node)


def prepare(low: Lowerer, f: Compiled, node: ast.Call, receiver: Val | None
            ) -> tuple[Instance, list[Val]]:
    """The instance that is called and its arguments, converted."""
    from .generic import specialise

    sig = low.unit.signature(f)
    skip = 0 if receiver is None else 1
    nodes = match_arguments(low, sig, node, skip)
    if sig.generic:
        return specialise(low, f, sig, nodes, receiver, node)
    args = [] if receiver is None else [settle(low, self_value(low, f, receiver, node.func),
                                               node.func, *nodes)]
    params = sig.params[skip:]

    def lower(i: int, arg: ast.expr) -> Val:
        return _argument(low, f, arg, params[i]) if i < len(params) else _variadic(low, arg)
    given = in_order(low, nodes, lower)
    for i, arg in enumerate(nodes):
        args.append(coerce(low, Known(params[i].default), params[i].type, node)
                    if arg is None else given[i])
    return low.unit.instance(f, ()), args


def _argument(low: Lowerer, f: Compiled, node: ast.expr, param: Parameter) -> Val:
    """An argument as its parameter's type; an error about it shows the parameter too."""
    try:
        return value(low, node, param.type)
    except Fault as e:
        d = e.diagnostic
        if d.span == low.source.span(node) and not d.notes and d.code in _ABOUT_TYPE:
            where = f.source().span(name_in(param.node)) if param.node else None
            d.notes.append(Note(f"'{param.name}' of {f.title}() is declared here", where))
        raise


_ABOUT_TYPE = frozenset(("T01", "T18", "I01", "P01", "U02"))


def _variadic(low: Lowerer, node: ast.expr) -> Val:
    """C's default promotions: ints of at least 32 bits, f64."""
    from wrought.lang.core.scalars import f64, i32, u32

    from .convert import typed
    val = typed(low, low.expr(node), node)
    ty = val.type
    if isinstance(ty, t.IntType) and ty.bits < 32:
        return coerce(low, val, i32 if ty.signed else u32, node)
    if isinstance(ty, t.FloatType) and ty is not f64:
        return Reg(f64, low.e.emit("fext", "f64", load(low, val, node).ir))
    if ty is None or not isinstance(ty.ir, str):
        raise low.fault("C17", node, type=type_of(low, val), name="…")
    return val


def emit_call(low: Lowerer, inst: Instance, args: list[Val], node: ast.AST) -> Val:
    """The call instruction and its result."""
    sig = inst.signature
    values = [as_ir(low, a, node) for a in args]

    def emit(ret: IrType, given: list[m.Value]) -> m.Value:
        return low.e.emit("call", ret, *given, callee=inst.symbol)
    return _finish(low, sig.ret, values, emit, sig.noreturn)


def _finish(low: Lowerer, ret: t.Type, values: list[m.Value],
            emit: Callable[[IrType, list[m.Value]], m.Value], noreturn: bool) -> Val:
    """Call, with a hidden result address for large results."""
    if ret.ir is None and not t.in_registers(ret):
        place = low.temp(ret)
        emit("void", [place.addr, *values])
        return place
    result = emit(t.value_ir(ret), values)
    if noreturn or isinstance(ret, t.NeverType):
        low.e.end("unreachable")
        low.leave()
        return Known(None)
    if isinstance(ret, t.VoidType):
        return Reg(ret, result)
    return from_ir(low, ret, result)


def _indirect(low: Lowerer, callee: Val, node: ast.Call) -> Val:
    """A call through a function pointer."""
    pointer, ty, args, targets = indirect_parts(low, callee, node)
    sig = low.unit.ir_signature(ty)

    def emit(ret: IrType, given: list[m.Value]) -> m.Value:
        return low.e.emit("calli", ret, pointer, *given, sig=sig, cc=ty.cc, targets=targets,
                          ext=low.unit.extensions(ty))
    return _finish(low, ty.ret, args, emit, False)


def indirect_parts(low: Lowerer, callee: Val, node: ast.Call
                   ) -> tuple[m.Value, t.FnType, list[m.Value], tuple[str, ...]]:
    """The pointer, its type, the arguments, and what a declared table can reach."""
    ty = callee.type
    assert isinstance(ty, t.FnType)
    if ty.nullable:
        raise low.fault("P01", node.func, text=low.source.text(node.func))
    if node.keywords:
        raise low.fault("C12", node, name=low.source.text(node.func))
    if len(node.args) != len(ty.params):
        raise low.fault("C01", node, name=low.source.text(node.func), want=len(ty.params),
                        got=len(node.args))
    table = low.unit.tables.get(id(callee))
    targets: tuple[str, ...] = ()
    if isinstance(table, FnTable):
        targets = tuple(low.unit.instance(f, ()).symbol for f in table.functions)
    pointer = load(low, callee, node).ir
    args = [as_ir(low, value(low, a, p), a) for a, p in zip(node.args, ty.params, strict=True)]
    return pointer, ty, args, targets


