"""Generated programs on two engines: which of them differ."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from lua.conformance.cases import show_code
from lua.engines import Engine, Result
from lua.fuzz.generate import END, batch, split
from lua.fuzz.nodes import Program

PER_FILE = 50
"""Programs that one process runs."""


def outputs(engine: Engine, programs: Sequence[Program]) -> dict[int, list[str]]:
    """What each program printed; how the process ended is the last line of a cut-off program."""
    result = engine.run_text(batch(programs), "fuzz.lua")
    found = split(result.stdout)
    if all(found.get(program.seed, [""])[-1:] == [f"{END} {program.seed}"]
           for program in programs):
        return found
    return found if len(programs) > 1 else {programs[0].seed: _ended(programs[0], found, result)}


def _ended(program: Program, found: dict[int, list[str]], result: Result) -> list[str]:
    message = result.stderr.decode("latin-1").strip().split("\n")
    return [*found.get(program.seed, ["nothing was printed"]),
            f"process ended: exit code {show_code(result.code)}", *message[:8]]


def differing(ours: Engine, oracle: Engine, programs: Sequence[Program]) -> list[Program]:
    """The programs whose output is not the same on both.

    A program that ends the process takes the rest of its file with it; those are run again alone.
    """
    found: list[Program] = []
    for start in range(0, len(programs), PER_FILE):
        some = programs[start:start + PER_FILE]
        want, got = outputs(oracle, some), outputs(ours, some)
        for program in some:
            if want.get(program.seed) != got.get(program.seed) and differ(ours, oracle, program):
                found.append(program)
    return found


def differ(ours: Engine, oracle: Engine, program: Program) -> bool:
    """Whether one program, run alone, does different things.

    A text that the oracle refuses does not count: cutting a program must leave a program.
    """
    want = outputs(oracle, [program])
    if want.get(program.seed, [""])[0].startswith("does not compile"):
        return False
    return want != outputs(ours, [program])


def difference(ours: Engine, oracle: Engine, program: Program) -> str:
    """The text of a program and how its outputs differ."""
    want, got = (outputs(engine, [program])[program.seed] for engine in (oracle, ours))
    lines = difflib.unified_diff(want, got, oracle.name, ours.name, lineterm="", n=1)
    return "\n".join([f"seed {program.seed}", *program.lines(), *list(lines)[:30]])
