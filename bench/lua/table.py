"""Tables of many engines: figures, ratios to one of them, geometric means, the worst."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bench.lua.engines import INTERPRETER, NAMES, OURS

Times = Mapping[str, Mapping[str, float]]
"""By program and engine; the smaller the better."""


def geometric_mean(values: Iterable[float]) -> float:
    """Of at least one positive number."""
    logarithms = [math.log(value) for value in values]
    return math.exp(sum(logarithms) / len(logarithms))


def ratios(times: Times, peer: str, engine: str) -> dict[str, float]:
    """By program: how many times as fast the engine is as the peer, where both ran."""
    return {program: by[peer] / max(by[engine], 1e-9) for program, by in times.items()
            if peer in by and engine in by}


def best_peer(figures: Mapping[str, float]) -> float:
    """The smallest figure of those that are not ours."""
    return min(value for name, value in figures.items() if name != OURS)


def engines_of(times: Times) -> list[str]:
    """The engines that occur, in the order of all tables."""
    present = {name for by in times.values() for name in by}
    return [name for name in NAMES if name in present]


def subject(engines: list[str]) -> str:
    """Whose speed the ratios tell: ours, or LuaJIT's interpreter where ours is absent."""
    return OURS if OURS in engines else INTERPRETER if INTERPRETER in engines else engines[0]


def print_times(title: str, times: Times, console: Console, figure: str = "{:.3f}",
                unit: str = "times as fast") -> None:
    """A row for each program, then the mean and the worst of each ratio.

    A ratio of 2 says that the subject is twice as fast as that peer.
    """
    engines = engines_of(times)
    if not engines:
        return
    who = subject(engines)
    others = [name for name in engines if name != who]
    table = Table(title=f"{title}; {who}: how many {unit} as each", title_justify="left",
                  box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("program", no_wrap=True)
    for name in engines:
        table.add_column(name, justify="right", no_wrap=True)
    for name in others:
        table.add_column(f"/{name}", justify="right", no_wrap=True)
    compared = {name: ratios(times, name, who) for name in others}
    for program, by in times.items():
        table.add_row(program,
                      *(figure.format(by[name]) if name in by else "" for name in engines),
                      *(_ratio(compared[name].get(program)) for name in others))
    table.add_section()
    blank = [""] * len(engines)
    table.add_row("geometric mean", *blank,
                  *(_ratio(geometric_mean(found.values()) if found else None)
                    for found in compared.values()))
    table.add_row("worst", *blank,
                  *(_ratio(min(found.values(), default=None)) for found in compared.values()))
    console.print(table)
    for name, found in compared.items():
        if found:
            program = min(found, key=lambda p: found[p])
            console.print(f"  worst against {name}: {program} ({found[program]:.2f})",
                          highlight=False)


def _ratio(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def save(path: Path, key: str, figures: object) -> None:
    """Put the figures of one part into the file of details, and leave the others there."""
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        known = {}
    known[key] = figures
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
