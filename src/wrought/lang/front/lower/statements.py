"""Statements other than assignments, loops, match and with."""

from __future__ import annotations

import ast

from wrought.lang.core import types as t
from wrought.lang.core.function import Compiled
from wrought.lang.core.intrinsics import tail
from wrought.lang.ir import model as m

from ..values import Bound, Flow, Known, Parts, Place, Reg, Val, merge
from .call import indirect_parts, prepare
from .conditions import branch
from .context import Lowerer, stmt_rule
from .convert import as_ir, coerce, store, type_of


@stmt_rule(ast.Pass)
def pass_stmt(low: Lowerer, node: ast.Pass) -> None:
    """`pass`."""


@stmt_rule(ast.Global)
def global_stmt(low: Lowerer, node: ast.Global) -> None:
    """`global name`: assignments reach the static of that name."""
    low.globals_named.update(node.names)


@stmt_rule(ast.Expr)
def expression_stmt(low: Lowerer, node: ast.Expr) -> None:
    """A call for its effect; a docstring."""
    if isinstance(node.value, ast.Constant) and (
            isinstance(node.value.value, str) or node.value.value is ...):
        return
    if is_tail(low, node.value):
        raise low.fault("C09", node.value)
    val = low.expr(node.value)
    effect = isinstance(node.value, ast.Call | ast.NamedExpr)
    if not effect and low.flow.live:
        raise low.fault("F10", node.value, type=type_of(low, val))
    if isinstance(val, Bound):
        raise low.fault("F10", node.value, type="a method", help="add ()")


