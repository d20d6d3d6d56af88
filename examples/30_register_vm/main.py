"""A register machine whose bytecodes are handlers, run in this process and as programs.

Read `machine.py` first, then `arithmetic.py`; `programs.py` has what it runs.
"""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import programs

from wrought.lang.build.program import Program

TARGETS = {"x86_64": "x86_64-linux-musl", "aarch64": "aarch64-linux-musl"}
"""Machine to target."""


def executable(machine: str) -> str:
    """What it prints as a program of its own; under qemu-user where this is another machine."""
    runner: list[str] = []
    if platform.machine() != machine:
        found = shutil.which(f"qemu-{machine}")
        if found is None:
            raise SystemExit(f"qemu-{machine} is needed to run this: install qemu-user")
        runner = [found]
    with tempfile.TemporaryDirectory() as folder:
        path = Program("vm", main=programs.main, target=TARGETS[machine]).build(
            Path(folder) / "vm")
        return subprocess.run([*runner, str(path)], capture_output=True, text=True,
                              check=True).stdout


if __name__ == "__main__":
    print("in this process, fibonacci:", end=" ")
    status = programs.execute(list(programs.FIBONACCI.init))
    print(f"{programs.machine.get().result} ({status})")
    outputs = {machine: executable(machine) for machine in TARGETS}
    print(outputs["x86_64"], end="")
    same = outputs["x86_64"] == outputs["aarch64"]
    print(f"x86-64 and AArch64 executables: {'the same' if same else 'DIFFERENT'}")
    sys.exit(not same)
