"""The page of types and declarations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wrought.lang.core import decl, function, scalars, static
from wrought.lang.core import types as t

from .markdown import code, documented, page, summary, table

INTRO = """What annotations can say, and what declares it. Sizes and alignments are bytes, equal to
C's on both machines. Annotations are ordinary Python, read by the compiler; modules start with
`from __future__ import annotations`."""

_FORMERS = (scalars.Ptr, scalars.Slice, scalars.Array, scalars.Fn, scalars.HandlerFn,
            scalars.Mmio, scalars.Atomic, scalars.Untrusted, scalars.Const)

FUNCTIONS = ("fn", "handler", "asm", "extern", "export", "section", "inline", "noinline", "cold",
             "unsafe", "nobuiltin", "floating", "comptime", "panic_handler")
TYPES = ("struct", "union", "variant", "enum", "bitfield", "mmio", "bits", "bit", "at")
STATICS = ("static", "percpu", "constant", "fn_table")


def types() -> str:
    """`types.md`."""
    ints = [_int(ty) for ty in scalars.INTS.values()]
    others: list[tuple[str, ...]] = [
        (code("bool"), "1", "1", "False, True"),
        *((code(ty.name), str(ty.size), str(ty.align), "IEEE 754")
          for ty in (scalars.f32, scalars.f64))]
    nothing = [("`None`", summary(t.VoidType)), ("`Never`", summary(t.NeverType)),
               ("`tuple[A, B]`", summary(t.TupleType))]
    formers = [(code(f.usage), summary(f)) for f in _FORMERS]
    made: tuple[Callable[..., Any], ...] = (scalars.newtype, scalars.type_param)
    return page("Types and declarations", INTRO, "`wrought.lang.core`", [
        "## Scalars", table(("type", "size", "align", "values"), [*ints, *others]),
        "`usize` is `u64` and `isize` is `i64`: every target has 64 bits.",
        "## Types made of others", table(("type", "meaning"), [*formers, *nothing]),
        "## Types that a module declares", _decorators(decl, TYPES),
        table(("function", "meaning"), [(code(f.__name__), summary(f)) for f in made]),
        "## Functions", _decorators(function, FUNCTIONS),
        "## Variables of a module", table(("function", "meaning"), documented(static, STATICS))])


def _int(ty: t.IntType) -> tuple[str, ...]:
    low = "0" if not ty.signed else f"-2^{ty.bits - 1}"
    return (code(ty.name), str(ty.size), str(ty.align),
            f"{low} … 2^{ty.bits - ty.signed}-1")


def _decorators(module: Any, names: tuple[str, ...]) -> str:
    return table(("declaration", "meaning"), documented(module, names))
