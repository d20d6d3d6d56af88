"""Hello: a compiled function, called from Python and built as a program of its own.

`hello` is Python that is compiled: every value has a type with a width, and nothing of Python
is there when it runs.  Calling it compiles it for this machine; `Program` writes an executable.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from wrought.lang.build.program import Program
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import u64


@fn
def factorial(n: u64) -> u64:
    """n!, modulo 2^64."""
    result: u64 = 1
    for i in range(1, n + 1):
        result *= i
    return result


@fn
def hello() -> None:
    """A program: takes nothing, prints."""
    print("hello from machine code")
    for n in range(u64(5), 8):
        print(f"{n}! = {factorial(n)}")


if __name__ == "__main__":
    print("20! =", factorial(20), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        program = Program("hello", main=hello).build(Path(folder) / "hello")
        print(subprocess.run([program], capture_output=True, text=True, check=True).stdout, end="")
