"""Generic functions: type parameters from the arguments, `Const` parameters, instances."""

from __future__ import annotations

import ast
from typing import Any

from wrought.lang.core import types as t
from wrought.lang.core.decl import StructType
from wrought.lang.core.function import Compiled

from ..instance import Instance, Signature
from ..layout import NO_DEFAULT
from ..values import Known, Val
from .context import Lowerer
from .convert import coerce, natural_type, typed
from .order import in_order

Bindings = dict[str, Any]


def unify(pattern: t.Type, have: t.Type, found: Bindings) -> None:
    """Bind the type parameters in `pattern` so that it equals `have`, as far as it does."""
    if isinstance(pattern, t.TypeVar):
        found.setdefault(pattern.name, have)
    elif isinstance(pattern, t.PtrType) and isinstance(have, t.PtrType):
        unify(pattern.to, have.to, found)
    elif isinstance(pattern, t.SliceType) and isinstance(have, t.SliceType | t.ArrayType):
        unify(pattern.elem, have.elem, found)
    elif isinstance(pattern, t.ArrayType) and isinstance(have, t.ArrayType):
        unify(pattern.elem, have.elem, found)
    elif isinstance(pattern, t.FnType) and isinstance(have, t.FnType):
        for p, h in zip((*pattern.params, pattern.ret), (*have.params, have.ret), strict=False):
            unify(p, h, found)
    elif isinstance(pattern, t.CellType | t.UntrustedType) and type(have) is type(pattern):
        inner = "elem" if isinstance(pattern, t.CellType) else "base"
        unify(getattr(pattern, inner), getattr(have, inner), found)
    elif isinstance(pattern, StructType) and isinstance(have, StructType) and (
            pattern.origin is not None and pattern.origin is have.origin):
        for p, h in zip(pattern.args, have.args, strict=True):
            if isinstance(p, t.Type):
                unify(p, h, found)
    elif isinstance(pattern, t.TupleType) and isinstance(have, t.TupleType):
        for p, h in zip(pattern.elems, have.elems, strict=False):
            unify(p, h, found)


def substitute(ty: t.Type, b: Bindings) -> t.Type:
    """`ty` with its type parameters replaced."""
    if isinstance(ty, t.TypeVar):
        return b.get(ty.name, ty)
    if isinstance(ty, t.PtrType):
        return t.ptr(substitute(ty.to, b), ty.nullable)
    if isinstance(ty, t.SliceType):
        return t.slice_of_type(substitute(ty.elem, b))
    if isinstance(ty, t.ArrayType):
        return t.array_type(substitute(ty.elem, b), ty.count)
    if isinstance(ty, t.FnType):
        return t.fn_type(tuple(substitute(p, b) for p in ty.params), substitute(ty.ret, b),
                         ty.cc, ty.nullable)
    if isinstance(ty, t.CellType):
        return t.cell_type(ty.kind, substitute(ty.elem, b))
    if isinstance(ty, t.UntrustedType):
        return t.untrusted_type(substitute(ty.base, b))
    if isinstance(ty, t.TupleType):
        return t.tuple_type(tuple(substitute(e, b) for e in ty.elems))
    if isinstance(ty, StructType) and ty.origin is not None:
        return ty.origin[tuple(substitute(a, b) if isinstance(a, t.Type) else a
                               for a in ty.args)]
    return ty


def is_generic(ty: t.Type) -> bool:
    """Whether `ty` has type parameters in it, or is Const."""
    if isinstance(ty, t.TypeVar | t.ConstType):
        return True
    inner: list[Any] = [getattr(ty, n, None) for n in ("to", "elem", "ret")]
    inner += list(getattr(ty, "elems", ())) + (
        list(ty.params) if isinstance(ty, t.FnType) else [])
    if isinstance(ty, StructType):
        inner += list(ty.args)
    if isinstance(ty, t.UntrustedType):
        inner.append(ty.base)
    return any(is_generic(x) for x in inner if isinstance(x, t.Type))


def specialise(low: Lowerer, f: Compiled, sig: Signature, nodes: list[ast.expr | None],
               receiver: Val | None, node: ast.Call) -> tuple[Instance, list[Val]]:
    """The instance for these arguments, and the arguments converted to its parameters."""
    from .call import self_value

    found: Bindings = {}
    skip = 0 if receiver is None else 1
    args: list[Val] = [] if receiver is None else [self_value(low, f, receiver, node.func)]
    params = sig.params[skip:]
    given = in_order(low, nodes, lambda i, n: low.expr(
        n, None if is_generic(params[i].type) else params[i].type))
    for i, (p, arg) in enumerate(zip(params, nodes, strict=True)):
        val = given[i] if arg is not None else Known(p.default)
        if isinstance(p.type, t.ConstType):
            found[p.name] = _fixed(low, p.name, sig.name, val, arg or node)
        elif not isinstance(val, Known):
            val = typed(low, val, arg or node)
            assert val.type is not None
            unify(p.type, val.type, found)
        args.append(val)
    for p, val in zip(sig.params, args, strict=True):
        natural = natural_type(low, val.obj) if isinstance(val, Known) else None
        if natural is not None and not isinstance(p.type, t.ConstType):
            unify(p.type, natural, found)
    return _instance(low, f, sig, found, args, node, nodes, skip)


def _instance(low: Lowerer, f: Compiled, sig: Signature, found: Bindings, args: list[Val],
              node: ast.Call, nodes: list[ast.expr | None], skip: int
              ) -> tuple[Instance, list[Val]]:
    for name in sig.type_params():
        if name not in found:
            raise low.fault("C05", node, param=name, note=sig.note())
    inst = low.unit.instance(f, tuple(sorted(found.items())), low, node)
    out: list[Val] = []
    where = [node.func] * skip + [n or node for n in nodes]
    for p, val, n in zip(sig.params, args, where, strict=True):
        if not isinstance(p.type, t.ConstType):
            out.append(coerce(low, val, substitute(p.type, found), n))
    return inst, out


def _fixed(low: Lowerer, name: str, func: str, val: Val, node: ast.AST) -> Any:
    if not isinstance(val, Known) or val.obj is NO_DEFAULT:
        raise low.fault("C06", node, name=name, func=func)
    return val.obj


def shown(bindings: tuple[tuple[str, Any], ...]) -> str:
    """Bindings as part of a symbol: `T=u32,n=4`."""
    return ",".join(f"{k}={_text(v)}" for k, v in bindings)


def _text(v: Any) -> str:
    return v.name if isinstance(v, t.Type) else (
        f"{v.module}.{v.title}" if isinstance(v, Compiled) else repr(v))


