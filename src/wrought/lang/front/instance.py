"""Signatures of compiled functions, and their instances."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any

from wrought.lang.core import types as t
from wrought.lang.core.env import Env
from wrought.lang.core.function import Compiled
from wrought.lang.diag import Note
from wrought.lang.source import Span

from .layout import NO_DEFAULT, eval_annotation, eval_constant
from .report import fault, name_in
from .values import Known


@dataclass
class Parameter:
    """One parameter."""

    name: str
    type: t.Type
    node: ast.arg | None
    default: Any = NO_DEFAULT


@dataclass
class Signature:
    """What callers need to know of a function."""

    name: str
    params: list[Parameter]
    ret: t.Type
    cc: str
    span: Span
    generic: bool = False
    variadic: bool = False

    @property
    def noreturn(self) -> bool:
        """Whether the function never returns."""
        return isinstance(self.ret, t.NeverType)

    def note(self) -> Note:
        """A note that points at the declaration."""
        return Note(f"{self.name} is declared here", self.span)

    def type_params(self) -> list[str]:
        """Names of the type parameters."""
        out: list[str] = []

        def walk(ty: Any) -> None:
            if isinstance(ty, t.TypeVar):
                if ty.name not in out:
                    out.append(ty.name)
                return
            for n in ("to", "elem", "ret", "base"):
                inner = ty.__dict__.get(n)
                if isinstance(inner, t.Type):
                    walk(inner)
            for many in ("params", "elems", "args"):
                for inner in ty.__dict__.get(many, ()):
                    if isinstance(inner, t.Type):
                        walk(inner)
        for p in self.params:
            walk(p.type)
        return out


@dataclass
class Instance:
    """A function with its type parameters bound: one symbol, lowered at most once."""

    compiled: Compiled
    symbol: str
    signature: Signature
    env: Env
    bindings: tuple[tuple[str, Any], ...] = ()
    unsafe: bool = False
    local_names: set[str] = field(default_factory=set[str])
    shared: set[str] = field(default_factory=set[str])
    """Locals whose address is taken: a test tells nothing of them afterwards."""
    known: dict[str, Known] = field(default_factory=dict[str, Known])
    """Local names that stand for constants: Const parameters and unroll variables."""


def make_signature(f: Compiled, env: Env) -> Signature:
    """Evaluate a function's annotations; raises Fault T07, T08, C13, C14, D10."""
    from .lower.generic import is_generic

    source, node = f.source(), f.node()
    args = node.args
    for star in (args.vararg, args.kwarg):
        if star is not None:
            raise fault("C13", source, star)
    every = [*args.posonlyargs, *args.args, *args.kwonlyargs]
    owner = f.owner
    if f.options.get("method") and (not every or every[0].arg != "self"):
        raise fault("D10", source, every[0] if every else node)
    params: list[Parameter] = []
    for a in every:
        if a.annotation is None:
            if a.arg == "self" and owner is not None and a is every[0]:
                by_value = isinstance(owner, t.Derived)
                params.append(Parameter("self", owner if by_value else t.ptr(owner), a))
                continue
            raise fault("T08", source, a, name=a.arg)
        ty = eval_annotation(a.annotation, env, source)
        why = _not_passed(ty)
        if why:
            raise fault("T07", source, a.annotation, text=source.text(a.annotation), why=why)
        params.append(Parameter(a.arg, ty, a))
    _defaults(f, env, args, params)
    from wrought.lang.core.scalars import Void

    ret = Void if node.returns is None else eval_annotation(node.returns, env, source)
    span = source.span(node)
    start = span.col + len("def ")
    name_span = Span(span.file, node.lineno, start, node.lineno, start + len(node.name))
    generic = any(is_generic(p.type) for p in params)
    if generic and "export" in f.options:
        raise fault("C16", source, name_in(node))
    return Signature(f.title, params, ret, "handler" if f.kind == "handler" else "c", name_span,
                     generic, bool(f.options.get("variadic")))


def _not_passed(ty: t.Type) -> str:
    """Why values of `ty` can't be passed, or ""."""
    if isinstance(ty, t.VoidType | t.NeverType):
        return "it has no values"
    return f"it is passed by address: Ptr[{ty.name}]" if ty.is_place_type else ""


def _defaults(f: Compiled, env: Env, args: ast.arguments, params: list[Parameter]) -> None:
    plain = [*args.posonlyargs, *args.args]
    tail = plain[len(plain) - len(args.defaults):]
    pairs = [*zip(tail, args.defaults, strict=True),
             *((a, d) for a, d in zip(args.kwonlyargs, args.kw_defaults, strict=True) if d)]
    by_name = {p.name: p for p in params}
    for arg, default in pairs:
        p = by_name[arg.arg]
        p.default = eval_constant(default, env, f.source())
        if not _takes(p.type, p.default):
            raise fault("C14", f.source(), default, name=p.name, type=p.type.name)


def _takes(ty: t.Type, value: Any) -> bool:
    """Whether a default can be a value of `ty`; where calls will tell, True."""
    if isinstance(ty, t.IntType):
        return isinstance(value, int) and not isinstance(value, bool) and (
            ty.min <= value <= ty.max)
    if isinstance(ty, t.BoolType):
        return isinstance(value, bool)
    if isinstance(ty, t.FloatType):
        return isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(ty, t.PtrType | t.FnType) and value is None:
        return ty.nullable
    return True
