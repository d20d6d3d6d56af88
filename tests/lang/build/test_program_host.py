"""`Program` without a target builds for this machine, panics included."""

from __future__ import annotations

import subprocess
from pathlib import Path

from wrought.lang.build.program import Program
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import u64


@fn
def main() -> None:
    """Panics."""
    n: u64 = 3
    print("working")
    assert n * n == 8, "arithmetic"


def test_executable_with_a_panic(tmp_path: Path):
    done = subprocess.run([Program("p", main=main).build(tmp_path / "p")], capture_output=True,
                          text=True, check=False)
    assert done.returncode == -6
    assert done.stdout == "working\n" and "arithmetic (in main)" in done.stderr
