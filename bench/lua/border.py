"""Calls between Python and Lua: ours and lupa's (over LuaJIT), in turn, in one process."""

from __future__ import annotations

import timeit
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from bench.result import Row

RATIO = 2.0
"""What an operation may cost, as a multiple of lupa's."""
REPEATS = 15
"""Of each operation, engines in turn; the fastest counts."""
MODULES = {"wrought": "wrought.lua", "lupa": "lupa.luajit21"}
OURS, PEER = MODULES


@dataclass(frozen=True)
class Operation:
    """A statement of Python, or the body of a loop in Lua, that is run many times."""

    name: str
    statement: str
    count: int = 20_000
    in_lua: bool = False


OPERATIONS = (
    Operation("Python calls f()", "f()"),
    Operation("Python calls f(1, 2)", "f(1, 2)"),
    Operation('Python calls f("text", 1.5)', "f('text', 1.5)"),
    Operation("Lua calls a Python function", "p(i)", in_lua=True),
    Operation("Lua calls a C function", "abs(i)", in_lua=True),
    Operation("Lua calls a method", "o:m(i)", in_lua=True),
    Operation("Lua reads an attribute", "x = o.x", in_lua=True),
    Operation("Lua sets an attribute", "o.x = i", in_lua=True),
    Operation("t[1]", "t[1]"),
    Operation("t[1] = 5", "t[1] = 5"),
    Operation('t["key"]', "t['key']"),
    Operation("t.key", "t.key"),
    Operation("t.key = 5", "t.key = 5"),
    Operation("list(t.items()), 4 items", "list(t.items())", 5_000),
    Operation('execute("return 1")', "lua.execute('return 1')", 5_000),
    Operation('eval("1 + 1")', "lua.eval('1 + 1')", 5_000),
)


class Thing:
    """What Lua gets to use."""

    def __init__(self) -> None:
        self.x = 1

    def m(self, n: int) -> int:
        return n


def environment(module: Any) -> dict[str, Any]:
    """The names that statements use."""
    lua = module.LuaRuntime()
    shared = lua.globals()
    shared.p, shared.abs, shared.o = lambda n: n, abs, Thing()
    return {"lua": lua, "f": lua.eval("function(a, b) return a end"),
            "t": lua.eval("{1, 2, 3, key = 'value'}")}


def runner(operation: Operation, names: Mapping[str, Any]) -> Callable[[], float]:
    """A function that runs the operation `count` times and returns the seconds of one."""
    if operation.in_lua:
        loop = names["lua"].execute(
            "local p, abs, o, x = p, abs, o, nil "
            f"return function(n) for i = 1, n do {operation.statement} end end")
        timer = timeit.Timer(lambda: loop(operation.count))
        return lambda: timer.timeit(1) / operation.count
    timer = timeit.Timer(operation.statement, globals=dict(names))
    return lambda: timer.timeit(operation.count) / operation.count


def measure() -> list[Row]:
    """A row for each operation, in nanoseconds.  Raises ImportError where lupa is missing."""
    names = {engine: environment(import_module(module)) for engine, module in MODULES.items()}
    return [row(operation, names) for operation in OPERATIONS]


def row(operation: Operation, names: Mapping[str, Mapping[str, Any]]) -> Row:
    runs = {engine: runner(operation, own) for engine, own in names.items()}
    best = dict.fromkeys(runs, float("inf"))
    for _ in range(REPEATS):
        for engine, run in runs.items():
            best[engine] = min(best[engine], run())
    ours, peer = best[OURS] * 1e9, best[PEER] * 1e9
    return Row(operation.name, "against lupa", ours, peer, "ns", f"≤ {RATIO:g}x lupa",
               ours <= RATIO * peer)
