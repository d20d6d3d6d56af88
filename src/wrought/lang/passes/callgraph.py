"""Who calls whom, by which kind of call, and whose address is taken.

Needs well-formed IR; changes nothing.  Indirect calls count as calls of their declared targets:
the instruction's own, or else the function's; without any they are `unresolved`.
A `panic` is no edge: it can come anywhere, also in what the program's panic handler calls, and the
handler has to stop at once when it is entered again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ..ir.model import Function, Ins, Loc, Module, Sym
from ..ir.symbols import PANIC


class Edge(NamedTuple):
    """One call from a function to another."""

    callee: str
    tail: bool
    """Guaranteed tail call: the caller's frame is gone when the callee runs."""
    loc: Loc | None
    indirect: bool = False


class Unresolved(NamedTuple):
    """An indirect call that could reach any function."""

    function: str
    loc: Loc | None


@dataclass(slots=True)
class CallGraph:
    """The calls of one module; every function and assembler function has an entry in `edges`."""

    edges: dict[str, list[Edge]] = field(default_factory=dict[str, list[Edge]])
    unresolved: list[Unresolved] = field(default_factory=list[Unresolved])
    address_taken: set[str] = field(default_factory=set[str])
    """Functions whose address is a value somewhere, in code or in a global."""

    panics: set[str] = field(default_factory=set[str])
    """Functions that hold a `panic`."""

    def reachable(self, roots: Iterable[str]) -> set[str]:
        """Every function that running the roots can call, with the roots and the panic handler."""
        seen: set[str] = set()
        todo = [r for r in roots if r in self.edges]
        while todo:
            name = todo.pop()
            if name not in seen:
                seen.add(name)
                todo += [e.callee for e in self.edges.get(name, ())]
                if name in self.panics and PANIC in self.edges:
                    todo.append(PANIC)
        return seen


def call_graph(m: Module) -> CallGraph:
    """The call graph of `m`; calls in the order of the code, one edge for each call."""
    graph = CallGraph()
    for name, a in m.asm.items():
        calls = [c for c in a.calls if c in m.functions or c in m.asm]
        graph.edges[name] = [Edge(c, False, None) for c in calls]
        graph.address_taken.update(calls)
    for name, f in m.functions.items():
        graph.edges[name] = list(_edges(f, graph))
    for g in m.globals.values():
        graph.address_taken.update(target for _, target, _ in g.relocs)
    graph.address_taken &= m.functions.keys() | m.asm.keys()
    return graph


def indirect_targets(f: Function, ins: Ins) -> tuple[str, ...]:
    """What a `calli` or `taili` can reach, as declared; empty if that is not known."""
    return tuple(ins.attrs.get("targets") or f.targets)


def _edges(f: Function, graph: CallGraph) -> Iterator[Edge]:
    for block in f.blocks:
        for ins in block.body:
            for a in ins.args:
                if isinstance(a, Sym):
                    graph.address_taken.add(a.name)
            if ins.op in ("call", "tail"):
                yield Edge(ins.attrs["callee"], ins.op == "tail", ins.loc)
            elif ins.op == "panic":
                graph.panics.add(f.name)
            elif ins.op in ("calli", "taili"):
                targets = indirect_targets(f, ins)
                if not targets:
                    graph.unresolved.append(Unresolved(f.name, ins.loc))
                for target in targets:
                    yield Edge(target, ins.op == "taili", ins.loc, indirect=True)
