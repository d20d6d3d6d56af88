"""One program on four engines: what it prints is the same everywhere.

`sales.py`, with `lexer.py` and `tally.py`, is compiled Python.  Here it runs
in the reference interpreter, in this process, and as executables for both machines.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import sales

from wrought.lang.build.program import Program
from wrought.lang.ir.interp import Interpreter
from wrought.lang.targets import TARGETS


def interpreted() -> str:
    """The output in the reference interpreter, which defines the language."""
    module = Program("sales", main=sales.main, target="x86_64-linux").module()
    machine = Interpreter(module)
    machine.call("main")
    return machine.stdout.decode()


def in_process() -> str:
    """The output of machine code in this process, called as any Python function is."""
    with tempfile.TemporaryFile() as file:
        before = os.dup(1)
        os.dup2(file.fileno(), 1)
        try:
            sales.main()
        finally:
            os.dup2(before, 1)
            os.close(before)
        file.seek(0)
        return file.read().decode()


def executable(target: str) -> str:
    """The output of a program of its own; under qemu-user where this is another machine."""
    arch = "x86_64" if TARGETS[target].arch == "x64" else "aarch64"
    runner: list[str] = []
    if platform.machine() != arch:
        found = shutil.which(f"qemu-{arch}")
        if found is None:
            raise SystemExit(f"qemu-{arch} is needed to run this: install qemu-user")
        runner = [found]
    with tempfile.TemporaryDirectory() as folder:
        path = Program("sales", main=sales.main, target=target).build(Path(folder) / "sales")
        return subprocess.run([*runner, str(path)], capture_output=True, text=True,
                              check=True).stdout


ENGINES = {
    "reference interpreter": interpreted,
    "in this process": in_process,
    "x86-64 executable": lambda: executable("x86_64-linux-musl"),
    "AArch64 executable": lambda: executable("aarch64-linux-musl"),
}
"""How to run the program, by name."""


def run_all() -> dict[str, str]:
    """Every engine's output."""
    return {name: run() for name, run in ENGINES.items()}


if __name__ == "__main__":
    outputs = run_all()
    expected = outputs["reference interpreter"]
    print(expected, end="")
    for name, output in outputs.items():
        print(f"{name}: {'the same' if output == expected else 'DIFFERENT'}")
    sys.exit(any(output != expected for output in outputs.values()))
