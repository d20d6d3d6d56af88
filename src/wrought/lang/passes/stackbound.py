"""The most stack that a program can use: the deepest path through its call graph.

Needs a call graph, the size of every function's frame (the compiler reports them) and no
recursion; changes nothing.  A tail call gives the caller's frame back before the callee runs.
A program with a panic handler is bounded as if the deepest function panicked, and the handler's
deepest one again, at which the handler stops.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ...errors import WroughtError
from ..ir.model import Module
from ..ir.symbols import PANIC
from .callgraph import CallGraph
from .components import components
from .recursion import group_cycle


class StackError(WroughtError):
    """There is no bound; the message lists every reason."""


class StackBound(NamedTuple):
    """The deepest path from one root."""

    bytes: int
    chain: tuple[tuple[str, int], ...]
    """(function, bytes of its frame) from the root inward; 0 bytes where it tail-called on."""


def with_asm_frames(m: Module, frames: Mapping[str, int]) -> dict[str, int]:
    """`frames` and what assembler functions declare."""
    return {**{name: a.stack for name, a in m.asm.items()}, **frames}


def stack_bounds(graph: CallGraph, frames: Mapping[str, int],
                 roots: Iterable[str]) -> dict[str, StackBound]:
    """Bound of each root.  `StackError` if frame sizes are missing, calls unresolved, or cyclic."""
    roots = [r for r in roots if r in graph.edges]
    groups = components(graph, sorted(graph.reachable(roots)))
    _refuse(graph, frames, groups)
    bounds: dict[str, StackBound] = {}
    for group in groups:
        best = max((_own(graph, frames, name, set(group), bounds) for name in group),
                   key=lambda b: b.bytes)
        for name in group:
            bounds[name] = best if best.chain[0][0] == name else StackBound(
                best.bytes, ((name, 0), *best.chain))
    return {root: _with_panic(graph, frames, root, bounds) for root in roots}


def _with_panic(graph: CallGraph, frames: Mapping[str, int], root: str,
                bounds: Mapping[str, StackBound]) -> StackBound:
    bound, running = bounds[root], graph.reachable([root])
    if PANIC not in running or root == PANIC or not graph.panics & running:
        return bound
    handler, again = bounds[PANIC], (PANIC, frames[PANIC])
    nested = bool(graph.panics & graph.reachable([PANIC]))
    return StackBound(bound.bytes + handler.bytes + nested * again[1],
                      (*bound.chain, *handler.chain, *(again,) * nested))


def _own(graph: CallGraph, frames: Mapping[str, int], name: str, group: set[str],
         bounds: dict[str, StackBound]) -> StackBound:
    """The deepest path from `name` through functions outside its own group."""
    frame = frames[name]
    best = StackBound(frame, ((name, frame),))
    for edge in graph.edges[name]:
        if edge.callee in group:
            continue
        kept = 0 if edge.tail else frame
        inner = bounds[edge.callee]
        if kept + inner.bytes > best.bytes:
            best = StackBound(kept + inner.bytes, ((name, kept), *inner.chain))
    return best


def _refuse(graph: CallGraph, frames: Mapping[str, int], groups: list[list[str]]) -> None:
    """Raise for everything that prevents a bound."""
    running = {name for group in groups for name in group}
    reasons = [f"{u.function} calls through a pointer whose targets are not declared"
               + (f" (line {u.loc.line})" if u.loc else "")
               for u in graph.unresolved if u.function in running]
    for group in groups:
        if cycle := group_cycle(graph, group):
            reasons.append("recursion: " + " -> ".join(cycle.functions))
    reasons += [f"{name}: the size of its frame is not known" for name in sorted(running)
                if name not in frames]
    if reasons:
        raise StackError("no stack bound:\n  " + "\n  ".join(reasons))
