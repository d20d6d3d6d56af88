"""Names, constants, tuples and walrus assignments."""

from __future__ import annotations

import ast
from typing import Any

from wrought.lang.core import types as t
from wrought.lang.core.env import MISSING
from wrought.lang.core.static import Static
from wrought.lang.ir import model as m

from ..report import nearest
from ..values import Known, Parts, Place, Val
from .context import Lowerer, expr_rule
from .order import settle


@expr_rule(ast.Constant)
def constant_expr(low: Lowerer, node: ast.Constant, want: t.Type | None) -> Val:
    """A literal."""
    if isinstance(node.value, complex) or node.value is ...:
        raise low.fault("X01", node, what=f"{node.value!r}", instead="there is no such value")
    return Known(node.value)


@expr_rule(ast.Name)
def name_expr(low: Lowerer, node: ast.Name, want: t.Type | None) -> Val:
    """A local variable, a static, or a Python object known while compiling."""
    name = node.id
    if name in low.instance.local_names and name not in low.globals_named:
        known = low.instance.known.get(name)
        return known if known is not None else read_local(low, node)
    return outer_name(low, node)


def read_local(low: Lowerer, node: ast.Name) -> Val:
    """A local variable, as narrow as is known here."""
    name = node.id
    local = low.locals.get(name)
    if local is None or name not in low.flow.assigned:
        if name in low.poisoned:
            raise SilentFault(low, node)
        if local is None and low.env.where(name) == "global":
            if isinstance(low.env.lookup(name), Static):
                raise low.fault("N06", node, name=name)
            raise low.fault("N02", node, name=name,
                            help=f"for the global of that name say 'global {name}' first")
        raise low.fault("N02", node, name=name)
    if name in low.poisoned:
        raise SilentFault(low, node)
    shared = name in low.instance.shared
    ty = local.type if shared else low.flow.narrow.get(name, local.type)
    return Place(ty, local.slot, name, local=name)


def SilentFault(low: Lowerer, node: ast.AST) -> Exception:
    """A fault that repeats the one already reported for this name, so that it is dropped."""
    made = low.fault("N02", node, name="")
    made.diagnostic.code = ""
    return made


def outer_name(low: Lowerer, node: ast.Name) -> Val:
    """A name from outside the function."""
    obj = low.env.lookup(node.id)
    if obj is MISSING:
        known = [*low.locals, *low.env.globals]
        raise low.fault("N01", node, name=node.id, help=nearest(node.id, known))
    return from_object(low, obj, node, node.id)


def from_object(low: Lowerer, obj: Any, node: ast.AST, name: str) -> Val:
    """A Python object as a value: statics are places, the rest is known."""
    if isinstance(obj, Static):
        return static_place(low, obj)
    if isinstance(obj, list | dict | set | bytearray):
        raise low.fault("N03", node, name=name)
    return Known(obj)


def static_place(low: Lowerer, s: Static) -> Place:
    """The memory of a module-level variable, on bare metal this CPU's copy."""
    addr: m.Value = low.unit.static_symbol(s)
    if s.percpu:
        addr = low.e.emit("percpu", "ptr", addr)
    place = Place(s.type, addr, s.name, readonly=s.const)
    low.unit.tables[id(place)] = s
    low.unit.keep_alive.append(place)
    return place


@expr_rule(ast.Tuple)
def tuple_expr(low: Lowerer, node: ast.Tuple, want: t.Type | None) -> Val:
    """A tuple display: results on their way to a return or an unpacking."""
    wants: list[t.Type | None] = [None] * len(node.elts)
    if isinstance(want, t.TupleType) and len(want.elems) == len(node.elts):
        wants = list(want.elems)
    elif isinstance(want, t.ArrayType):
        wants = [want.elem] * len(node.elts)
    items = [settle(low, low.expr(e, w), e, *node.elts[i + 1:])
             for i, (e, w) in enumerate(zip(node.elts, wants, strict=True))]
    if all(isinstance(i, Known) for i in items):
        return Known(tuple(i.obj for i in items if isinstance(i, Known)))
    types = [i.type for i in items]
    whole = t.tuple_type(tuple(x for x in types if x is not None)) if all(types) else None
    return Parts(whole, items)


@expr_rule(ast.NamedExpr)
def walrus_expr(low: Lowerer, node: ast.NamedExpr, want: t.Type | None) -> Val:
    """`(name := value)`."""
    from .assign import assign_name

    assign_name(low, node.target, low.expr(node.value, want), node.value, None)
    return read_local(low, node.target)
