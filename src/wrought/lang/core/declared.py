"""What every class declaration keeps: its syntax tree, its surroundings, its methods."""

from __future__ import annotations

import ast
from types import FunctionType
from typing import Any, NamedTuple

from wrought.lang import source
from wrought.lang.source import Span

from .env import Env, user_frame
from .function import Compiled
from .types import Type


class At(NamedTuple):
    """Byte offset of a field, asserted in a struct and obeyed in an MMIO block."""

    offset: int


class Bits(NamedTuple):
    """Bits `hi` down to `lo` of a bit field, as the manual prints them."""

    hi: int
    lo: int


def _number(n: Any) -> int:
    if isinstance(n, bool) or not isinstance(n, int):
        raise TypeError(f"a place is a number, not {n!r}")
    return n


def at(offset: int) -> Any:
    """The byte offset of a field: `dr: Mmio[u32] = at(0x00)`."""
    return At(_number(offset))


def bits(hi: int, lo: int) -> Any:
    """Bits hi down to lo of a bit field: `iss: u32 = bits(24, 0)`."""
    return Bits(_number(hi), _number(lo))


def bit(n: int) -> Any:
    """One bit of a bit field: `il: bool = bit(25)`."""
    return Bits(_number(n), n)


class Field(NamedTuple):
    """A field with its place: byte offset, or bits hi..lo in a bit field."""

    name: str
    type: Type
    offset: int
    span: Span
    default: Any
    hi: int = 0
    lo: int = 0


class Declared(Type):
    """What all class declarations share."""

    kind = "type"

    def declare(self, cls: type) -> None:
        """Remember the class body and its surroundings."""
        if not isinstance(cls, type):
            raise TypeError(f"a {self.kind} is declared by a class statement, not by {cls!r}")
        frame = user_frame()
        self.cls, self.name = cls, cls.__name__
        self.module: str = cls.__module__
        self.file, self.line = frame.f_code.co_filename, frame.f_lineno
        self.env = Env(frame).with_names({cls.__name__: self})
        self.__doc__ = cls.__doc__
        self.methods: dict[str, Any] = {}
        for name, value in vars(cls).items():
            if isinstance(value, staticmethod):
                self.methods[name] = self._method(value.__func__, False)
            elif isinstance(value, FunctionType | Compiled):
                self.methods[name] = self._method(value, True)

    def _method(self, value: Any, bound: bool) -> Compiled:
        function = value.function if isinstance(value, Compiled) else value
        c = Compiled(function, Env(None, function), "fn")
        if isinstance(value, Compiled):
            c.kind, c.options, c.label = value.kind, value.options, value.label
        c.env.captured = {**self.env.captured, **c.env.captured}
        c.env.extra = {**self.env.extra}
        c.owner = self if bound else None
        c.options["method"] = bound
        return c

    def source(self) -> source.SourceFile:
        """The file with the declaration."""
        return source.load(self.file)

    def node(self) -> ast.ClassDef:
        """The class's syntax tree; OSError where there is none."""
        found = source.find_class(self.source(), self.cls.__name__, self.line)
        if found is None:
            raise OSError(f"the source of class {self.name} was not found")
        return found

    def span(self) -> Span:
        """Where it is declared, at its name."""
        node = self.node()
        start = node.col_offset + len("class ")
        return Span(self.file, node.lineno, start, node.lineno, start + len(node.name))

    def __getattr__(self, name: str) -> Any:
        methods = self.__dict__.get("methods")
        if methods and name in methods:
            return methods[name]
        raise AttributeError(f"{self.__dict__.get('name', '?')} has no attribute '{name}'")


class LaidOut(Declared):
    """A declaration with a place for each part; worked out at first use."""

    def layout(self) -> Any:
        """Parts with their offsets, size, alignment (CompileError when it is wrong)."""
        done = self.__dict__.get("_layout")
        if done is None:
            done = self._layout = self.work_out()
        return done

    def work_out(self) -> Any:
        """Make the layout."""
        raise NotImplementedError

    @property
    def size(self) -> int:  # type: ignore[override]
        return self.layout().size

    @property
    def align(self) -> int:  # type: ignore[override]
        return self.layout().align

    def leaves(self) -> list[tuple[int, str]]:
        return self.layout().leaves
