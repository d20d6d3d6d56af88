"""Tables and rows from given numbers."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

TIMES = {
    "fib": {"wrought": 0.5, "luajit -joff": 1.0, "lua5.1": 2.0},
    "json": {"wrought": 1.0, "luajit -joff": 0.5, "lua5.1": 4.0},
}


def shown(times: dict[str, dict[str, float]]) -> list[list[str]]:
    """The words of each line of the printed table."""
    from bench.lua.table import print_times

    out = io.StringIO()
    print_times("Title", times, Console(file=out, width=120))
    return [line.split() for line in out.getvalue().splitlines() if line.strip()]


def test_table() -> None:
    lines = shown(TIMES)
    assert ["program", "wrought", "luajit", "-joff", "lua5.1", "/luajit", "-joff",
            "/lua5.1"] in lines
    assert ["fib", "0.500", "1.000", "2.000", "2.00", "4.00"] in lines
    assert ["json", "1.000", "0.500", "4.000", "0.50", "4.00"] in lines
    assert ["geometric", "mean", "1.00", "4.00"] in lines
    assert ["worst", "0.50", "4.00"] in lines
    assert "worst against luajit -joff: json (0.50)".split() in lines


def test_table_without_ours_compares_luajits_interpreter() -> None:
    lines = shown({"fib": {"luajit -joff": 1.0, "lua5.1": 2.5, "luajit": 0.25}})
    assert ["fib", "1.000", "2.500", "0.250", "2.50", "0.25"] in lines
    assert "luajit -joff: how many times as fast as each" in " ".join(lines[0])


def test_table_with_a_gap() -> None:
    lines = shown({"a": {"wrought": 1.0, "lua5.1": 3.0}, "b": {"wrought": 2.0}})
    assert ["a", "1.000", "3.000", "3.00"] in lines
    assert ["b", "2.000"] in lines
    assert ["geometric", "mean", "3.00"] in lines


def test_geometric_mean() -> None:
    from bench.lua.table import geometric_mean

    assert geometric_mean([1, 4, 16]) == pytest.approx(4)
    assert geometric_mean([0.5]) == pytest.approx(0.5)


def test_speed_rows() -> None:
    from bench.lua.measure import speed_rows

    mean, worst = speed_rows(TIMES)
    assert (mean.ours, mean.met) == (1.0, False)
    assert (worst.what, worst.ours, worst.met) == ("speed, worst: json", 0.5, False)
    fast = {"fib": {"wrought": 0.5, "luajit -joff": 1.0}}
    assert all(row.met for row in speed_rows(fast))
    assert speed_rows({"fib": {"luajit -joff": 1.0}}) == []


def test_no_program_may_be_slower_than_on_lua_5_4() -> None:
    from bench.lua.measure import reference_rows

    row, = reference_rows({"fib": {"wrought": 1.0, "lua5.4": 2.0},
                           "json": {"wrought": 2.0, "lua5.4": 1.0}})
    assert (row.what, row.ours, row.met) == ("speed, worst: json", 0.5, False)
    assert reference_rows({"fib": {"wrought": 1.0, "lua5.4": 1.5}})[0].met
    assert reference_rows({"fib": {"wrought": 1.0}}) == []


def test_memory_rows() -> None:
    from bench.lua.measure import memory_rows

    row, = memory_rows({"wrought": 22.0, "lua5.4": 18.0, "luajit": 5.0})
    assert (row.ours, row.peer, row.met) == (22.0, 18.0, False)
    assert memory_rows({"wrought": 21.0, "lua5.4": 18.0})[0].met
    assert memory_rows({"lua5.4": 18.0}) == []


def test_startup() -> None:
    from bench.lua.run import Sample
    from bench.lua.startup import rows, show

    started = {"wrought": Sample(0.001, 0.0011, 3.5, "1\n"),
               "lua5.4": Sample(0.001, 0.0009, 2.5, "1\n")}
    wall, memory = rows(started)
    assert (wall.ours, wall.peer, wall.met) == (1.1, pytest.approx(0.9), True)
    assert (memory.ours, memory.peer, memory.met) == (3.5, 2.5, False)
    out = io.StringIO()
    show(started, {"lua5.4": 17.25}, Console(file=out, width=100))
    lines = [line.split() for line in out.getvalue().splitlines()]
    assert ["wrought", "1.10", "3.50"] in lines
    assert ["lua5.4", "0.90", "2.50", "17.2"] in lines


def test_details_of_parts_are_kept_together(tmp_path: Path) -> None:
    from bench.lua.table import save

    path = tmp_path / "new" / "details.json"
    save(path, "programs", {"fib": {"lua5.1": 1.5}})
    save(path, "aarch64", {"operations": {}})
    assert json.loads(path.read_text()) == {"programs": {"fib": {"lua5.1": 1.5}},
                                            "aarch64": {"operations": {}}}


def test_instructions_per_iteration(tmp_path: Path) -> None:
    """What does not depend on the loop's count is not the operation's."""
    from bench.lua.engines import Engine
    from bench.lua.instructions import count_operations, mean_rows, operation_rows
    from bench.lua.operations import OPERATIONS

    cost = {"wrought": 15, "luajit -joff": 20}

    def count(engine: Engine, arguments: list[str]) -> tuple[int, str]:
        return 1_000_000 + cost[engine.name] * int(arguments[1]), "done\n"
    found = count_operations(count, [Engine(name, ()) for name in cost], tmp_path)
    assert len(found) == len(OPERATIONS)
    assert all(by == {"wrought": 15, "luajit -joff": 20} for by in found.values())
    rows = operation_rows(found)
    assert [(row.ours, row.peer, row.met) for row in rows] == [(15, 20, True)] * len(OPERATIONS)
    mean, = mean_rows("operations", found)
    assert mean.ours == pytest.approx(15 / 20, abs=1e-3) and mean.met
