"""Strongly connected components of a call graph: Tarjan's algorithm, without recursion.

R. Tarjan, "Depth-First Search and Linear Graph Algorithms", SIAM J. Computing 1(2), 1972.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .callgraph import CallGraph


def components(graph: CallGraph, roots: Iterable[str]) -> list[list[str]]:
    """Groups of functions that call each other, each before the groups that call it."""
    search = _Search(graph)
    for root in roots:
        if root in graph.edges and root not in search.index:
            search.visit(root)
    return search.found


class _Search:
    """State of the depth-first search."""

    def __init__(self, graph: CallGraph) -> None:
        self.graph = graph
        self.index: dict[str, int] = {}
        self.low: dict[str, int] = {}
        self.open: list[str] = []
        self.is_open: set[str] = set()
        self.found: list[list[str]] = []

    def visit(self, root: str) -> None:
        work = [self.begin(root)]
        while work:
            name, callees = work[-1]
            for callee in callees:
                if callee not in self.index:
                    work.append(self.begin(callee))
                    break
                if callee in self.is_open:
                    self.low[name] = min(self.low[name], self.index[callee])
            else:
                work.pop()
                self.end(name)
                if work:
                    above = work[-1][0]
                    self.low[above] = min(self.low[above], self.low[name])

    def begin(self, name: str) -> tuple[str, Iterator[str]]:
        self.index[name] = self.low[name] = len(self.index)
        self.open.append(name)
        self.is_open.add(name)
        edges = self.graph.edges.get(name, ())
        return name, iter([e.callee for e in edges if e.callee in self.graph.edges])

    def end(self, name: str) -> None:
        if self.low[name] != self.index[name]:
            return
        group: list[str] = []
        while not group or group[-1] != name:
            group.append(self.open.pop())
            self.is_open.discard(group[-1])
        self.found.append(group[::-1])
