"""How cases say what they expect: decorators above `@fn`, collected by module.

    @gives(((7, 2), 3), ((-7, 2), -4))     arguments and result, one pair a call
    @returns(42)                           no arguments
    @prints("7 -1\\n")                      no arguments, text on standard output
    @panics("division by zero", 3, 0)      message of the panic, then the arguments
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wrought.lang.core.function import Compiled


@dataclass(frozen=True, slots=True)
class Panicked:
    """A panic: its message, and the line of the file where it stands (0: any)."""

    message: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Case:
    """One call: scalars, tuples of scalars and bytes (for Slice[u8]) go in."""

    function: Compiled
    args: tuple[Any, ...]
    value: Any = None
    output: str = ""
    panic: Panicked | None = None

    def __str__(self) -> str:
        return f"{self.function.title}{self.args!r}"


CASES: dict[str, list[Case]] = {}
"""By the name of the module that declares them."""

Decorator = Callable[[Compiled], Compiled]


def _collect(make: Callable[[Compiled], list[Case]]) -> Decorator:
    def decorate(f: Compiled) -> Compiled:
        CASES.setdefault(f.module, []).extend(make(f))
        return f
    return decorate


def gives(*rows: tuple[tuple[Any, ...], Any]) -> Decorator:
    """Each row is (arguments, result)."""
    return _collect(lambda f: [Case(f, args, value) for args, value in rows])


def returns(value: Any) -> Decorator:
    """The result of a call without arguments."""
    return gives(((), value))


def prints(text: str) -> Decorator:
    """What a call without arguments writes."""
    return _collect(lambda f: [Case(f, (), output=text)])


def panics(message: str, *args: Any, line: int = 0) -> Decorator:
    """The call panics; `line` counts from the first decorator's line."""
    def make(f: Compiled) -> list[Case]:
        where = f.first_line + line if line else 0
        return [Case(f, args, panic=Panicked(message, where))]
    return _collect(make)
