"""Which functions can call themselves, directly or through others.

Needs a call graph; changes nothing.  A loop of nothing but guaranteed tail calls takes no stack
and is no recursion.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import NamedTuple

from .callgraph import CallGraph, Edge, Unresolved
from .components import components


class Cycle(NamedTuple):
    """Calls that lead back to where they began; `functions` begins and ends with one name."""

    functions: tuple[str, ...]
    edges: tuple[Edge, ...]
    """The call from each function to the next."""


class Recursion(NamedTuple):
    """What stands between a program and a stack bound; both lists empty: nothing."""

    cycles: list[Cycle]
    """One, with the fewest calls, for each group of functions that call each other."""
    unresolved: list[Unresolved]
    """Indirect calls without declared targets, in functions that can run."""


def find_recursion(graph: CallGraph, roots: Iterable[str]) -> Recursion:
    """Look at what the roots can reach."""
    running = graph.reachable(roots)
    cycles = [c for group in components(graph, sorted(running))
              if (c := group_cycle(graph, group)) is not None]
    return Recursion(cycles, [u for u in graph.unresolved if u.function in running])


def group_cycle(graph: CallGraph, group: list[str]) -> Cycle | None:
    """The shortest cycle in a component that holds a call other than a tail call."""
    inside = set(group)
    best: Cycle | None = None
    for name in group:
        for edge in graph.edges[name]:
            if edge.callee in inside and not edge.tail:
                back = _path(graph, inside, edge.callee, name)
                names = (name, edge.callee, *(e.callee for e in back))
                if best is None or len(names) < len(best.functions):
                    best = Cycle(names, (edge, *back))
    return best


def _path(graph: CallGraph, inside: set[str], start: str, goal: str) -> list[Edge]:
    """The fewest calls from `start` to `goal`, both in one component."""
    came: dict[str, tuple[str, Edge]] = {}
    todo = deque([start])
    while goal != start and goal not in came:
        name = todo.popleft()
        for edge in graph.edges[name]:
            if edge.callee in inside and edge.callee != start and edge.callee not in came:
                came[edge.callee] = (name, edge)
                todo.append(edge.callee)
    path: list[Edge] = []
    while goal != start:
        goal, edge = came[goal]
        path.append(edge)
    return path[::-1]
