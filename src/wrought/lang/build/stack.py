"""Recursion and stack depth of bare-metal programs, as errors at the source line."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from wrought.lang.diag import CompileError, Diagnostic, Note
from wrought.lang.front.report import diagnostic, name_in
from wrought.lang.ir import model as m
from wrought.lang.passes.callgraph import call_graph
from wrought.lang.passes.recursion import find_recursion
from wrought.lang.passes.stackbound import StackBound, stack_bounds, with_asm_frames
from wrought.lang.source import Span, load

from .objects import defined_functions, frame_sizes


def check_recursion(module: m.Module, roots: Iterable[str]) -> None:
    """CompileError R01 for each cycle of calls, R02 for each call of unknown reach."""
    found = find_recursion(call_graph(module), roots)
    errors: list[Diagnostic] = []
    for cycle in found.cycles:
        titles = " -> ".join(title_of(module, n) for n in cycle.functions)
        spans = [_span(module, name, edge.loc)
                 for name, edge in zip(cycle.functions, cycle.edges, strict=False)]
        made = diagnostic("R01", spans[0], cycle=titles)
        made.notes = [Note("and from there", s) for s in spans[1:]]
        errors.append(made)
    for call in found.unresolved:
        errors.append(diagnostic("R02", _span(module, call.function, call.loc),
                                 name=title_of(module, call.function)))
    if errors:
        raise CompileError(errors)


def measure_stack(module: m.Module, data: bytes, roots: list[str], limit: int
                  ) -> dict[str, StackBound]:
    """The deepest path from each root; CompileError R03 where one exceeds `limit` bytes."""
    frames = with_asm_frames(module, frame_sizes(data))
    own_code = defined_functions(data)
    for f in module.functions.values():
        if f.blocks and f.name not in own_code:
            frames[f.name] = 0  # expanded at every call: it has no frame of its own
    bounds = stack_bounds(call_graph(module), frames, roots)
    for root, bound in bounds.items():
        if bound.bytes > limit:
            path = " > ".join(f"{title_of(module, n)} ({size})" for n, size in bound.chain)
            raise CompileError([diagnostic("R03", _span(module, root, None), bytes=bound.bytes,
                                           limit=limit, path=path)])
    return bounds


def title_of(module: m.Module, symbol: str) -> str:
    """The name by which people know a symbol."""
    f = module.functions.get(symbol) or module.asm.get(symbol)
    return (f.title if f else "") or symbol


def _span(module: m.Module, symbol: str, loc: m.Loc | None) -> Span:
    """The call at `loc`, else the name of the function."""
    f = module.functions.get(symbol) or module.asm.get(symbol)
    if f is None or not f.file:
        return Span("<program>", 1, 0, 1, 1)
    source = load(f.file)
    line = loc.line if loc else f.line
    for node in ast.walk(source.tree):
        if getattr(node, "lineno", 0) != line:
            continue
        if loc is None and isinstance(node, ast.FunctionDef):
            return source.span(name_in(node))
        if loc is not None and isinstance(node, ast.Call) and node.col_offset == loc.col - 1:
            return source.span(node)
    return Span(f.file, line, 0, line, len(source.line(line).rstrip()))
