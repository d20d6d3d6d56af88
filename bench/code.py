"""Generated code against C: executed instructions of each kernel, on both machines."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.counting import build_plugin, count
from bench.kernels import KERNELS
from bench.result import Row
from bench.twins import TARGETS, build_twins

LIMIT = 1.05
"""How many times C's instructions ours may execute."""


class WrongResult(Exception):
    """A kernel and its twin gave different results."""


def measure(machines: Sequence[str] = tuple(TARGETS), kernels: Sequence[str] = ()) -> list[Row]:
    """A row for each kernel and machine.  Raises WrongResult, CompileError or BuildError."""
    with tempfile.TemporaryDirectory(prefix="wrought-bench-") as name:
        folder = Path(name)
        plugin = build_plugin(folder)
        return [row for machine in machines
                for row in _machine(machine, folder, plugin, kernels)]


def _machine(machine: str, folder: Path, plugin: Path, kernels: Sequence[str]) -> list[Row]:
    twins = build_twins(machine, folder)
    rows: list[Row] = []
    for kernel in kernels or [f.name for f in KERNELS]:
        ours, result = count(twins.ours, machine, kernel, plugin)
        theirs, expected = count(twins.theirs, machine, kernel, plugin)
        if result != expected:
            raise WrongResult(f"{kernel} on {machine}: {result.strip()}, "
                              f"but C gives {expected.strip()}")
        rows.append(Row(kernel, machine, ours, theirs, "ins",
                        f"≤ {LIMIT} of C's", ours <= LIMIT * theirs))
    return rows
