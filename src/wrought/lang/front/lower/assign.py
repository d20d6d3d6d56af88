"""Assignments and declarations of locals."""

from __future__ import annotations

import ast

from wrought.lang.core import types as t
from wrought.lang.core.static import Static

from ..layout import eval_annotation
from ..values import BitsPlace, Known, Parts, Place, Val
from .access import unpack
from .arithmetic import SYMBOL, binary
from .context import Lowerer, stmt_rule
from .convert import coerce, load, store, type_of, typed, unusable
from .order import detach, freeze, settle


@stmt_rule(ast.Assign)
def assign_stmt(low: Lowerer, node: ast.Assign) -> None:
    """`a = b = value`, `a, b = values`."""
    want = target_type(low, node.targets[0])
    if want is None and isinstance(node.value, ast.IfExp):
        want = place_type(low, node.targets[0])
    val = low.expr(node.value, want)
    if len(node.targets) > 1 and not isinstance(val, Known):
        val = freeze(low, typed(low, val, node.value), node.value)
    for target in node.targets:
        assign(low, target, val, node.value)


@stmt_rule(ast.AnnAssign)
def annotated_stmt(low: Lowerer, node: ast.AnnAssign) -> None:
    """`x: T = value`."""
    if not isinstance(node.target, ast.Name):
        raise low.fault("X01", node, what="an annotation on a field or element",
                        instead="annotate names only")
    ty = eval_annotation(node.annotation, low.env, low.source)
    if node.value is None:
        check_name(low, node.target)
        declare(low, node.target, ty)
        return
    check_name(low, node.target)
    if node.target.id not in low.globals_named:
        declare(low, node.target, ty)
    val = low.expr(node.value, ty)
    assign_name(low, node.target, val, node.value, ty)


@stmt_rule(ast.AugAssign)
def augmented_stmt(low: Lowerer, node: ast.AugAssign) -> None:
    """`x op= value`."""
    load_node = _as_load(node.target)
    current = low.expr(load_node)
    if isinstance(current, Known):
        raise low.fault("N08" if isinstance(node.target, ast.Name) else "P06", node.target,
                        name=low.source.text(node.target), what=low.source.text(node.target))
    now = settle(low, current, node.target, node.value)
    right = low.expr(node.value, current.type)
    result = binary(low, SYMBOL[type(node.op)], now, right, node, node.target, node.value)
    if isinstance(node.target, ast.Name) and isinstance(current, Place) and current.local:
        assign_name(low, node.target, result, node, None)
    else:
        put(low, current, result, node, node.target)


def _as_load(node: ast.expr) -> ast.expr:
    if isinstance(node, ast.Name):
        return ast.copy_location(ast.Name(node.id, ast.Load()), node)
    return node


def target_type(low: Lowerer, target: ast.expr) -> t.Type | None:
    """The type that a target already has, to steer literals."""
    if isinstance(target, ast.Name):
        local = low.locals.get(target.id)
        if local is not None:
            return local.type
        if target.id in low.globals_named:
            s = low.env.lookup(target.id)
            return s.type if isinstance(s, Static) else None
    if isinstance(target, ast.Tuple):
        parts = [target_type(low, x) for x in target.elts]
        if all(p is not None for p in parts):
            return t.tuple_type(tuple(p for p in parts if p is not None))
    return None


def place_type(low: Lowerer, target: ast.expr) -> t.Type | None:
    """The type of a field or element, worked out aside: the target itself is lowered after the
    value, as Python's order has it."""
    if not isinstance(target, ast.Attribute | ast.Subscript):
        return None
    e, function = low.e, low.e.function
    block, blocks, slots = e.block, list(function.blocks), list(function.slots)
    names, flow = dict(e.names), low.flow.copy()
    e.block = e.new_block("aside")
    try:
        return low.expr(target).type
    finally:
        e.block, e.names, low.flow = block, names, flow
        function.blocks[:], function.slots[:] = blocks, slots


def assign(low: Lowerer, target: ast.expr, val: Val, value_node: ast.expr) -> None:
    """Assign a lowered value to a target."""
    if isinstance(target, ast.Name):
        assign_name(low, target, val, value_node, None)
    elif isinstance(target, ast.Tuple | ast.List):
        _unpack_into(low, target, val, value_node)
    elif isinstance(target, ast.Attribute | ast.Subscript):
        if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Slice):
            raise low.fault("X01", target, what="slice assignment",
                            instead="dst[a:b].copy_from(src)")
        if not isinstance(val, Known) and not isinstance(val, Parts):
            val = freeze(low, typed(low, val, value_node), value_node)
        put(low, low.expr(target), val, value_node, target)
    else:
        raise low.fault("X01", target, what="this assignment", instead="assign a name, a field "
                        "or an element")


