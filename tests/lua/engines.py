"""The Lua engines that the tests run: the distribution's `luajit` and our executable."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HUNG = 120.0
"""Seconds after which a program counts as hung."""

HUNG_SLOWLY = 600.0
"""The same for collection at every allocation and for emulated machines."""

TARGETS = ("x86_64-linux", "aarch64-linux-musl")
"""What our executable is built for; the second one runs under qemu-user."""


class Missing(Exception):
    """An engine that is not there; the message says what to install or to build."""


@dataclass(frozen=True)
class Result:
    """What a run left behind.  `code` is negative for a signal, None where it hung."""

    stdout: bytes
    stderr: bytes
    code: int | None


@dataclass(frozen=True)
class Engine:
    """A command that runs Lua scripts, with what it needs in its environment."""

    name: str
    command: tuple[str, ...]
    environment: tuple[tuple[str, str], ...] = ()
    hung: float = HUNG

    def run(self, script: str, folder: Path, *arguments: str) -> Result:
        """Run a script in `folder`, named as the engine is to see it; stdin is empty."""
        environment = clean_environment(dict(self.environment))
        try:
            done = subprocess.run([*self.command, script, *arguments], cwd=folder,
                                  env=environment, stdin=subprocess.DEVNULL,
                                  capture_output=True, timeout=self.hung, check=False)
        except subprocess.TimeoutExpired as late:
            return Result(late.stdout or b"", late.stderr or b"", None)
        return Result(done.stdout, done.stderr, done.returncode)

    def run_text(self, text: str | bytes, name: str = "case.lua",
                 files: Mapping[str, bytes] | None = None) -> Result:
        """Run a program text under `name` in a fresh folder that holds `files` as well."""
        with tempfile.TemporaryDirectory(prefix="lua-") as scratch:
            folder = Path(scratch)
            for other, content in (files or {}).items():
                (folder / other).write_bytes(content)
            (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
            return self.run(name, folder)


def clean_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """The environment without what changes how Lua finds modules; locale and time zone fixed."""
    kept = {key: value for key, value in os.environ.items()
            if not key.startswith(("LUA_", "WROUGHT_LUA"))}
    return {**kept, "LC_ALL": "C", "TZ": "UTC", **extra}


@cache
def oracle() -> Engine:
    """The distribution's LuaJIT as an interpreter: hooks are exact and nothing depends on heat.

    Raises Missing.
    """
    if not shutil.which("luajit"):
        raise Missing("luajit is not installed; it is a system package of the test set-up")
    return Engine("luajit", ("luajit", "-joff"))


@cache
def ours(target: str = "x86_64-linux", stress: bool | str = False) -> Engine:
    """Our executable; `stress` collects at every allocation, "step" takes a tiny step of the
    collector there.  Raises Missing."""
    try:
        image = importlib.import_module("wrought.lua.image")
        program = str(image.executable(target))
    except ImportError as error:
        raise Missing(f"our Lua has no executable yet: {error}") from error
    if target.startswith("x86_64"):
        command: tuple[str, ...] = (program,)
    elif shutil.which("qemu-aarch64"):
        command = ("qemu-aarch64", program)
    else:
        raise Missing("qemu-aarch64 (package qemu-user) is not installed")
    mood = stress if isinstance(stress, str) else "1"
    environment = (("WROUGHT_LUA_GC_STRESS", mood),) if stress else ()
    slow = stress or command[0] == "qemu-aarch64"
    return Engine(f"wrought {target}" + (" stress" if stress else ""), command, environment,
                  HUNG_SLOWLY if slow else HUNG)
