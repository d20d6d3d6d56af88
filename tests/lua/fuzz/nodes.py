"""A generated program as a tree of statements, which the shrinker can cut."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Node:
    """A statement: one line, or a head with a body and a tail (`for ... do`, body, `end`).

    `parts` holds bodies that alternate with further heads, as in `if a then ... else ... end`:
    the text is head, body 0, middle 0, body 1, ..., tail.
    """

    head: str
    bodies: tuple[tuple[Node, ...], ...] = ()
    middles: tuple[str, ...] = ()
    tail: str = ""

    def lines(self, indent: int = 0) -> Iterator[str]:
        """The text, a line at a time."""
        pad = "  " * indent
        yield pad + self.head
        for number, body in enumerate(self.bodies):
            if number:
                yield pad + self.middles[number - 1]
            for node in body:
                yield from node.lines(indent + 1)
        if self.tail:
            yield pad + self.tail


@dataclass
class Program:
    """A program under its seed; the text of its statements is the body of a Lua function."""

    seed: int
    body: tuple[Node, ...] = field(default=())

    def lines(self) -> list[str]:
        """The statements, indented as the body of a function."""
        return [line for node in self.body for line in node.lines(1)]


def line(text: str) -> Node:
    """A statement of one line."""
    return Node(text)


def block(head: str, body: list[Node], tail: str = "end") -> Node:
    """A statement with one body."""
    return Node(head, (tuple(body),), (), tail)


def branches(heads: list[str], bodies: list[list[Node]], tail: str = "end") -> Node:
    """A statement with several bodies, each after its head."""
    return Node(heads[0], tuple(map(tuple, bodies)), tuple(heads[1:]), tail)
