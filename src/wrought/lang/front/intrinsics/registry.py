"""Look-up from intrinsics, methods and Python builtins to their code."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from wrought.lang.core import types as t
from wrought.lang.core.intrinsics import Intrinsic

from ..lower.context import Lowerer
from ..lower.convert import coerce, load, type_of, typed
from ..lower.order import settle
from ..report import nearest
from ..values import Known, Val

Rule = Callable[["Call"], Val]

_INTRINSICS: dict[str, Rule] = {}
_METHODS: dict[tuple[type, str], Rule] = {}
_BUILTINS: dict[Any, Rule] = {}
_KNOWN: dict[type, Rule] = {}


class Call:
    """One call of a built-in operation, with helpers for its arguments."""

    def __init__(self, low: Lowerer, name: str, node: ast.Call, want: t.Type | None,
                 receiver: Val | None = None, obj: Any = None) -> None:
        self.low, self.name, self.node, self.want = low, name, node, want
        self.receiver, self.obj = receiver, obj

    @property
    def args(self) -> list[ast.expr]:
        """Argument nodes."""
        return self.node.args

    def count(self, *allowed: int) -> None:
        """Fault C01 unless the number of arguments is allowed; no keywords."""
        if self.node.keywords:
            raise self.low.fault("C12", self.node.keywords[0], name=self.name)
        if len(self.args) not in allowed:
            want = " or ".join(map(str, allowed))
            raise self.low.fault("C01", self.node, name=self.name, want=want,
                                 got=len(self.args))

    def why(self, why: str, at: ast.AST | None = None) -> Exception:
        """Fault C11 with a reason."""
        return self.low.fault("C11", at or self.node, name=self.name, why=why)

    def unsafe(self) -> None:
        """Fault P13 outside @unsafe functions."""
        if not self.low.unsafe:
            raise self.low.fault("P13", self.node, call=f"{self.name}()")

    def type(self, i: int) -> t.Type:
        """Argument `i`, which is a type."""
        val = self.low.expr(self.args[i])
        if isinstance(val, Known) and isinstance(val.obj, t.Type):
            return val.obj
        if isinstance(val, Known) and val.obj is bool:
            from wrought.lang.core.scalars import boolean
            return boolean
        raise self.low.fault("T07", self.args[i], text=self.low.source.text(self.args[i]),
                             why="a type is needed here")

    def known(self, i: int) -> Any:
        """Argument `i`, which is a constant."""
        val = self.low.expr(self.args[i])
        if not isinstance(val, Known):
            raise self.low.fault("K01", self.args[i], what=self.low.source.text(self.args[i]))
        return val.obj

    def operands(self) -> list[Val]:
        """All arguments, read from left to right."""
        return [settle(self.low, self.low.expr(a, self.want), a, *self.args[i + 1:])
                for i, a in enumerate(self.args)]

    def val(self, i: int, want: t.Type | None = None) -> Val:
        """Argument `i` with a type."""
        node = self.args[i]
        return typed(self.low, self.low.expr(node, want), node, want)

    def ir(self, i: int, want: t.Type) -> Any:
        """Argument `i` as `want`, in a register."""
        node = self.args[i]
        return load(self.low, coerce(self.low, self.low.expr(node, want), want, node), node).ir

    def int_arg(self, i: int, want: t.Type | None = None) -> tuple[t.IntType, Any, t.Type]:
        """Argument `i`, an integer: (its integer type, IR value, its type)."""
        node = self.args[i]
        asked = want or self.want
        val = self.low.expr(node, asked)
        if isinstance(val, Known) and asked is not None:
            val = coerce(self.low, val, asked, node)
        val = typed(self.low, val, node)
        base = val.type.base if isinstance(val.type, t.UntrustedType) else val.type
        if not isinstance(base, t.IntType) or val.type is None:
            raise self.why(f"an integer is needed, not {type_of(self.low, val)}", node)
        return base, load(self.low, val, node).ir, val.type


def intrinsic(*names: str) -> Callable[[Rule], Rule]:
    """Register the code of intrinsics."""
    def add(rule: Rule) -> Rule:
        for n in names:
            _INTRINSICS[n] = rule
        return rule
    return add


def method(kind: type, *names: str) -> Callable[[Rule], Rule]:
    """Register the code of methods of a kind of type."""
    def add(rule: Rule) -> Rule:
        for n in names:
            _METHODS[(kind, n)] = rule
        return rule
    return add


def builtin(*functions: Any) -> Callable[[Rule], Rule]:
    """Register what a Python builtin means in compiled code."""
    def add(rule: Rule) -> Rule:
        for f in functions:
            _BUILTINS[f] = rule
        return rule
    return add


def known_object(kind: type) -> Callable[[Rule], Rule]:
    """Register the call of objects of a Python class."""
    def add(rule: Rule) -> Rule:
        _KNOWN[kind] = rule
        return rule
    return add


def lower_intrinsic(low: Lowerer, i: Intrinsic, node: ast.Call, want: t.Type | None) -> Val:
    """The call of an intrinsic."""
    return _INTRINSICS[i.name](Call(low, i.name, node, want, obj=i))


def lower_builtin(low: Lowerer, f: Any, node: ast.Call, want: t.Type | None) -> Val | None:
    """The call of a Python builtin; None when compiled code has no meaning for it."""
    try:
        rule = _BUILTINS.get(f)
    except TypeError:
        return None
    return rule(Call(low, f.__name__, node, want, obj=f)) if rule else None


def lower_known(low: Lowerer, obj: object, node: ast.Call, want: t.Type | None) -> Val | None:
    """The call of an object such as a system register's `read`."""
    rule = _KNOWN.get(type(obj))
    return rule(Call(low, low.source.text(node.func), node, want, obj=obj)) if rule else None


def lower_method(low: Lowerer, receiver: Val, name: str, node: ast.Call, want: t.Type | None
                 ) -> Val:
    """The call of a built-in method."""
    ty = receiver.type
    rule = _METHODS.get((type(ty), f"{ty.kind}.{name}" if isinstance(ty, t.CellType) else name))
    if rule is None:
        kind = ty.kind + "." if isinstance(ty, t.CellType) else ""
        have = [n.removeprefix(kind) for k, n in _METHODS if k is type(ty) and n.startswith(kind)]
        raise low.fault("N05", node.func, owner=type_of(low, receiver), kind="method", name=name,
                        help=nearest(name, have) or "it has " + ", ".join(sorted(have)))
    return rule(Call(low, name, node, want, receiver))


def registered() -> set[str]:
    """Names of the intrinsics that have code, for the test that compares the tables."""
    return set(_INTRINSICS)
