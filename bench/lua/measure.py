"""The timed part: every program on all engines, interleaved, the best of a few runs."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from bench.lua import programs, startup
from bench.lua.engines import INTERPRETER, OURS, Engine, find
from bench.lua.options import Options
from bench.lua.run import Sample, build_spawner, compare, sample
from bench.lua.table import Times, best_peer, geometric_mean, print_times, ratios, save
from bench.result import Row

MEAN = 1.2
"""How many times as fast as LuaJIT's interpreter, in the geometric mean."""
WORST = 0.85
"""And on the program where it is the least."""
TREES = "binary_trees"
TREES_MEMORY = 1.2
REFERENCE = "lua5.4"
X64 = "x86-64"


def measure(options: Options, console: Console) -> list[Row]:
    """Print the tables; rows with goals where ours is there.

    Raises RunError, EngineError, ProgramError, CompileError or BuildError.
    """
    engines, note = find(options.engines)
    chosen = programs.chosen(options.only)
    with tempfile.TemporaryDirectory(prefix="wrought-bench-") as name:
        spawner = build_spawner(Path(name))
        found = {program: run_all(spawner, engines, program, options.runs)
                 for program in progress(chosen)}
        started = startup.measure(spawner, engines, Path(name))
    times: Times = {program: {e: s.cpu for e, s in by.items()} for program, by in found.items()}
    print_times("Lua programs: seconds of CPU time", times, console)
    memory = {engine: s.memory for engine, s in found.get(TREES, {}).items()}
    startup.show(started, memory, console)
    if note:
        console.print(f"{note}; these are the peers alone")
    save(options.details, "programs", {
        program: {e: {"cpu": s.cpu, "memory": s.memory} for e, s in by.items()}
        for program, by in found.items()})
    return [*speed_rows(times), *startup.rows(started), *memory_rows(memory)]


def progress(chosen: Sequence[str]) -> Sequence[str]:
    """The same, each said on standard error when its turn comes, if that is a terminal."""
    if not sys.stderr.isatty():
        return chosen
    return _Told(chosen)


class _Told(list[str]):
    def __iter__(self):
        for number, name in enumerate(super().__iter__(), 1):
            print(f"\r\x1b[K{number}/{len(self)} {name}", end="", file=sys.stderr, flush=True)
            yield name
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def run_all(spawner: Path, engines: Sequence[Engine], program: str, runs: int,
            size: Sequence[str] = ()) -> dict[str, Sample]:
    """The best run of each engine; they take turns, so that what disturbs meets all alike.

    Raises RunError, for outputs that differ too.
    """
    best: dict[str, Sample] = {}
    arguments = [str(programs.source(program)), *size]
    for _ in range(runs):
        samples = {engine.name: sample(spawner, engine, arguments) for engine in engines}
        compare(program, {name: one.output for name, one in samples.items()})
        for name, one in samples.items():
            if name not in best or one.cpu < best[name].cpu:
                best[name] = one
    return best


def speed_rows(times: Times) -> list[Row]:
    """Speed against LuaJIT's interpreter: the mean, and the worst program."""
    found = ratios(times, INTERPRETER, OURS)
    if not found:
        return []
    mean, worst = geometric_mean(found.values()), min(found, key=lambda name: found[name])
    return [Row(f"speed, mean of {len(found)} programs", X64, round(mean, 3), None,
                "x LuaJIT's interpreter", f"≥ {MEAN}", mean >= MEAN),
            Row(f"speed, worst: {worst}", X64, round(found[worst], 3), None,
                "x LuaJIT's interpreter", f"≥ {WORST}", found[worst] >= WORST),
            *reference_rows(times)]


def reference_rows(times: Times) -> list[Row]:
    """Speed against Lua 5.4: no program may be slower."""
    found = ratios(times, REFERENCE, OURS)
    if not found:
        return []
    worst = min(found, key=lambda name: found[name])
    return [Row(f"speed, worst: {worst}", X64, round(found[worst], 3), None, "x Lua 5.4", "> 1",
                found[worst] > 1)]


def memory_rows(memory: dict[str, float]) -> list[Row]:
    """Peak memory of binary trees against the leanest heap."""
    if OURS not in memory or len(memory) < 2:
        return []
    peer = memory.get(REFERENCE, best_peer(memory))
    return [Row("binary trees, peak memory", X64, round(memory[OURS], 1), round(peer, 1), "MB",
                f"≤ {TREES_MEMORY} x Lua 5.4's", memory[OURS] <= TREES_MEMORY * peer)]
