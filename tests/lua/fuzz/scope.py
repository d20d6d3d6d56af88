"""What a generated program may use at a point: variables by type, labels, varargs."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

TYPES = ("num", "str", "bool", "arr", "tab", "fn", "any")
"""`arr` is a sequence of numbers and strings, `tab` a table with string keys, `fn` a function that
takes numbers and gives a number, `any` anything."""


@dataclass
class Scope:
    """Visible variables, innermost last."""

    random: random.Random
    variables: list[tuple[str, str]] = field(default_factory=list)
    vararg: bool = False
    depth: int = 0
    in_loop: bool = False
    counter: list[int] = field(default_factory=lambda: [0])

    def inner(self, *, vararg: bool | None = None, in_loop: bool | None = None) -> Scope:
        """The scope of a block inside; what it declares is not seen outside."""
        return Scope(self.random, list(self.variables),
                     self.vararg if vararg is None else vararg, self.depth + 1,
                     self.in_loop if in_loop is None else in_loop, self.counter)

    def fresh(self, prefix: str = "v") -> str:
        """A name that nothing else has; now and then one that hides another variable."""
        if self.variables and self.random.random() < 0.08:
            return self.random.choice(self.variables)[0]
        self.counter[0] += 1
        return f"{prefix}{self.counter[0]}"

    def unique(self, prefix: str) -> str:
        """A name that certainly hides nothing."""
        self.counter[0] += 1
        return f"{prefix}{self.counter[0]}"

    def declare(self, name: str, kind: str) -> None:
        self.variables = [(n, k) for n, k in self.variables if n != name]
        self.variables.append((name, kind))

    def find(self, *kinds: str) -> str | None:
        """A variable of one of these types; the innermost are likelier."""
        fitting = [name for name, kind in self.variables if kind in kinds]
        if not fitting:
            return None
        at = int(len(fitting) * self.random.random() ** 0.6)
        return fitting[at]
