"""The page of built-in operations."""

from __future__ import annotations

from itertools import groupby

from wrought.isa.a64.sysops import BARRIER_DOMAINS, SYSOPS
from wrought.lang.core.atomics import Order
from wrought.lang.core.intrinsics import INTRINSICS

from .markdown import code, page, table, wrap

INTRO = """Operations that compiled code calls as functions; import them from
`wrought.lang.core.intrinsics`. Those marked @unsafe need an `@unsafe` function or a `@handler`."""


def intrinsics() -> str:
    """`intrinsics.md`."""
    parts: list[str] = []
    for group, rows in groupby(INTRINSICS.values(), key=lambda i: i.group):
        parts.append(f"## {group.capitalize()}")
        parts.append(table(("call", "meaning"), [(code(i.usage), i.__doc__ or "")
                                                 for i in rows]))
    orders = ", ".join(code(f"Order.{o.name}") for o in Order)
    parts += ["## Orderings",
              wrap(f"{orders}: what an atomic access or `fence` promises, as in C11."),
              "## Operands of barriers", wrap(", ".join(code(b) for b in BARRIER_DOMAINS)),
              "## System instructions",
              table(("call", "operand", "extension"), [
                  (code(_call(op.kind, op.name)), "u64" if op.operand else "", op.feature)
                  for op in SYSOPS.values()])]
    return page("Built-in operations", INTRO,
                "`wrought.lang.core.intrinsics` and `wrought.isa.a64.sysops`", parts)


def _call(kind: str, name: str) -> str:
    function = "at_op" if kind == "at" else kind
    return f'{function}("{name.lower()}")'
