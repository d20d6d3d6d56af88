"""The front end on a program of 20,000 lines: time, memory, and building again.

Every run is a process of its own, so that nothing is kept but what is in the cache; run as a
module with a folder it does one such run.  Time is the process's own (it has one thread), so
that what else the computer does is not counted.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.generator import MODULES, write_program
from bench.result import Row
from wrought.lang.build.program import Program

TOUCHED = MODULES // 2
TIME_LIMIT, AGAIN_LIMIT, MEMORY_LIMIT = 10.0, 3.0, 1024.0
"""Seconds, seconds, MiB."""


def measure() -> list[Row]:
    """Three rows: all of it, memory, and again after one file was touched."""
    with tempfile.TemporaryDirectory(prefix="wrought-bench-") as name:
        folder = Path(name)
        lines = write_program(folder)
        first = _child(folder)
        touched = folder / f"generated_{TOUCHED}.py"
        touched.write_text(touched.read_text().replace("* 3 +", "* 5 +"))
        again = _child(folder)
    where = f"{lines} lines"
    return [
        Row("import, check, lower", where, first["seconds"], None, "CPU s",
            f"below {TIME_LIMIT:g} s", first["seconds"] < TIME_LIMIT),
        Row("peak memory", where, first["memory"], None, "MiB",
            f"below {MEMORY_LIMIT:g} MiB", first["memory"] < MEMORY_LIMIT),
        Row("again, one file touched", where, again["seconds"], None, "CPU s",
            f"below {AGAIN_LIMIT:g} s", again["seconds"] < AGAIN_LIMIT),
    ]


def _child(folder: Path) -> dict[str, Any]:
    environment = {**os.environ, "WROUGHT_CACHE": str(folder / "cache")}
    done = subprocess.run([sys.executable, "-m", "bench.frontend", str(folder)], check=True,
                          capture_output=True, text=True, env=environment)
    return json.loads(done.stdout)


def _run(folder: str) -> None:
    """Compile the program in `folder` and print what it took."""
    sys.path.insert(0, folder)
    begun = time.process_time()
    last = importlib.import_module(f"generated_{MODULES - 1}")
    program = Program("large", target="aarch64-linux",
                      roots=[getattr(last, f"run_{MODULES - 1}")])
    program.module()
    seconds = time.process_time() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "memory": memory}))


if __name__ == "__main__":
    _run(sys.argv[1])
