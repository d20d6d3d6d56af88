"""Executed instructions, counted by QEMU: the same on every run and on every computer."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from bench.twins import symbols
from wrought.lang.build.cache import Cache
from wrought.lang.build.errors import BuildError
from wrought.lang.build.toolchain import run
from wrought.lang.targets import TARGETS, host

EMULATORS = {"x86-64": "qemu-x86_64", "AArch64": "qemu-aarch64"}
DEADLINE = 60
"""Seconds for one kernel."""


def build_plugin(folder: Path) -> Path:
    """The plugin that counts, built for this computer.  Raises BuildError."""
    arch = host().arch
    zig = next(t.zig for t in TARGETS.values() if t.arch == arch and t.hosted)
    out = folder / "plugin.so"
    run(["cc", "-O2", "-target", zig, "-shared", "-fPIC", "-Wl,--allow-shlib-undefined",
         "-Wl,-z,undefs", str(Path(__file__).parent / "plugin.c"), "-o", str(out)], Cache())
    return out


def count(program: Path, machine: str, kernel: str, plugin: Path) -> tuple[int, str]:
    """Instructions that the kernel executes, and what it printed.  Raises BuildError."""
    emulator = shutil.which(EMULATORS[machine])
    if emulator is None:
        raise BuildError(f"{EMULATORS[machine]} is needed to count instructions: "
                         "install qemu-user")
    places, result = symbols(program), program.with_suffix(".count")
    options = (f"file={plugin},on={places['count_on']:#x},off={places['count_off']:#x},"
               f"result={result}")
    done = subprocess.run([emulator, "-plugin", options, str(program), kernel],
                          capture_output=True, text=True, timeout=DEADLINE, check=False)
    if done.returncode:
        raise BuildError(f"{program.name} {kernel} ended with {done.returncode}: {done.stderr}")
    return int(result.read_text()), done.stdout
