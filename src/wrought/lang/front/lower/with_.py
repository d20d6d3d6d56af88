"""`with`: locks and interrupt masking; the exit runs on every way out."""

from __future__ import annotations

import ast
from collections.abc import Callable

from wrought.lang.core.decl import Declared, StructType
from wrought.lang.core.function import Compiled

from ..values import Place, Val
from .access import deref
from .assign import assign
from .call import emit_call, self_value
from .context import Lowerer, stmt_rule
from .convert import store, type_of, typed


@stmt_rule(ast.With)
def with_stmt(low: Lowerer, node: ast.With) -> None:
    """`with manager as name: …`; several managers nest."""
    opened = len(low.cleanups)
    for item in node.items:
        manager = _manager(low, item.context_expr)
        entered = _call(low, manager, "__enter__", item.context_expr)
        if item.optional_vars is not None:
            assign(low, item.optional_vars, entered, item.context_expr)
        low.cleanups.append(_exit(low, manager, item.context_expr))
    low.body(node.body)
    while len(low.cleanups) > opened:
        leave = low.cleanups.pop()
        if low.flow.live:
            leave()


def _manager(low: Lowerer, node: ast.expr) -> Val:
    val = typed(low, low.expr(node), node)
    place = deref(low, val, node)
    val = place or val
    ty = val.type
    if not isinstance(ty, Declared) or not all(n in ty.methods
                                               for n in ("__enter__", "__exit__")):
        raise low.fault("F08", node, type=type_of(low, val))
    if isinstance(ty, StructType) and not isinstance(val, Place):
        kept = low.temp(ty)
        store(low, val, kept, node)
        return kept
    return val


def _call(low: Lowerer, manager: Val, name: str, node: ast.expr) -> Val:
    ty = manager.type
    assert isinstance(ty, Declared)
    method = ty.methods[name]
    assert isinstance(method, Compiled)
    sig = low.unit.signature(method)
    if len(sig.params) != 1:
        raise low.fault("F08", node, type=ty.name, note=sig.note())
    return emit_call(low, low.unit.instance(method, ()),
                     [self_value(low, method, manager, node)], node)


def _exit(low: Lowerer, manager: Val, node: ast.expr) -> Callable[[], None]:
    def leave() -> None:
        _call(low, manager, "__exit__", node)
    return leave
