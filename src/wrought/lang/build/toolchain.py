"""The cross toolchain: where it is, how it is run, and what its failures mean.

One wheel (`ziglang`) holds clang, lld and C libraries for every hosted target.  `clang` runs
LLVM text through code generation, `cc` links against a C library, `ld.lld` links bare metal.
"""

from __future__ import annotations

import errno
import importlib.util
import os
import re
import subprocess
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from .cache import Cache
from .errors import BuildError

DEADLINE = 900
"""Seconds that one tool may run; building a C library at first use takes up to 90."""

_UNDEFINED = re.compile(r"undefined (?:hidden )?symbol: (.+)")
_NO_SPACE = re.compile(r"no space left|NoSpaceLeft|disk quota|DiskQuota", re.IGNORECASE)
_ERROR = re.compile(r"\berror: (.*)")


@lru_cache(maxsize=1)
def zig() -> str:
    """Path of the toolchain's program.  Raises `BuildError` where it is not installed."""
    found = importlib.util.find_spec("ziglang")
    places = found.submodule_search_locations if found else None
    for place in places or []:
        program = Path(place) / "zig"
        if program.exists():
            return str(program)
    raise BuildError('the cross toolchain is not installed here: pip install "wrought[build]"')


@lru_cache(maxsize=1)
def toolchain_version() -> str:
    """The toolchain's version, part of every cache key."""
    try:
        return f"ziglang {version('ziglang')}"
    except PackageNotFoundError:
        return "ziglang unknown"


def run(arguments: Sequence[str], cache: Cache, deadline: float = DEADLINE) -> str:
    """Run one of the toolchain's tools; returns its standard output.

    The tool runs in a fixed directory, so `arguments` name files by absolute paths.  Raises
    `BuildError` that says what is wrong: a missing tool, undefined symbols, a full disk, time.
    """
    folder = str(cache.folder("zig"))
    environment = {**os.environ, "ZIG_GLOBAL_CACHE_DIR": folder, "ZIG_LOCAL_CACHE_DIR": folder}
    try:
        done = subprocess.run([zig(), *arguments], cwd="/", env=environment, timeout=deadline,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except subprocess.TimeoutExpired:
        raise BuildError(f"{arguments[0]} took more than {deadline:g} s and was stopped") from None
    except OSError as error:
        raise BuildError(f"cannot run the cross toolchain: {error.strerror}") from error
    words = done.stderr.decode(errors="replace")
    if done.returncode:
        raise _explain(arguments[0], words, done.returncode)
    return done.stdout.decode(errors="replace")


def _explain(tool: str, words: str, status: int) -> BuildError:
    if _NO_SPACE.search(words):
        return BuildError("the disk is full", detail=words)
    undefined = list(dict.fromkeys(name.strip() for name in _UNDEFINED.findall(words)))
    if undefined:
        plural = "s" if len(undefined) > 1 else ""
        return BuildError(f"undefined symbol{plural}: {', '.join(undefined)}", detail=words)
    if status < 0:
        first = next(iter(words.splitlines()), f"signal {-status}")
        return BuildError(f"{tool} crashed: {first}", detail=words)
    errors = _ERROR.findall(words)
    first = errors[0] if errors else words.strip() or f"status {status}"
    return BuildError(f"{tool} failed: {first}", detail=words)


@contextmanager
def work_folder() -> Generator[Path]:
    """A folder for a tool's files, gone afterwards.  Raises `BuildError` where it is full."""
    try:
        with tempfile.TemporaryDirectory(prefix="wrought-") as folder:
            yield Path(folder)
    except OSError as error:
        raise file_error(Path(error.filename or tempfile.gettempdir()), error) from None


def file_error(path: Path, error: OSError) -> BuildError:
    """A `BuildError` for trouble with an output file."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return BuildError(f"cannot write {path}: the disk is full")
    return BuildError(f"cannot write {path}: {error.strerror}")
