"""The counted part: instructions of single operations and of whole programs on AArch64."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console

from bench.counting import build_plugin
from bench.lua import emulated, programs
from bench.lua.engines import INTERPRETER, OURS, Engine
from bench.lua.measure import progress
from bench.lua.operations import HIGH, LOW, OPERATIONS, SAMPLES
from bench.lua.options import Options
from bench.lua.run import compare
from bench.lua.table import Times, geometric_mean, print_times, ratios, save
from bench.result import Row

MEAN = 0.85
"""Of the instructions of LuaJIT's interpreter, in the geometric mean."""

Count = Callable[[Engine, Sequence[str]], tuple[int, str]]
"""Instructions and output of an engine's run with these arguments."""


def measure(options: Options, console: Console) -> list[Row]:
    """Print the tables; rows with goals where ours is there.

    Raises RunError, EngineError, ProgramError, PackageError, CompileError or BuildError.
    """
    engines, note = emulated.find(options.engines)
    chosen = [name for name in programs.chosen(options.only) if name in SAMPLES or options.only]
    with tempfile.TemporaryDirectory(prefix="wrought-bench-") as name:
        folder = Path(name)
        result = folder / "count"
        prefix = emulator_of(folder, result)

        def count(engine: Engine, arguments: Sequence[str]) -> tuple[int, str]:
            return emulated.count(prefix, result, engine, arguments)
        operations = {} if options.only else count_operations(count, engines, folder)
        whole = count_programs(count, engines, chosen)
    print_times("AArch64: instructions per iteration, loop included", operations, console,
                "{:,.0f}", "times fewer")
    print_times("AArch64: million instructions of a whole run",
                {p: {e: n / 1e6 for e, n in by.items()} for p, by in whole.items()}, console,
                "{:,.2f}", "times fewer")
    if note:
        console.print(f"{note}; these are the peers alone")
    save(options.details, "aarch64", {"operations": operations, "programs": whole})
    return [*operation_rows(operations), *mean_rows("operations", operations),
            *mean_rows("programs", whole)]


def emulator_of(folder: Path, result: Path) -> list[str]:
    """The counting emulator, its plugin built into `folder`."""
    return emulated.emulator(build_plugin(folder), result)


def count_operations(count: Count, engines: Sequence[Engine],
                     folder: Path) -> dict[str, dict[str, float]]:
    """Instructions per iteration of each operation's loop.  Raises RunError."""
    found: dict[str, dict[str, float]] = {}
    by_title = {operation.title: operation for operation in OPERATIONS}
    for title in progress(list(by_title)):
        program = folder / "operation.lua"
        program.write_text(by_title[title].source(), encoding="utf-8")
        found[title] = {}
        for engine in engines:
            low, _ = count(engine, [str(program), str(LOW)])
            high, _ = count(engine, [str(program), str(HIGH)])
            found[title][engine.name] = max((high - low) / (HIGH - LOW), 0.01)
    return found


def count_programs(count: Count, engines: Sequence[Engine],
                   chosen: Sequence[str]) -> dict[str, dict[str, float]]:
    """Instructions of whole runs at small sizes.  Raises RunError, for outputs that differ too."""
    found: dict[str, dict[str, float]] = {}
    for program in progress(chosen):
        size = str(SAMPLES.get(program, programs.TINY[program]))
        runs = {engine.name: count(engine, [str(programs.source(program)), size])
                for engine in engines}
        compare(program, {name: output for name, (_, output) in runs.items()})
        found[program] = {name: float(number) for name, (number, _) in runs.items()}
    return found


def operation_rows(operations: Times) -> list[Row]:
    """Each operation against LuaJIT's interpreter: as few instructions, or fewer."""
    return [Row(title, "AArch64", round(by[OURS], 1), round(by[INTERPRETER], 1), "ins",
                "≤ LuaJIT's interpreter's", by[OURS] <= by[INTERPRETER])
            for title, by in operations.items() if OURS in by and INTERPRETER in by]


def mean_rows(what: str, figures: Times) -> list[Row]:
    """The geometric mean of our instructions to those of LuaJIT's interpreter."""
    found = ratios(figures, INTERPRETER, OURS)
    if not found:
        return []
    mean = 1 / geometric_mean(found.values())
    return [Row(f"{what}, mean of {len(found)}", "AArch64", round(mean, 3), None,
                "of LuaJIT's interpreter's", f"≤ {MEAN}", mean <= MEAN)]
