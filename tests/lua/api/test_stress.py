"""The border under a collector that runs at every chance, and with every allocation failing."""

from __future__ import annotations

import gc

import pytest

from wrought.lua import LuaError, LuaMemoryError, LuaRuntime

COLLECTIONS, STEPS, FAILING = 1, 2, 3
"""What `_test` does."""


class Thing:
    """Counts those that are alive."""

    living = 0

    def __init__(self):
        self.x = 1
        Thing.living += 1

    def __del__(self):
        Thing.living -= 1

    def method(self, *args):
        return args


def work(lua):
    """Use all of the border once; what comes out is always the same."""
    g = lua.globals()
    g.thing, g.make, g.items = Thing(), Thing, [1, None, "x"]
    g.back = lambda f, *args: f(*args)
    found = [
        lua.eval("thing:method(1, 'a', make(), {}, print)")[:2],
        lua.execute("local s = '' for i, x in python.enumerate(items) do "
                    "s = s .. i .. tostring(x) end return s"),
        lua.eval("back(function(...) return select('#', ...) end, 'p', 'q' .. 1, {}, make())"),
        sorted(lua.table_from({"a": 1, "b": "two" + "!"}).items()),
        list(lua.eval("function(n) for i = 1, n do coroutine.yield('v' .. i) end end")
             .coroutine(3)),
        lua.eval("select('#', pcall(back))"),
        lua.eval("tostring(thing.x + #items)"),
    ]
    table = lua.table(1, 2)
    table["key" + "x"] = "value" + "y"
    table.other = Thing()
    found += [table.keyx, type(table.other).__name__, len(table)]
    indexed = lua.execute("return setmetatable({}, {__index = function(t, k) return k .. k end, "
                          "__newindex = function(t, k, v) rawset(t, k, {v .. 'n'}) end})")
    indexed.new = "n"
    found += [indexed.ab, indexed.new[1]]
    try:
        lua.execute("local t = {} t.x.y = 1")
    except LuaMemoryError:
        raise
    except LuaError as error:
        found.append(str(error).count("traceback"))
    return found


EXPECTED = [(1, "a"), "011nil2x", 4, [("a", 1), ("b", "two!")], ["v1", "v2", "v3"], 2, "4",
            "valuey", "Thing", 2, "abab", "nn", 1]


@pytest.mark.parametrize("how", [0, COLLECTIONS, STEPS])
def test_work(how):
    lua = LuaRuntime()
    if how:
        lua._test(how, 1)
    assert work(lua) == EXPECTED
    assert work(lua) == EXPECTED


def test_every_allocation_fails_in_turn():
    """Each time there is an exception, the runtime goes on, and nothing is kept alive."""
    gc.collect()
    assert Thing.living == 0
    failures = 0
    for n in range(1, 2000):
        lua = LuaRuntime()
        lua._test(FAILING, n)
        try:
            result = work(lua)
        except (LuaMemoryError, MemoryError):
            failures += 1
            result = None
        lua._test(FAILING, 0)
        assert lua.eval("1 + 1") == 2
        if result is None and n % 5 == 0:
            assert work(lua) == EXPECTED
        del lua
        gc.collect()
        assert Thing.living == 0, f"allocation {n} leaves objects behind"
        if result == EXPECTED:
            break
    assert 100 < failures < 1999