def is_tail(low: Lowerer, node: ast.expr) -> bool:
    """Whether `node` is `tail(f)(…)`."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Call)
            and isinstance(node.func.func, ast.Name)):
        return False
    name = node.func.func.id
    return name not in low.locals and low.env.lookup(name) is tail


@stmt_rule(ast.Return)
def return_stmt(low: Lowerer, node: ast.Return) -> None:
    """`return`, `return value`, `return tail(f)(…)`."""
    if node.value is not None:
        if isinstance(node.value, ast.Call) and is_tail(low, node.value):
            _tail_call(low, node.value)
            return
        if low.instance.signature.cc == "handler" and isinstance(node.value, ast.Call):
            callee = low.expr(node.value.func)
            if isinstance(callee, Known) and isinstance(callee.obj, Compiled) and (
                    callee.obj.kind == "handler") or isinstance(callee.type, t.FnType) and (
                    callee.type.cc == "handler"):
                _tail_to(low, callee, node.value)
                return
    _plain_return(low, node)


def _plain_return(low: Lowerer, node: ast.Return) -> None:
    ret = low.ret
    void = isinstance(ret, t.VoidType)
    if isinstance(ret, t.NeverType):
        raise low.fault("F01", node, name=low.instance.compiled.name,
                        help="a function that returns Never ends in a loop or a panic")
    if node.value is None or isinstance(node.value, ast.Constant) and (
            node.value.value is None and void):
        if not void:
            raise low.fault("T11", node, want=ret.name)
        run_cleanups(low, 0)
        low.e.end("ret")
    else:
        if void:
            val = low.expr(node.value)
            if not isinstance(val, Reg) or not isinstance(val.type, t.VoidType):
                is_handler = low.instance.signature.cc == "handler"
                raise low.fault("C10" if is_handler else "T12", node.value)
            run_cleanups(low, 0)
            low.e.end("ret")
        else:
            val = coerce(low, low.expr(node.value, ret), ret, node.value)
            _check_escape(low, val, node.value)
            give_back(low, val, node.value)
    low.leave()


def give_back(low: Lowerer, val: Val, node: ast.AST) -> None:
    """Return a value of the result type, after the exits of open `with` blocks."""
    ret = low.ret
    if low.result_slot is not None:
        store(low, val, Place(ret, low.result_slot), node)
        run_cleanups(low, 0)
        low.e.end("ret")
        return
    result = as_ir(low, val, node)
    run_cleanups(low, 0)
    low.e.end("ret", result)


def _check_escape(low: Lowerer, val: Val, node: ast.expr) -> None:
    """Returning the address of a local is always wrong."""
    parts = val.items if isinstance(val, Parts) else [val]
    for p in parts:
        ir: m.Value | None = p.ir if isinstance(p, Reg) else None
        if isinstance(ir, m.Ins) and ir.op == "make":
            ir = ir.args[0]
        while isinstance(ir, m.Ins) and ir.op in ("ptradd", "elem"):
            ir = ir.args[0]
        if isinstance(ir, m.Slot) and isinstance(p.type, t.PtrType | t.SliceType):
            raise low.fault("P04", node, name=ir.name or "a temporary")


def run_cleanups(low: Lowerer, depth: int) -> None:
    """Emit the exits of `with` blocks down to `depth`, innermost first."""
    saved = list(low.cleanups)
    while len(low.cleanups) > depth:
        low.cleanups.pop()()
    low.cleanups = saved


def _tail_call(low: Lowerer, node: ast.Call) -> None:
    inner = node.func
    assert isinstance(inner, ast.Call)
    if len(inner.args) != 1:
        raise low.fault("C01", inner, name="tail", want=1, got=len(inner.args))
    _tail_to(low, low.expr(inner.args[0]), node)


def _tail_to(low: Lowerer, callee: Val, node: ast.Call) -> None:
    """Leave the function by calling another of the same signature."""
    if low.cleanups:
        raise low.fault("C15", node)
    mine = low.instance.signature
    if isinstance(callee, Known) and isinstance(callee.obj, Compiled):
        inst, args = prepare(low, callee.obj, node, None)
        sig = inst.signature
        why = _tail_mismatch(low, [p.type for p in sig.params], sig.ret, sig.cc)
        if why:
            raise low.fault("C08", node, why=why, note=sig.note())
        low.e.end("tail", *(as_ir(low, a, node) for a in args), callee=inst.symbol)
    elif isinstance(callee.type, t.FnType):
        pointer, ty, args, targets = indirect_parts(low, callee, node)
        why = _tail_mismatch(low, list(ty.params), ty.ret, ty.cc)
        if why:
            raise low.fault("C08", node, why=why, note=mine.note())
        low.e.end("taili", pointer, *args, sig=low.unit.ir_signature(ty), cc=ty.cc,
                  targets=targets)
    else:
        raise low.fault("T09", node.func, type=type_of(low, callee))
    low.leave()


def _tail_mismatch(low: Lowerer, params: list[t.Type], ret: t.Type, cc: str) -> str:
    mine = low.instance.signature
    have = [p.type for p in mine.params]
    if cc != mine.cc:
        return f"one is @handler and the other is not ({mine.name})"
    if [t.value_ir(p) for p in params] != [t.value_ir(p) for p in have]:
        return (f"({', '.join(p.name for p in params)}) against "
                f"({', '.join(p.name for p in have)})")
    if t.value_ir(ret) != t.value_ir(mine.ret):
        return f"it returns {ret.name}, this function {mine.ret.name}"
    return ""


@stmt_rule(ast.If)
def if_stmt(low: Lowerer, node: ast.If) -> None:
    """`if`; a branch that a constant rules out is not compiled at all."""
    e = low.e
    yes, no, end = e.new_block("then"), e.new_block("else"), e.new_block("endif")
    a, b = branch(low, node.test, yes, no)
    ends: list[Flow] = []
    for flow, block, body in ((a, yes, node.body), (b, no, node.orelse)):
        if not flow.live:
            ends.append(flow)
            continue
        e.start(block)
        low.flow = flow
        low.body(body)
        e.br(end)
        ends.append(low.flow)
    low.flow = merge(ends)
    if not low.flow.live:
        low.flow.pruned = not (a.live and b.live) or any(f.pruned for f in ends)
        return
    e.start(end)


@stmt_rule(ast.Assert)
def assert_stmt(low: Lowerer, node: ast.Assert) -> None:
    """`assert condition, "text"`: always checked."""
    text = "assertion failed: " + low.source.text(node.test)
    if node.msg is not None:
        msg = low.expr(node.msg)
        if not (isinstance(msg, Known) and isinstance(msg.obj, str)):
            raise low.fault("K01", node.msg, what="the message of an assert")
        text = msg.obj
    e = low.e
    good, bad = e.new_block("ok"), e.new_block("bad")
    a, b = branch(low, node.test, good, bad, 0)
    loc = m.Loc(node.lineno, node.col_offset + 1)
    if b.live:
        e.start(bad)
        e.loc = loc
        e.end("panic", kind="assert", msg=_plain(text))
    if not a.live:
        low.flow = a
        low.leave(pruned=True)
        return
    e.start(good)
    low.flow = a


def _plain(text: str) -> str:
    """Braces doubled: nothing in it is a hole."""
    return text.replace("{", "(").replace("}", ")")


