"""What an engine takes before the program begins: `print(1)`, and how small it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bench.lua.engines import OURS, Engine
from bench.lua.run import Sample, compare, sample
from bench.lua.table import best_peer
from bench.result import Row

RUNS = 50
WALL = 1.5
"""Milliseconds."""
MEMORY = 3.0
"""Megabytes."""


def measure(spawner: Path, engines: Sequence[Engine], folder: Path) -> dict[str, Sample]:
    """By engine the run of `print(1)` that took the least wall time.  Raises RunError."""
    program = folder / "print.lua"
    program.write_text("print(1)\n", encoding="utf-8")
    best: dict[str, Sample] = {}
    for _ in range(RUNS):
        for engine in engines:
            one = sample(spawner, engine, [str(program)])
            if engine.name not in best or one.wall < best[engine.name].wall:
                best[engine.name] = one
    compare("print(1)", {name: one.output for name, one in best.items()})
    return best


def show(started: Mapping[str, Sample], trees: Mapping[str, float], console: Console) -> None:
    """Start-up of each engine, and the peak of binary trees where that ran."""
    table = Table(title=f"Start-up, print(1), best of {RUNS}; peak memory", title_justify="left",
                  box=SIMPLE_HEAD)
    for name in ("engine", "wall ms", "MB", "binary trees MB"):
        table.add_column(name, justify="left" if name == "engine" else "right", no_wrap=True)
    for name, one in started.items():
        peak = f"{trees[name]:.1f}" if name in trees else ""
        table.add_row(name, f"{one.wall * 1e3:.2f}", f"{one.memory:.2f}", peak)
    console.print(table)


def rows(started: Mapping[str, Sample]) -> list[Row]:
    """Ours against the goals and the best peer."""
    if OURS not in started:
        return []
    own = started[OURS]
    peers = {name: one for name, one in started.items() if name != OURS}
    wall = best_peer({n: s.wall * 1e3 for n, s in peers.items()}) if peers else None
    memory = best_peer({n: s.memory for n, s in peers.items()}) if peers else None
    return [Row("start-up, wall time", "x86-64", round(own.wall * 1e3, 2), wall, "ms",
                f"≤ {WALL}", own.wall * 1e3 <= WALL),
            Row("start-up, peak memory", "x86-64", round(own.memory, 2), memory, "MB",
                f"≤ {MEMORY:g}", own.memory <= MEMORY)]
