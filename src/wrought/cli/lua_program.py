"""Finding the `lua` executable for this machine; nothing of the compiler is needed where it is
there already.

A wheel has it ready-made; in a checkout it is built by its first use (`wrought.lua.ready`).
"""

from __future__ import annotations

import platform
from pathlib import Path

import wrought
from wrought.lua import ready

READY = "lua-command"
"""In the folder of `wrought.lua`, in wheels."""


def sources_digest() -> str:
    """A digest of all that the executable is made from."""
    return ready.sources_digest(ready.EXECUTABLE)


def executable() -> Path:
    """The path of the executable; it is built where it is not there yet.

    Raises CompileError or BuildError.
    """
    made = Path(wrought.__file__).parent / "lua" / READY
    return made if made.exists() else ready.built_once("lua", "", ready.EXECUTABLE, build)


def build(path: Path) -> None:
    from wrought.lua.image import program

    program(f"{platform.machine()}-linux").build(path)
