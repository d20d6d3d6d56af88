"""Module-level variables and declared function tables."""

from __future__ import annotations

from typing import Any

from wrought.lang import source

from .env import user_frame
from .function import Compiled
from .scalars import to_type
from .types import FnType, Type

UNSET: Any = object()


class Static:
    """A variable with one place in memory for the whole program (or one a CPU).

    In compiled code its name means the place: `hits += 1` (after `global hits`), `table[i]`.
    In ordinary Python `get()` and `set()` reach the in-process copy.
    """

    def __init__(self, type: Any, init: Any, *, percpu: bool, section: str, const: bool,
                 export: str, align: int) -> None:
        frame = user_frame()
        self.type: Type = to_type(type)
        self.init, self.percpu, self.section, self.const = init, percpu, section, const
        self.export, self.align = export, align
        self.file, self.line = frame.f_code.co_filename, frame.f_lineno
        self.module: str = frame.f_globals.get("__name__", "?")
        self._name: str | None = None

    @property
    def name(self) -> str:
        """The Python name that it was bound to."""
        if self._name is None:
            try:
                self._name = source.binding_at(source.load(self.file), self.line)
            except (OSError, SyntaxError):
                pass
            self._name = self._name or f"static_{self.line}"
        return self._name

    def get(self) -> Any:
        """The value in this process's copy, as ordinary Python sees it."""
        from wrought.lang.build.call import static_get

        return static_get(self)

    def set(self, value: Any) -> None:
        """Write this process's copy."""
        from wrought.lang.build.call import static_set

        static_set(self, value)

    def __repr__(self) -> str:
        return f"<static {self.module}.{self.name}: {self.type.name}>"


def static(type: Any, init: Any = UNSET, *, section: str = "", export: str = "",
           align: int = 0) -> Static:
    """A module-level variable, zeroed without `init`: `hits = static(u64)`."""
    return Static(type, init, percpu=False, section=section, const=False, export=export,
                  align=align)


def percpu(type: Any, init: Any = UNSET) -> Static:
    """A variable of which every CPU has its own copy."""
    return Static(type, init, percpu=True, section=".percpu", const=False, export="", align=0)


def constant(type: Any, init: Any, *, section: str = "", export: str = "", align: int = 0
             ) -> Static:
    """A read-only table in memory: `CRC = constant(Array[u32, 256], values)`."""
    return Static(type, init, percpu=False, section=section, const=True, export=export,
                  align=align)


class FnTable(Static):
    """A declared table of functions of one signature, called as `TABLE[i](…)`.

    The stack bound and the recursion check know from it what an indirect call can reach.
    """

    def __init__(self, type: FnType, functions: list[Compiled]) -> None:
        from .scalars import Array

        super().__init__(Array[type, len(functions)], functions, percpu=False, section="",
                         const=True, export="", align=0)
        self.functions = functions


def fn_table(type: Any, functions: Any) -> FnTable:
    """Declare a function table: `OPS = fn_table(Fn[[u64], u64], [inc, dec])`."""
    t = to_type(type)
    if not isinstance(t, FnType):
        raise TypeError(f"a function table's type is Fn[[…], …], not {t.name}")
    return FnTable(t, list(functions))
