"""Left to right: an operand that could change before it is used is read when Python reads it.

A variable, field or element is lowered to its place in memory and read at its use.  Where
something later in the same expression can write memory, it has to be read now.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence

from ..values import BitsPlace, Parts, Place, Val
from .context import Lowerer
from .convert import copy_bytes, load


def freeze(low: Lowerer, val: Val, node: ast.AST) -> Val:
    """A value that later stores can't change: scalars are read now."""
    if isinstance(val, Place) and val.type.ir is not None and not val.type.is_place_type:
        return load(low, val, node)
    return load(low, val, node) if isinstance(val, BitsPlace) else val


def detach(low: Lowerer, val: Val, node: ast.AST) -> Val:
    """Like freeze, but a struct is copied too, so that `a, b = b, a` swaps."""
    if isinstance(val, Parts):
        return Parts(val.type, [detach(low, v, node) for v in val.items])
    if isinstance(val, Place) and val.type.ir is None and not val.type.is_place_type:
        copy = low.temp(val.type)
        copy_bytes(low, copy.addr, val.addr, val.type.size, val.align or val.type.align)
        return copy
    return freeze(low, val, node)


def writes(nodes: Iterable[ast.AST | None]) -> bool:
    """Whether evaluating any of the expressions could write memory."""
    return any(isinstance(n, ast.Call | ast.NamedExpr)
               for node in nodes if node is not None for n in ast.walk(node))


def settle(low: Lowerer, val: Val, node: ast.AST, *later: ast.AST | None) -> Val:
    """`val` as it is now, if evaluating `later` could change it."""
    return detach(low, val, node) if writes(later) else val


def in_order(low: Lowerer, nodes: Sequence[ast.expr | None],
             lower: Callable[[int, ast.expr], Val]) -> dict[int, Val]:
    """`lower(position, node)` of every argument, in the order in which they are written."""
    given = [(i, n) for i, n in enumerate(nodes) if n is not None]
    given.sort(key=lambda item: (item[1].lineno, item[1].col_offset))
    return {i: settle(low, lower(i, n), n, *(later for _, later in given[k + 1:]))
            for k, (i, n) in enumerate(given)}
