"""Loops: while, for over ranges, slices, arrays, enumerate and unroll; break and continue."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import Any

from wrought.lang.core import types as t
from wrought.lang.core.intrinsics import unroll
from wrought.lang.core.scalars import i64, u64
from wrought.lang.ir import model as m

from ..values import Flow, Known, Parts, Place, Reg, Val, is_iterable, is_sequence, merge
from .arithmetic import common
from .assign import assign, assign_name
from .conditions import branch
from .context import Loop, Lowerer, assigned_names, stmt_rule
from .convert import check_aligned, coerce, load, type_of, typed

UNROLL_LIMIT = 4096


def _forget(low: Lowerer, *nodes: ast.AST) -> None:
    """What the loop body assigns is not known at its head."""
    for name in assigned_names(*nodes):
        low.flow.narrow.pop(name, None)


@stmt_rule(ast.While)
def while_stmt(low: Lowerer, node: ast.While) -> None:
    """`while condition: … else: …`."""
    e = low.e
    head, body = e.new_block("while"), e.new_block("body")
    done, after = e.new_block("done"), e.new_block("after")
    _forget(low, *node.body, node.test)
    e.br(head)
    e.start(head)
    a, b = branch(low, node.test, body, done)
    loop = _run_body(low, node.body, a, body, head, after)
    _finish(low, loop, b, done, after, node.orelse)


def _run_body(low: Lowerer, statements: list[ast.stmt], flow: Flow, body: m.Block, next: m.Block,
              after: m.Block) -> Loop:
    """The loop's body, ending in a jump to `next`."""
    loop = Loop(after, next, len(low.cleanups))
    if not flow.live:
        return loop
    low.e.start(body)
    low.flow = flow
    low.loops.append(loop)
    unrolling, low.unrolling = low.unrolling, 0
    low.body(statements)
    low.unrolling = unrolling
    low.loops.pop()
    low.e.br(next)
    return loop


def _finish(low: Lowerer, loop: Loop, exit: Flow, done: m.Block, after: m.Block,
            orelse: list[ast.stmt]) -> None:
    """The else part, then the point after the loop."""
    low.flow = exit
    if exit.live:
        low.e.start(done)
        low.body(orelse)
        low.e.br(after)
    low.flow = merge([low.flow, *loop.break_flows])
    if low.flow.live:
        low.e.start(after)
    elif not loop.break_flows and not exit.live:
        low.flow.pruned = False


@stmt_rule(ast.Break, ast.Continue)
def jump_stmt(low: Lowerer, node: ast.Break | ast.Continue) -> None:
    """`break`, `continue`, through the exits of `with` blocks."""
    from .statements import run_cleanups

    word = "break" if isinstance(node, ast.Break) else "continue"
    if low.unrolling:
        raise low.fault("F09", node)
    if not low.loops:
        raise low.fault("F03", node, word=word)
    loop = low.loops[-1]
    run_cleanups(low, loop.cleanups)
    if word == "break":
        loop.break_flows.append(low.flow.copy())
    low.e.br(loop.on_break if word == "break" else loop.on_continue)
    low.leave()


@stmt_rule(ast.For)
def for_stmt(low: Lowerer, node: ast.For) -> None:
    """`for target in iterable: … else: …`."""
    call = node.iter if isinstance(node.iter, ast.Call) else None
    name = call.func if call else None
    callee = low.env.lookup(name.id) if isinstance(name, ast.Name) else None
    if call is not None and callee is unroll:
        _unrolled(low, node, call)
    elif call is not None and callee is range:
        _over_range(low, node, call)
    elif call is not None and callee is enumerate and len(call.args) == 1:
        _over_elements(low, node, low.expr(call.args[0]), call.args[0], True)
    elif call is not None and callee is reversed and len(call.args) == 1:
        raise low.fault("X01", call, what="reversed()",
                        instead="count down: for i in range(n): x[n - 1 - i]")
    else:
        _over_elements(low, node, low.expr(node.iter), node.iter, False)


