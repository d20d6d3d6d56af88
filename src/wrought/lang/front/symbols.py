"""Names of compiled things in the object file: readable, unique, the same in every build."""

from __future__ import annotations

from typing import Any

from wrought.lang.core.function import Compiled
from wrought.lang.core.static import Static
from wrought.lang.ir.symbols import PANIC


class Symbols:
    """Gives each function and static its symbol, in the order in which they are met."""

    def __init__(self) -> None:
        self.names: dict[int, str] = {}
        self.used: dict[str, int] = {}
        self.things: dict[str, Any] = {}
        """What each symbol stands for."""

    def of(self, thing: Compiled | Static) -> str:
        """The symbol of a function (without type parameters) or static."""
        found = self.names.get(id(thing))
        if found is None:
            found = self.names[id(thing)] = self._new(thing)
            self.things[found] = thing
        return found

    def _new(self, thing: Compiled | Static) -> str:
        if isinstance(thing, Static):
            return thing.export or self._unique(f"{thing.module}.{thing.name}")
        if thing.kind == "extern":
            return thing.options["symbol"]
        if "panic_handler" in thing.options:
            return PANIC
        owner = getattr(thing.owner, "name", "")
        title = thing.title
        if owner and "[" in owner:
            title = f"{owner}.{thing.name}"
        return thing.options.get("export") or self._unique(f"{thing.module}.{title}")

    def _unique(self, name: str) -> str:
        n = self.used.get(name, -1) + 1
        self.used[name] = n
        return f"{name}.{n}" if n else name
