"""One run of a program on an engine: its output, CPU time, wall time and memory."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.lua.engines import Engine
from wrought.errors import WroughtError
from wrought.lang.build.cache import Cache
from wrought.lang.build.toolchain import run
from wrought.lang.targets import TARGETS, host

DEADLINE = 300.0
"""Seconds that one run may take."""


class RunError(WroughtError):
    """A program failed, took too long, or printed what it does not print elsewhere."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What one run took."""

    cpu: float
    """Seconds, user and system."""
    wall: float
    """Seconds."""
    memory: float
    """Megabytes (10^6 bytes), the peak of what was resident."""
    output: str


def build_spawner(folder: Path) -> Path:
    """The program that starts and measures another, for this computer.  Raises BuildError."""
    arch = host().arch
    zig = next(t.zig for t in TARGETS.values() if t.arch == arch and t.zig and "musl" in t.zig)
    out = folder / "spawn"
    run(["cc", "-O2", "-target", zig, "-static", str(Path(__file__).parent / "spawn.c"),
         "-o", str(out)], Cache())
    return out


def sample(spawner: Path, engine: Engine, arguments: Sequence[str],
           deadline: float = DEADLINE) -> Sample:
    """Run an engine once with these arguments.  Raises RunError."""
    result = spawner.with_suffix(".result")
    what = f"{engine.name} {' '.join(Path(word).name for word in arguments)}"
    process = subprocess.Popen(
        [str(spawner), str(result), *engine.command, *arguments], stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
        start_new_session=True)
    try:
        output, trouble = process.communicate(timeout=deadline)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise RunError(f"{what} did not end within {deadline:g} s") from None
    if process.returncode:
        raise RunError(f"{what} could not be started: {trouble.strip()}")
    user, system, wall, memory, status = map(int, result.read_text().split())
    if status:
        raise RunError(f"{what} ended with {status}: {trouble.strip() or output.strip()}")
    return Sample((user + system) / 1e6, wall / 1e9, memory * 1024 / 1e6, output)


def compare(program: str, outputs: dict[str, str]) -> None:
    """Raises RunError, with both outputs, where an engine printed what another did not.

    What the first of the engines that are no ours printed is taken to be right.
    """
    reference = next((name for name in outputs if name != "wrought"), next(iter(outputs)))
    for name, output in outputs.items():
        if output != outputs[reference]:
            raise RunError(f"{program}: {name} printed {_short(output)}, but {reference} "
                           f"{_short(outputs[reference])}")


def _short(text: str, most: int = 200) -> str:
    return repr(text if len(text) <= most else text[:most] + "...")
