"""The Python names that a declaration can see, captured where it was declared."""

from __future__ import annotations

import builtins
import sys
from types import FrameType, FunctionType
from typing import Any

MISSING: Any = object()
"""What a look-up gives for a name that is nowhere."""


class Env:
    """Closure cells first (they are live), then the declaring frame, globals, builtins."""

    def __init__(self, frame: FrameType | None, function: FunctionType | None = None,
                 extra: dict[str, Any] | None = None) -> None:
        self.extra = extra or {}
        self.cells: dict[str, Any] = {}
        self.captured: dict[str, Any] = {}
        self.globals: dict[str, Any] = {}
        if function is not None:
            self.globals = function.__globals__
            closure = function.__closure__ or ()
            self.cells = dict(zip(function.__code__.co_freevars, closure, strict=True))
        if frame is not None:
            self.globals = self.globals or frame.f_globals
            while frame is not None and frame.f_locals is not frame.f_globals:
                self.captured = {**frame.f_locals, **self.captured}
                outer = frame.f_back
                inside_class = "__qualname__" in frame.f_locals and "__module__" in frame.f_locals
                frame = outer if inside_class else None

    def lookup(self, name: str) -> Any:
        """The object that `name` means, or MISSING."""
        if name in self.extra:
            return self.extra[name]
        cell = self.cells.get(name)
        if cell is not None:
            try:
                return cell.cell_contents
            except ValueError:
                return MISSING
        if name in self.captured:
            return self.captured[name]
        if name in self.globals:
            return self.globals[name]
        return getattr(builtins, name, MISSING)

    def where(self, name: str) -> str:
        """`local` for what an enclosing function holds, `global`, `builtin` or `missing`."""
        if name in self.extra or name in self.cells or name in self.captured:
            return "local"
        if name in self.globals:
            return "global"
        return "builtin" if hasattr(builtins, name) else "missing"

    def with_names(self, names: dict[str, Any]) -> Env:
        """The same, with more names in front."""
        env = Env.__new__(Env)
        env.extra = {**self.extra, **names}
        env.cells, env.captured, env.globals = self.cells, self.captured, self.globals
        return env

    def mapping(self) -> EnvMapping:
        """For `eval`: a mapping over the look-up."""
        return EnvMapping(self)


class EnvMapping(dict[str, Any]):
    """Locals mapping for `eval` that answers from an `Env`."""

    def __init__(self, env: Env) -> None:
        super().__init__()
        self.env = env

    def __missing__(self, name: str) -> Any:
        found = self.env.lookup(name)
        if found is MISSING:
            raise NameError(f"name '{name}' is not defined")
        return found


def user_frame() -> FrameType:
    """The innermost frame outside this package: where the declaration stands."""
    frame = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
    while frame.f_back and str(frame.f_globals.get("__name__")).startswith(__package__ or "?"):
        frame = frame.f_back
    return frame
