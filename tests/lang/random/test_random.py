"""Random programs mean the same to every engine, and to Python itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lang.engines import Outcome, executable, in_process, interpret, same
from lang.expect import Case
from lang.random import oracle
from lang.random.generate import HEADER, Generator
from wrought.lang.source import register

ROWS = ((0, 0, 0.0), ((1 << 64) - 1, -1, -1.5), (12345678901234567, -(1 << 63), 1e10))
"""Arguments of each program's entry."""
SEEDS = range(100)
"""Of the programs for AArch64."""


def compiled(text: str, path: str) -> dict[str, Any]:
    """The names of a module given as text."""
    register(path, text)
    names: dict[str, Any] = {"__name__": path.strip("<>")}
    exec(compile(text, path, "exec"), names)
    return names


def cases_of(names: dict[str, Any], entry: str) -> list[Case]:
    return [Case(names[entry], row) for row in ROWS]


def differences(cases: Sequence[Case], wanted: Sequence[Outcome], got: Sequence[Outcome]
                ) -> list[str]:
    """Where two engines disagree."""
    found: list[str] = []
    for c, w, g in zip(cases, wanted, got, strict=True):
        assert not w.trouble, f"{c}: {w.trouble}"
        if g.trouble or w.panic != g.panic or not same(w.value, g.value):
            found.append(f"{c}: interpreter {w}, compiled {g}")
    return found


def against_python(cases: Sequence[Case], wanted: Sequence[Outcome], text: str) -> list[str]:
    """Where Python, running the same source on wrapping numbers, disagrees."""
    entry = oracle.load(text)[cases[0].function.name]
    found: list[str] = []
    for c, w in zip(cases, wanted, strict=True):
        try:
            value = entry(*c.args)
            if w.panic or not same(w.value, (int(value[0]), float(value[1]))):
                found.append(f"{c}: interpreter {w}, Python {value}")
        except oracle.Panicked as p:
            if not w.panic:
                found.append(f"{c}: interpreter {w}, Python panics: {p}")
    return found


@settings(max_examples=40, derandomize=True, deadline=None, database=None,
          suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_in_process(random: Random) -> None:
    text = HEADER + Generator(random).program()
    cases = cases_of(compiled(text, "<random program>"), "main")
    wanted = interpret(cases, "x86_64-linux-musl")
    found = differences(cases, wanted, in_process(cases)) + against_python(cases, wanted, text)
    assert not found, "\n".join(found) + "\n" + text


def test_aarch64(tmp_path: Path) -> None:
    """Many programs in one executable, from fixed seeds."""
    text = HEADER + "".join(Generator(Random(seed), f"p{seed}_").program() for seed in SEEDS)
    names = compiled(text, "<random batch>")
    cases = [c for seed in SEEDS for c in cases_of(names, f"p{seed}_main")]
    target = "aarch64-linux-musl"
    found = differences(cases, interpret(cases, target), executable(cases, target, tmp_path))
    assert not found, "\n".join(found[:5])
