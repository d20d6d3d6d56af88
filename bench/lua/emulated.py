"""The engines on AArch64: ours built for it, Debian's arm64 packages, all under QEMU.

Nothing is installed: the packages lie unpacked in Wrought's cache, and QEMU finds the loader and
the libraries there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from bench.lua.engines import OURS, PEERS, Engine, EngineError, chosen, ours
from bench.lua.run import RunError
from wrought.hv.tool import packages
from wrought.hv.tool.apt import PackageError

TARGET = "aarch64-linux-musl"
EMULATOR = "qemu-aarch64"
LOADER = "libc6"
LIBRARIES = (LOADER, "libgcc-s1", "libreadline8", "libtinfo6")
"""Packages with what the peers are linked to."""
DEADLINE = 300


def find(names: Sequence[str] = ()) -> tuple[list[Engine], str]:
    """As `engines.find`, for AArch64; commands without the emulator.

    Raises EngineError, PackageError, CompileError or BuildError.
    """
    wanted, engines, note = chosen(names), [], ""
    if OURS in wanted:
        try:
            engines.append(Engine(OURS, (str(ours(TARGET)),)))
        except EngineError as error:
            if names:
                raise
            note = str(error)
    for peer in PEERS:
        if peer.name in wanted:
            program = packages.package(peer.package) / "usr/bin" / peer.program
            if not program.exists():
                raise PackageError(f"the package {peer.package} for arm64 holds no {peer.program}")
            engines.append(Engine(peer.name, (str(program), *peer.options)))
    return engines, note


def emulator(plugin: Path, result: Path) -> list[str]:
    """The words that run an AArch64 program and count its instructions into `result`.

    Raises EngineError or PackageError.
    """
    program = shutil.which(EMULATOR)
    if program is None:
        raise EngineError(f"{EMULATOR} is needed to count instructions: install qemu-user")
    trees = [packages.package(name) for name in LIBRARIES]
    folders = ":".join(str(path.parent) for tree in trees
                       for path in sorted(tree.rglob("*.so.*")) if path.is_file())
    return [program, "-L", str(trees[0]), "-E", f"LD_LIBRARY_PATH={_once(folders)}",
            "-plugin", f"file={plugin},result={result}"]


def _once(folders: str) -> str:
    return ":".join(dict.fromkeys(folders.split(":")))


def count(prefix: Sequence[str], result: Path, engine: Engine,
          arguments: Sequence[str]) -> tuple[int, str]:
    """Executed instructions of a whole run, and what it printed.  Raises RunError."""
    what = f"{engine.name} {' '.join(Path(word).name for word in arguments)} on AArch64"
    try:
        done = subprocess.run([*prefix, *engine.command, *arguments], capture_output=True,
                              text=True, errors="replace", stdin=subprocess.DEVNULL, check=False,
                              timeout=DEADLINE, env={"PATH": os.environ.get("PATH", "")})
    except subprocess.TimeoutExpired:
        raise RunError(f"{what} did not end within {DEADLINE} s") from None
    if done.returncode:
        raise RunError(f"{what} ended with {done.returncode}: "
                       f"{done.stderr.strip() or done.stdout.strip()}")
    return int(result.read_text()), done.stdout