def _unrolled(low: Lowerer, node: ast.For, call: ast.Call) -> None:
    """Every item is a copy of the body, with the target a constant."""
    arg: ast.expr = call.args[0] if call.args else call
    inner = _constant_range(low, arg)
    items: Iterable[Any]
    if inner is not None:
        items = inner
    else:
        val = low.expr(arg)
        if isinstance(val, Known) and is_iterable(val.obj):
            items = val.obj
        elif isinstance(val.type, t.ArrayType) and isinstance(val, Place):
            ty = val.type
            places = [Place(ty.elem, low.e.offset(val.addr, i * ty.elem.size), val.what,
                            align=val.align)
                      for i in range(ty.count)]
            _unroll_places(low, node, places)
            return
        else:
            raise low.fault("K01", arg, what="what unroll() walks over")
    values = list(items)
    if len(values) > UNROLL_LIMIT:
        raise low.fault("K04", arg, count=len(values), limit=UNROLL_LIMIT)
    _copies(low, node, [lambda v=v: _bind_known(low, node.target, v) for v in values])


def _unroll_places(low: Lowerer, node: ast.For, places: list[Place]) -> None:
    _copies(low, node, [lambda p=p: assign(low, node.target, p, node.iter) for p in places])


def _copies(low: Lowerer, node: ast.For, binds: list[Callable[[], None]]) -> None:
    low.unrolling += 1
    names = assigned_names(node.target)
    for bind in binds:
        if not low.flow.live:
            break
        bind()
        low.body(node.body)
    low.unrolling -= 1
    for name in names:
        low.instance.known.pop(name, None)
    if low.flow.live:
        low.body(node.orelse)


def _bind_known(low: Lowerer, target: ast.expr, value: Any) -> None:
    if isinstance(target, ast.Name):
        low.instance.known[target.id] = Known(value)
    elif isinstance(target, ast.Tuple) and is_sequence(value) and (
            len(value) == len(target.elts)):
        for e, v in zip(target.elts, value, strict=True):
            _bind_known(low, e, v)
    else:
        raise low.fault("T13", target, count=1, want=len(getattr(target, "elts", [1])))


def _constant_range(low: Lowerer, arg: ast.AST) -> range | None:
    if isinstance(arg, ast.Call) and isinstance(arg.func, ast.Name) and (
            low.env.lookup(arg.func.id) is range):
        vals = [low.expr(a) for a in arg.args]
        bounds = [int(v.obj) for v in vals if isinstance(v, Known) and isinstance(v.obj, int)]
        if len(bounds) != len(vals):
            raise low.fault("K01", arg, what="the range of unroll()")
        return low.python(arg, lambda: range(*bounds))
    return None


def _over_range(low: Lowerer, node: ast.For, call: ast.Call) -> None:
    """`for i in range(a, b, step)`: i has the arguments' common type."""
    if not 1 <= len(call.args) <= 3 or call.keywords:
        raise low.fault("C01", call, name="range", want="1 to 3", got=len(call.args))
    target_local = low.locals.get(node.target.id) if isinstance(node.target, ast.Name) else None
    vals = [low.expr(a, target_local.type if target_local else None) for a in call.args]
    start: Val = Known(0)
    step = 1
    start_node: ast.AST = call
    if len(vals) == 1:
        stop, stop_node = vals[0], call.args[0]
    else:
        start, stop, start_node, stop_node = vals[0], vals[1], call.args[0], call.args[1]
    if len(vals) == 3:
        last = vals[2]
        if not (isinstance(last, Known) and isinstance(last.obj, int)):
            raise low.fault("K01", call.args[2], what="the step of range()")
        step = last.obj
        if step == 0:
            raise low.fault("F07", call.args[2])
    ty = _range_type(low, start, stop, step, call, start_node, stop_node, target_local)
    first = load(low, coerce(low, start, ty, start_node), start_node).ir
    limit = load(low, coerce(low, stop, ty, stop_node), stop_node).ir

    def bind(i: m.Value) -> None:
        if isinstance(node.target, ast.Name):
            assign_name(low, node.target, Reg(ty, i), node.target, None)
        else:
            assign(low, node.target, Reg(ty, i), node.iter)
    _count(low, node, ty, first, limit, step, bind)


