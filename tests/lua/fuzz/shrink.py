"""Cuts a program that fails to the statements that matter (delta debugging on the tree)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lua.fuzz.nodes import Node, Program

Body = tuple[Node, ...]


def shrink(program: Program, fails: Callable[[Program], bool], tries: int = 2000) -> Program:
    """The smallest program found that still fails; `tries` limits how often `fails` is asked."""
    best = program
    left = [tries]
    while True:
        smaller = next((c for c in _asked(best, left) if fails(c)), None)
        if smaller is None:
            return best
        best = smaller


def _asked(program: Program, left: list[int]) -> Iterator[Program]:
    for body in candidates(program.body):
        if left[0] <= 0:
            return
        left[0] -= 1
        yield Program(program.seed, body)


def candidates(body: Body) -> Iterator[Body]:
    """Bodies with less in them: big cuts first, then single statements, then inside statements."""
    size = len(body) // 2
    while size >= 1:
        for start in range(0, len(body), size):
            yield body[:start] + body[start + size:]
        size //= 2
    for at, node in enumerate(body):
        for replaced in _simpler(node):
            yield body[:at] + replaced + body[at + 1:]


def _simpler(node: Node) -> Iterator[Body]:
    """What can stand for a statement: what is in it, or itself with less in it."""
    for inside in node.bodies:
        yield inside
    for number, inside in enumerate(node.bodies):
        if number:
            yield (Node(node.head, node.bodies[:number] + node.bodies[number + 1:],
                        node.middles[:number - 1] + node.middles[number:], node.tail),)
        for less in candidates(inside):
            bodies = node.bodies[:number] + (less,) + node.bodies[number + 1:]
            yield (Node(node.head, bodies, node.middles, node.tail),)
