"""Programs from seeds, and files that run many of them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from pathlib import Path

from lua.fuzz.nodes import Program
from lua.fuzz.scope import Scope
from lua.fuzz.statements import sequence

PRELUDE = (Path(__file__).parent / "prelude.lua").read_text(encoding="utf-8")
"""What generated programs call: the trace `T`, loop limits, conversions."""

BEGIN, END = "@@begin", "@@end"
"""Lines around the output of each program, with its seed."""

_BUILTIN = re.compile(r"\[builtin:\w+\]:\d+: ")


def generate(seed: int) -> Program:
    """The program of a seed; the same on every machine."""
    rng = random.Random(seed)
    return Program(seed, tuple(sequence(Scope(rng), rng.randint(3, 9))))


def batch(programs: Iterable[Program]) -> str:
    """A file that runs programs one after the other, each protected."""
    parts = [PRELUDE]
    for program in programs:
        text = "\n".join(program.lines())
        parts.append(f'P({program.seed}, [==[\n{text}\n]==])\n')
    return "".join(parts)


def split(output: bytes) -> dict[int, list[str]]:
    """The output of each program, by seed; a last one without its end was cut off.

    Some of LuaJIT's library functions are bytecode: the position that errors have from there is
    left out.
    """
    found: dict[int, list[str]] = {}
    current: list[str] | None = None
    for text in output.decode("latin-1").split("\n"):
        if text.startswith(BEGIN + " "):
            current = found.setdefault(int(text.split()[1]), [])
        elif current is not None:
            current.append(_BUILTIN.sub("", text))
            if text.startswith(END):
                current = None
    return found
