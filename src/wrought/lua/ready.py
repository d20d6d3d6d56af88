"""The Lua programs are built when they are first used, and kept in the cache.

Their name holds a digest of the sources, so that finding one needs no compiler, only files.
"""

from __future__ import annotations

import fcntl
import os
import platform
from collections.abc import Callable, Sequence
from pathlib import Path

import wrought
from wrought.lang.build.cache import Cache, cache_root, digest

COMMON = ("lua/front", "lua/vm", "lua/lib", "rt", "lang")
EXECUTABLE = (*COMMON, "lua/command")
"""The folders whose files the executable is made of, and of those the compiler is."""
EXTENSION = (*COMMON, "lua/embed")
"""The same for CPython's extension."""


def sources_digest(folders: Sequence[str]) -> str:
    """A digest of this machine's name and of all Python files below folders of `wrought`."""
    root = Path(wrought.__file__).parent
    files = sorted(path for folder in folders for path in (root / folder).rglob("*.py"))
    return digest(platform.machine(), *(part for path in files for part in
                                        (str(path.relative_to(root)), path.read_bytes())))


def built_once(name: str, suffix: str, folders: Sequence[str], build: Callable[[Path], object]
               ) -> Path:
    """The path of what `build(path)` makes from the sources in `folders`, built if it is not there.

    Raises what `build` raises.
    """
    whole = f"{name}-{sources_digest(folders)[:20]}{suffix}"
    path = cache_root() / "lua" / whole
    if path.exists():
        return path
    path = Cache().folder("lua") / whole
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path.with_suffix(".lock"), "w", encoding="ascii") as lock:
        # Who comes while another process builds it waits.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            new = path.with_name(f"{whole}.{os.getpid()}")
            build(new)
            new.replace(path)
    return path
