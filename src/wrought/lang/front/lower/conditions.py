"""Conditions: `and`/`or`, `a if c else b`, branches with what they tell about names."""

from __future__ import annotations

import ast

from wrought.lang.core import types as t
from wrought.lang.core.intrinsics import likely, unlikely
from wrought.lang.core.scalars import boolean
from wrought.lang.ir import model as m

from ..values import Flow, Known, Reg, Val, merge
from .compare import compare
from .context import Lowerer, expr_rule
from .convert import coerce, load, natural_type, store, type_of, typed


def condition(low: Lowerer, node: ast.expr) -> m.Value | bool:
    """A bool as i1, or as Python's bool where it is known."""
    val = low.expr(node, boolean)
    if isinstance(val, Known):
        if isinstance(val.obj, bool):
            return val.obj
        raise low.fault("T04", node, type=type_of(low, val))
    val = typed(low, val, node)
    if val.type is not boolean:
        raise low.fault("T04", node, type=type_of(low, val), help=_truth_help(low, val, node))
    return load(low, val, node).ir


def _truth_help(low: Lowerer, val: Val, node: ast.AST) -> str:
    text = low.source.text(node)
    if isinstance(val.type, t.PtrType | t.FnType):
        return f"{text} is not None"
    if isinstance(val.type, t.SliceType):
        return f"len({text}) > 0"
    return f"{text} != 0"


def branch(low: Lowerer, node: ast.expr, yes: m.Block, no: m.Block, hint: int | None = None
           ) -> tuple[Flow, Flow]:
    """Go to `yes` or `no`; what holds on each way.  A known condition takes one way only."""
    low.e.loc = m.Loc(node.lineno, node.col_offset + 1)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        a, b = branch(low, node.operand, no, yes, None if hint is None else 1 - hint)
        return b, a
    if isinstance(node, ast.BoolOp):
        return _bool_branch(low, node, yes, no, hint)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) == 1:
        found = low.env.lookup(node.func.id)
        if found is likely or found is unlikely:
            return branch(low, node.args[0], yes, no, 0 if found is likely else 1)
    start = low.flow
    if isinstance(node, ast.Compare):
        known, cond, facts, other = compare(low, node)
    else:
        c = condition(low, node)
        known, cond, facts, other = (c, None, {}, {}) if isinstance(c, bool) else (
            None, c, {}, {})
    start = low.flow
    if known is not None:
        low.e.br(yes if known else no)
        gone = start.copy()
        gone.live, gone.pruned = False, True
        return (start.copy(), gone) if known else (gone, start.copy())
    assert cond is not None
    low.e.cbr(cond, yes, no, hint)
    return start.learn(facts), start.learn(other)


def _bool_branch(low: Lowerer, node: ast.BoolOp, yes: m.Block, no: m.Block, hint: int | None
                 ) -> tuple[Flow, Flow]:
    is_and = isinstance(node.op, ast.And)
    left_early: list[Flow] = []
    *first, last = node.values
    for part in first:
        more = low.e.new_block("and" if is_and else "or")
        a, b = branch(low, part, *((more, no) if is_and else (yes, more)), hint)
        stay, early = (a, b) if is_and else (b, a)
        left_early.append(early)
        if not stay.live:
            break
        low.e.start(more)
        low.flow = stay
    else:
        a, b = branch(low, last, yes, no, hint)
        stay, early = (a, b) if is_and else (b, a)
        left_early.append(early)
    out = merge(left_early)
    return (stay, out) if is_and else (out, stay)


@expr_rule(ast.BoolOp)
def bool_expr(low: Lowerer, node: ast.BoolOp, want: t.Type | None) -> Val:
    """`a and b`, `a or b` as a value."""
    return _materialise(low, node)


def _materialise(low: Lowerer, node: ast.expr) -> Val:
    e = low.e
    yes, no, end = e.new_block("true"), e.new_block("false"), e.new_block("end")
    slot = low.temp(boolean)
    a, b = branch(low, node, yes, no)
    for block, flow, bit in ((yes, a, 1), (no, b, 0)):
        if not flow.live:
            continue
        e.start(block)
        e.store(m.Const("i1", bit), slot.addr, 1)
        e.br(end)
    e.start(end)
    low.flow = merge([a, b])
    if not (a.live and b.live):
        return Known(a.live)
    return Reg(boolean, e.load("i1", slot.addr, 1))


@expr_rule(ast.IfExp)
def conditional_expr(low: Lowerer, node: ast.IfExp, want: t.Type | None) -> Val:
    """`a if c else b`; only the live side exists where `c` is known."""
    e = low.e
    yes, no, end = e.new_block("then"), e.new_block("else"), e.new_block("end")
    a, b = branch(low, node.test, yes, no)
    if not (a.live and b.live):
        e.start(yes if a.live else no)
        low.flow = a if a.live else b
        return low.expr(node.body if a.live else node.orelse, want)
    e.start(yes)
    low.flow = a
    left = low.expr(node.body, want)
    then_end, flow_a = e.block, low.flow
    e.start(no)
    low.flow = b
    right = low.expr(node.orelse, want or left.type)
    ty = _branch_type(low, left, right, want, node)
    slot = low.temp(ty)
    store(low, coerce(low, right, ty, node.orelse), slot, node)
    e.br(end)
    flow_b, else_end = low.flow, e.block
    e.block = then_end
    low.flow = flow_a
    store(low, coerce(low, left, ty, node.body), slot, node)
    e.br(end)
    e.block = else_end
    low.flow = merge([flow_a, flow_b])
    e.start(end)
    return Reg(ty, e.load(ty.ir, slot.addr, ty.align)) if ty.ir is not None else slot


def _branch_type(low: Lowerer, left: Val, right: Val, want: t.Type | None, node: ast.IfExp
                 ) -> t.Type:
    lt = left.type or (natural_type(low, left.obj) if isinstance(left, Known) else None)
    rt = right.type or (natural_type(low, right.obj) if isinstance(right, Known) else None)
    for ty, o in ((lt, rt), (rt, lt)):
        if isinstance(ty, t.PtrType) and (o is None or isinstance(o, t.PtrType)
                                          and o.to is ty.to):
            none = any(isinstance(v, Known) and v.obj is None for v in (left, right))
            nullable = none or ty.nullable or isinstance(o, t.PtrType) and o.nullable
            return t.ptr(ty.to, nullable)
    if lt is not None and (rt is None or rt is lt):
        return lt
    if lt is None and rt is not None:
        return rt
    if isinstance(lt, t.IntType) and isinstance(rt, t.IntType) and lt.signed == rt.signed:
        return lt if lt.bits > rt.bits else rt
    if want is not None and lt is None and rt is None:
        return want
    if lt is None:
        raise low.fault("T05", node, name=low.source.text(node), what="bare literals")
    raise low.fault("T17", node, left=type_of(low, left), right=type_of(low, right))
