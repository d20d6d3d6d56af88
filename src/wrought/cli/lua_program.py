"""Finding the `lua` executable for this machine; nothing of the compiler is needed where it is
there already.

A wheel has it ready-made; in a checkout it is built by its first use, from sources of the digest
in its name, and kept in the cache.
"""

from __future__ import annotations

import fcntl
import os
import platform
from pathlib import Path

import wrought
from wrought.lang.build.cache import Cache, cache_root, digest

SOURCES = ("lua/front", "lua/vm", "lua/lib", "lua/command", "rt", "lang")
"""The folders whose files the executable is made of, and of those the compiler is."""
READY = "lua-command"
"""In the folder of `wrought.lua`, in wheels."""


def sources_digest() -> str:
    """A digest of all that the executable is made from."""
    root = Path(wrought.__file__).parent
    files = sorted(path for folder in SOURCES for path in (root / folder).rglob("*.py"))
    return digest(platform.machine(), *(part for path in files for part in
                                        (str(path.relative_to(root)), path.read_bytes())))


def executable() -> Path:
    """The path of the executable; it is built where it is not there yet.

    Raises CompileError or BuildError.
    """
    ready = Path(wrought.__file__).parent / "lua" / READY
    if ready.exists():
        return ready
    name = f"lua-{sources_digest()[:20]}"
    path = cache_root() / "lua" / name
    if path.exists():
        return path
    path = Cache().folder("lua") / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path.with_suffix(".lock"), "w", encoding="ascii") as lock:
        # Who comes while another process builds it waits.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            from wrought.lua.image import program

            new = path.with_name(f"{name}.{os.getpid()}")
            program(f"{platform.machine()}-linux").build(new)
            new.replace(path)
    return path
