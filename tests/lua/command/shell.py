"""Running command lines with LuaJIT and with our program, both called `lua`."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from lua.engines import HUNG, Engine, clean_environment

LETS_DIFFER = (
    (rb"(?s)usage: .*", b"usage"),
    (rb"(?s)Save (LuaJIT )?bytecode.*", b"usage"),
    (rb"0x[0-9a-f]+", b"ADDRESS"),
    (rb"\tno file .*\n", b""),
    (rb"(?m)^JIT: O.*\n", b""),
    (rb"(?m)^(LuaJIT 2.1|Wrought Lua).*", b"VERSION"),
    (rb"(?m)^luajit: ", b"lua: "),
)
"""What is each program's own: usage, addresses, where modules are looked for, versions."""


@dataclass(frozen=True)
class Shell:
    """An engine called `lua`, in a folder with files."""

    folder: Path
    engine: Engine
    links: Path

    def environment(self) -> dict[str, str]:
        return {**clean_environment(dict(self.engine.environment)),
                "PATH": f"{self.links}:{os.environ['PATH']}"}

    def run(self, line: str) -> tuple[bytes, bytes, int]:
        """Output, messages and exit status of a line of shell; the differences of `LETS_DIFFER`
        are taken out."""
        done = subprocess.run(["bash", "-c", line], cwd=self.folder, env=self.environment(),
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=HUNG,
                              check=False)
        return plain(done.stdout), plain(done.stderr), done.returncode


def plain(text: bytes) -> bytes:
    """A text without what may differ."""
    for pattern, instead in LETS_DIFFER:
        text = re.sub(pattern, instead, text)
    return text


def open_shell(engine: Engine, folder: Path, files: dict[str, bytes]) -> Shell:
    """A folder of its own for an engine, with files."""
    links, work = folder / "bin", folder / "work"
    links.mkdir(parents=True)
    for name, content in files.items():
        path = work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    link = links / "lua"
    if len(engine.command) == 1:
        link.symlink_to(engine.command[0])
    else:
        emulator, program = engine.command
        link.write_text(f'#!/bin/bash\nexec {emulator} -0 lua {program} "$@"\n')
        link.chmod(0o755)
    return Shell(work, engine, links)