def _unpack_into(low: Lowerer, target: ast.Tuple | ast.List, val: Val, node: ast.expr) -> None:
    for e in target.elts:
        if isinstance(e, ast.Starred):
            raise low.fault("X01", e, what="* unpacking", instead="name the elements")
    parts = unpack(low, val, node)
    if len(parts) != len(target.elts):
        raise low.fault("T13", node, count=len(parts), want=len(target.elts))
    frozen = [p if isinstance(p, Known) else detach(low, typed(low, p, node), node)
              for p in parts]
    for e, p in zip(target.elts, frozen, strict=True):
        assign(low, e, p, node)


def check_name(low: Lowerer, target: ast.Name) -> None:
    """Faults for names that can't be assigned."""
    name = target.id
    if name in low.instance.known:
        raise low.fault("N08", target, name=name)


def declare(low: Lowerer, target: ast.Name, ty: t.Type) -> None:
    """Make the local, or check that its type is the one it has."""
    if ty.is_place_type or isinstance(ty, t.VoidType | t.NeverType):
        raise low.fault("T03", target, op="a variable", type=ty.name)
    local = low.locals.get(target.id)
    if local is not None and local.type is not ty:
        raise low.fault("T06", target, name=target.id, old=local.type.name, new=ty.name,
                        note=low.note("it got its type here", local.node))
    low.local(target.id, ty, target)
    low.poisoned.discard(target.id)


def assign_name(low: Lowerer, target: ast.Name, val: Val, node: ast.AST, ty: t.Type | None
                ) -> None:
    """`name = value`: a new local, an old one, or a static named global."""
    name = target.id
    check_name(low, target)
    if name == "_":
        return  # thrown away, so it may stand for values of several types
    if name in low.globals_named:
        _assign_static(low, target, val, node)
        return
    local = low.locals.get(name)
    if local is None and ty is None:
        ty = _new_type(low, name, val, node, target)
    if ty is not None:
        declare(low, target, ty)
    elif local is not None and not isinstance(val, Known):
        _same_type(low, target, local.type, val, node)
    local = low.locals[name]
    made = coerce(low, val, local.type, node)
    store(low, made, Place(local.type, local.slot, name), node)
    low.flow.assigned.add(name)
    low.poisoned.discard(name)
    narrow = _narrowed(local.type, val)
    if narrow is not None:
        low.flow.narrow[name] = narrow
    else:
        low.flow.narrow.pop(name, None)


def _new_type(low: Lowerer, name: str, val: Val, node: ast.AST, target: ast.Name) -> t.Type:
    """The type of a variable from its first value."""
    from .convert import natural_type
    from .names import SilentFault

    if isinstance(val, Known):
        natural = natural_type(low, val.obj)
        if natural is None:
            what = f"the literal {val.obj}" if isinstance(val.obj, int) else (
                type_of(low, val))
            if name in low.poisoned:
                raise SilentFault(low, target)
            raise unusable(low, val.obj, node) or low.fault(
                "T05", target, name=name, what=what,
                help=f"{name}: u64 = {low.source.text(node)}")
        return natural
    val = typed(low, val, node)
    if isinstance(val.type, t.VoidType) or val.type is None:
        raise low.fault("T05", target, name=name, what="a call that returns nothing")
    if isinstance(val, Place) and val.type.is_place_type:
        load(low, val, node)
    return val.type


def _same_type(low: Lowerer, target: ast.Name, old: t.Type, val: Val, node: ast.AST) -> None:
    new = val.type
    if new is None or new is old or not isinstance(new.storage, type(old.storage)):
        if new is not None and new is not old and not isinstance(val, Parts) and not isinstance(
                old, t.SliceType):
            raise low.fault("T06", target, name=target.id, old=old.name, new=new.name,
                            note=low.note("it got its type here", low.locals[target.id].node))


def _narrowed(declared: t.Type, val: Val) -> t.Type | None:
    """What is known of a variable right after an assignment."""
    have = val.type
    if isinstance(declared, t.PtrType) and declared.nullable and isinstance(have, t.PtrType) and (
            not have.nullable):
        return t.ptr(declared.to)
    if isinstance(declared, t.FnType) and declared.nullable and isinstance(have, t.FnType) and (
            not have.nullable):
        return have
    if isinstance(declared, t.UntrustedType) and have is declared.base:
        return declared.base
    return None


def _assign_static(low: Lowerer, target: ast.Name, val: Val, node: ast.AST) -> None:
    from .names import static_place

    obj = low.env.lookup(target.id)
    if not isinstance(obj, Static):
        raise low.fault("N07", target, name=target.id)
    put(low, static_place(low, obj), val, node, target)


def put(low: Lowerer, place: Val, val: Val, node: ast.AST, target: ast.AST) -> None:
    """Store into a field, element, bit-field field or static."""
    if isinstance(place, BitsPlace):
        from .bits import check_fits, write_field

        made = coerce(low, val, place.type, node)
        check_fits(low, place.field, made, node)
        write_field(low, place, load(low, made, node).ir, node)
        return
    if isinstance(place, Place):
        if place.type.is_place_type:
            load(low, place, target)
        made = coerce(low, val, place.type, node)
        store(low, made, place, target)
        return
    raise low.fault("P06", target, what=low.source.text(target))

