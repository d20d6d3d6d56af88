"""What the front end found out, as text: each source line with the types of its expressions."""

from __future__ import annotations

import ast

from .instance import Instance
from .unit import Unit

Seen = list[tuple[ast.AST, str]]


def listing(unit: Unit, only: str = "") -> str:
    """The listing of every lowered function whose title contains `only`.

    The unit has to have been made with `keep_types` and finished.
    """
    parts = [_function(inst, seen) for inst, seen in unit.listing
             if only in inst.compiled.title]
    return "\n".join(parts)


def _function(inst: Instance, seen: Seen) -> str:
    f, sig = inst.compiled, inst.signature
    source, node = f.source(), f.node()
    params = ", ".join(f"{p.name}: {p.type.name}" for p in sig.params)
    out = [f"{inst.symbol}({params}) -> {sig.ret.name}  [{sig.cc}]"]
    by_line: dict[int, dict[str, str]] = {}
    for expr, type_name in seen:
        if isinstance(expr, ast.Constant):
            continue
        line = getattr(expr, "lineno", 0)
        by_line.setdefault(line, {}).setdefault(source.text(expr), type_name)
    for number in range(node.lineno, (node.end_lineno or node.lineno) + 1):
        text = source.line(number)
        found = ", ".join(f"{e}: {ty}" for e, ty in by_line.get(number, {}).items())
        out.append(f"{number:5} | {text:<60}{'  # ' + found if found else ''}".rstrip())
    return "\n".join(out) + "\n"
