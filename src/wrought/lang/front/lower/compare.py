"""Comparisons: chains, None, `in`, and what they tell about names."""

from __future__ import annotations

import ast
import operator
from collections.abc import Iterable
from typing import Any, TypeGuard

from wrought.lang.core import types as t
from wrought.lang.core.decl import BitfieldType, EnumType
from wrought.lang.core.scalars import boolean
from wrought.lang.ir import model as m

from ..values import Flow, Known, Parts, Place, Reg, Val, merge
from .arithmetic import common
from .context import Lowerer, expr_rule
from .convert import coerce, load, type_of
from .order import settle

Facts = dict[str, t.Type]
"""Types that names have by a test."""

_PYTHON: dict[type[ast.cmpop], Any] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Is: operator.is_, ast.IsNot: operator.is_not}
_TEXT: dict[type[ast.cmpop], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in"}
_UNSIGNED = {"==": "eq", "!=": "ne", "<": "ult", "<=": "ule", ">": "ugt", ">=": "uge"}
_SIGNED = {"==": "eq", "!=": "ne", "<": "slt", "<=": "sle", ">": "sgt", ">=": "sge"}
_FLOAT = {"==": "oeq", "!=": "une", "<": "olt", "<=": "ole", ">": "ogt", ">=": "oge"}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


@expr_rule(ast.Compare)
def compare_expr(low: Lowerer, node: ast.Compare, want: t.Type | None) -> Val:
    """A comparison as a value."""
    known, cond, _, _ = compare(low, node)
    if known is not None:
        return Known(known)
    assert cond is not None
    return Reg(boolean, cond)


def compare(low: Lowerer, node: ast.Compare
             ) -> tuple[bool | None, m.Value | None, Facts, Facts]:
    """(known result, i1, facts where true, facts where false)."""
    if any(_acts(c) for c in node.comparators[1:]):
        return _stopping_chain(low, node)
    left = settle(low, low.expr(node.left), node.left, *node.comparators)
    left_node: ast.expr = node.left
    known, cond = True, None
    facts: Facts = {}
    other: Facts = {}
    checks: list[tuple[str, ast.expr, Val, ast.expr, Val]] = []
    for op, right_node in zip(node.ops, node.comparators, strict=True):
        right = low.expr(right_node, left.type)
        result = _one(low, type(op), left, right, node, left_node, right_node)
        _none_facts(low, op, left, left_node, right, facts, other)
        checks.append((_TEXT[type(op)], left_node, left, right_node, right))
        if isinstance(result, bool):
            known = known and result
        else:
            cond = result if cond is None else low.e.emit("and", "i1", cond, result)
        left, left_node = right, right_node
    _trust_facts(low, checks, facts, other)
    if cond is None or not known:
        return known, None, facts, other
    return None, cond, facts, other


def _acts(node: ast.expr) -> bool:
    """Whether evaluating an expression could be noticed: it writes, or it may panic."""
    return any(isinstance(n, ast.Call | ast.NamedExpr | ast.Subscript | ast.FloorDiv | ast.Mod)
               for n in ast.walk(node))


def _stopping_chain(low: Lowerer, node: ast.Compare
                    ) -> tuple[bool | None, m.Value | None, Facts, Facts]:
    """`a < b < f()`: what stands behind a comparison that fails is not evaluated."""
    e, end, slot = low.e, low.e.new_block("chain"), low.temp(boolean)
    e.store(m.Const("i1", 0), slot.addr, 1)
    left, left_node = low.expr(node.left), node.left
    left = settle(low, left, left_node, *node.comparators)
    facts: Facts = {}
    checks: list[tuple[str, ast.expr, Val, ast.expr, Val]] = []
    flows: list[Flow] = []
    for i, (op, right_node) in enumerate(zip(node.ops, node.comparators, strict=True)):
        right = low.expr(right_node, left.type)
        right = settle(low, right, right_node, *node.comparators[i + 1:])
        result = _one(low, type(op), left, right, node, left_node, right_node)
        checks.append((_TEXT[type(op)], left_node, left, right_node, right))
        flows.append(low.flow.copy())
        more = e.new_block("more")
        e.cbr(m.Const("i1", int(result)) if isinstance(result, bool) else result, more, end)
        e.start(more)
        left, left_node = right, right_node
    e.store(m.Const("i1", 1), slot.addr, 1)
    e.br(end)
    low.flow = merge([*flows, low.flow])
    e.start(end)
    _trust_facts(low, checks, facts, {})
    return None, e.load("i1", slot.addr, 1), facts, {}


def _none_facts(low: Lowerer, op: ast.cmpop, left: Val, node: ast.expr, right: Val,
                facts: Facts, other: Facts) -> None:
    """`p is not None` makes the pointer `p` usable."""
    if not (isinstance(right, Known) and right.obj is None and isinstance(left, Place)):
        return
    ty = left.type
    name = node.target.id if isinstance(node, ast.NamedExpr) else left.local
    if not isinstance(ty, t.PtrType | t.FnType) or not _whole_local(low, node):
        return
    solid = t.ptr(ty.to) if isinstance(ty, t.PtrType) else t.fn_type(ty.params, ty.ret, ty.cc)
    (facts if isinstance(op, ast.IsNot | ast.NotEq) else other)[name] = solid


def _whole_local(low: Lowerer, node: ast.expr) -> bool:
    target = node.target if isinstance(node, ast.NamedExpr) else node
    return isinstance(target, ast.Name) and target.id in low.locals


def _trust_facts(low: Lowerer, checks: list[tuple[str, ast.expr, Val, ast.expr, Val]],
                 facts: Facts, other: Facts) -> None:
    """An untrusted local that was compared with a trusted bound is trusted."""
    upper: set[str] = set()
    lower: set[str] = set()
    if len(checks) == 1:
        op, ln, left, rn, right = checks[0]
        checks = [(op, ln, left, rn, right)]
    for op, ln, left, rn, right in checks:
        for o, n, v, w in ((op, ln, left, right), (_TURNED.get(op, ""), rn, right, left)):
            if not isinstance(v.type, t.UntrustedType) or not isinstance(n, ast.Name) or (
                    isinstance(w.type, t.UntrustedType)):
                continue
            name, base = n.id, v.type.base
            unsigned = isinstance(base.storage, t.IntType) and not base.storage.signed
            if o in ("<", "<=", "=="):
                upper.add(name)
            if o in (">", ">=", "==") or unsigned:
                lower.add(name)
            if len(checks) == 1 and unsigned and o in (">", ">=", "!="):
                other[name] = base
            if name in upper and name in lower:
                facts[name] = base


def _one(low: Lowerer, op: type[ast.cmpop], left: Val, right: Val, node: ast.Compare,
         ln: ast.expr, rn: ast.expr) -> m.Value | bool:
    """One comparison of a chain."""
    if op in (ast.In, ast.NotIn):
        return _membership(low, op, left, right, node, ln, rn)
    if isinstance(left, Known) and isinstance(right, Known):
        return bool(low.python(node, lambda: _PYTHON[op](left.obj, right.obj)))
    text = _TEXT[op]
    none = [v for v in (left, right) if isinstance(v, Known) and v.obj is None]
    if op in (ast.Is, ast.IsNot):
        if not none:
            raise low.fault("T14", node, type=type_of(low, left), op=text,
                            help="'is' compares with None only; use == for pointers")
        text = "==" if op is ast.Is else "!="
    if none:
        return _with_none(low, text, right if none[0] is left else left, node,
                          rn if none[0] is left else ln)
    return relation(low, text, left, right, node, ln, rn)


def _with_none(low: Lowerer, text: str, val: Val, node: ast.AST, vn: ast.expr) -> m.Value | bool:
    ty = val.type
    if not isinstance(ty, t.PtrType | t.FnType):
        raise low.fault("T18", node, type=type_of(low, val))
    if not ty.nullable:
        return text == "!="
    return low.e.emit("icmp", "i1", load(low, val, vn).ir, m.Const("ptr", 0),
                      pred=_UNSIGNED[text])


def relation(low: Lowerer, text: str, left: Val, right: Val, node: ast.AST, ln: ast.AST,
             rn: ast.AST) -> m.Value:
    """`left text right` on values of one type."""
    left, right = _strip(low, left, ln), _strip(low, right, rn)
    lt, rt = left.type, right.type
    if isinstance(lt, t.PtrType) and isinstance(rt, t.PtrType) and lt.to is rt.to:
        ty: t.Type = lt if lt.nullable else rt
    else:
        ty = common(low, text, left, right, node, ln, rn)
    equality = text in ("==", "!=")
    ordered = isinstance(ty, t.IntType | t.FloatType | t.NewType) or (
        isinstance(ty, t.PtrType) and low.unsafe)
    alike = isinstance(ty, EnumType | BitfieldType | t.PtrType | t.FnType | t.BoolType)
    if not (ordered or equality and alike):
        raise low.fault("T14", node, type=ty.name, op=text)
    x = load(low, coerce(low, left, ty, ln), ln).ir
    y = load(low, coerce(low, right, ty, rn), rn).ir
    if isinstance(ty.storage, t.FloatType):
        return low.e.emit("fcmp", "i1", x, y, pred=_FLOAT[text])
    signed = isinstance(ty.storage, t.IntType) and ty.storage.signed
    return low.e.emit("icmp", "i1", x, y, pred=(_SIGNED if signed else _UNSIGNED)[text])


def _strip(low: Lowerer, val: Val, node: ast.AST) -> Val:
    """An untrusted operand as its base: comparing is what makes it trusted."""
    if isinstance(val.type, t.UntrustedType):
        return Reg(val.type.base, load(low, val, node).ir)
    return val


def _membership(low: Lowerer, op: type[ast.cmpop], left: Val, right: Val, node: ast.Compare,
                ln: ast.expr, rn: ast.expr) -> m.Value | bool:
    """`x in (A, B, C)`: a chain of comparisons with constants."""
    items = [Known(x) for x in right.obj] if isinstance(right, Known) and _countable(
        right.obj) else right.items if isinstance(right, Parts) else None
    if items is None:
        raise low.fault("T14", node, type=type_of(low, right), op=_TEXT[op],
                        help="in works on a constant tuple: x in (A, B)")
    result: m.Value | bool = False
    for item in items:
        one = _one(low, ast.Eq, left, item, node, ln, rn)
        if one is True or result is True:
            result = True
        elif not isinstance(one, bool):
            result = one if isinstance(result, bool) else low.e.emit("or", "i1", result, one)
    if op is ast.In or isinstance(result, bool):
        return result if op is ast.In else not result
    return low.e.emit("xor", "i1", result, m.Const("i1", 1))


def _countable(obj: object) -> TypeGuard[Iterable[Any]]:
    """Whether the members of a constant can be listed for `in`."""
    return isinstance(obj, tuple | frozenset | range | bytes)