def _range_type(low: Lowerer, start: Val, stop: Val, step: int, call: ast.Call, sn: ast.AST,
                en: ast.AST, local: Any) -> t.IntType:
    for v, n in ((start, sn), (stop, en)):
        if isinstance(v.type, t.UntrustedType):
            raise low.fault("U01", n, use="a loop bound")
        if isinstance(v, Known) and not isinstance(v.obj, int):
            raise low.fault("T01", n, want="an integer", got=type_of(low, v))
    if isinstance(start, Known) and isinstance(stop, Known):
        ty: t.Type = local.type if local else (
            i64 if step < 0 or min(int(start.obj), int(stop.obj)) < 0 else u64)
    else:
        ty = common(low, "range()", start, stop, call, sn, en)
    if not isinstance(ty, t.IntType):
        raise low.fault("T03", call, op="range()", type=ty.name)
    return ty


def _count(low: Lowerer, node: ast.For, ty: t.IntType, first: m.Value, limit: m.Value, step: int,
           bind: Callable[[m.Value], None]) -> None:
    """A counting loop that never wraps past its limit."""
    e, word = low.e, f"i{ty.bits}"
    counter = e.slot("", ty.size, ty.align)
    head, body, step_block = e.new_block("for"), e.new_block("body"), e.new_block("step")
    done, after = e.new_block("done"), e.new_block("after")
    e.store(first, counter, ty.align)
    _forget(low, node.target, *node.body)
    e.br(head)
    e.start(head)
    now = e.load(word, counter, ty.align)
    pred = ("slt" if ty.signed else "ult") if step > 0 else ("sgt" if ty.signed else "ugt")
    e.cbr(e.emit("icmp", "i1", now, limit, pred=pred), body, done)
    exit = low.flow.copy()
    e.start(body)
    low.flow = exit.copy()
    bind(now)
    entered = low.flow
    loop = Loop(after, step_block, len(low.cleanups))
    low.loops.append(loop)
    unrolling, low.unrolling = low.unrolling, 0
    low.flow = entered
    low.body(node.body)
    low.unrolling = unrolling
    low.loops.pop()
    e.br(step_block)
    e.start(step_block)
    _advance(low, ty, now, limit, step, counter, head, done)
    _finish(low, loop, exit, done, after, node.orelse)


def _advance(low: Lowerer, ty: t.IntType, now: m.Value, limit: m.Value, step: int,
             counter: m.Slot, head: m.Block, done: m.Block) -> None:
    """The next value; steps other than 1 stop where the sum would pass the type's end."""
    e, word = low.e, f"i{ty.bits}"
    if abs(step) == 1:
        e.store(e.emit("add", word, now, e.const(ty.bits, step)), counter, ty.align)
        e.br(head)
        return
    op = ("saddo" if step > 0 else "ssubo") if ty.signed else ("uaddo" if step > 0 else "usubo")
    both = e.emit(op, (word, "i1"), now, e.const(ty.bits, abs(step)))
    e.store(e.emit("extract", word, both, index=0), counter, ty.align)
    e.cbr(e.emit("extract", "i1", both, index=1), done, head, 1)


def _over_elements(low: Lowerer, node: ast.For, val: Val, vn: ast.expr, numbered: bool) -> None:
    """Over a slice or array: scalars by value, structs as `Ptr[T]` to each."""
    e = low.e
    if isinstance(val, Known) and isinstance(val.obj, bytes):
        val = typed(low, val, vn)
    ty = val.type
    if isinstance(ty, t.ArrayType) and isinstance(val, Place):
        base, count, align = val.addr, e.const(64, ty.count), val.align
    elif isinstance(ty, t.SliceType):
        reg = load(low, val, vn)
        base, count = (e.emit("extract", "ptr", reg.ir, index=0),
                       e.emit("extract", "i64", reg.ir, index=1))
        align = 0
    else:
        hint = "for x in unroll(…) walks constants" if isinstance(val, Known) else ""
        raise low.fault("T16", vn, type=type_of(low, val), help=hint)
    elem = ty.elem
    if elem.ir is None and isinstance(val, Place):
        check_aligned(low, val, vn)

    def bind(i: m.Value) -> None:
        where = e.emit("elem", "ptr", base, i, size=elem.size)
        item: Val = Place(elem, where, "an element", align=align) if elem.ir is not None else (
            Reg(t.ptr(elem), where))
        both = Parts(t.tuple_type((u64, elem if elem.ir is not None else t.ptr(elem))),
                     [Reg(u64, i), item])
        assign(low, node.target, both if numbered else item, vn)

    _count(low, node, u64, e.const(64, 0), count, 1, bind)
