"""What only refers to itself, through both languages, is collected."""

from __future__ import annotations

import gc
import weakref

import pytest

from wrought.lua import LuaRuntime


class Thing:
    pass


def function_of_globals(lua):
    lua.globals().f = lambda: lua.eval("1")


def garbage_of_lua(lua):
    """The tuple is Lua's, and has a table."""
    lua.eval("(...)({}, print)", lambda *args: args)


def exception_of_lua(lua):
    """The exception has a traceback, whose frames know the runtime."""
    lua.globals().f = lambda: 1 / 0
    lua.globals().caught = lua.eval("select(2, pcall(f))")


def object_with_runtime(lua):
    thing = Thing()
    thing.lua, thing.table = lua, lua.table()
    thing.table.thing = thing


def coroutine_with_arguments(lua):
    thing = Thing()
    thing.thread = lua.eval("function() end").coroutine(thing)
    lua.globals().thread = thing


def attribute(lua):
    lua.own = lua.globals()


@pytest.mark.parametrize("tie", [function_of_globals, garbage_of_lua, exception_of_lua,
                                 object_with_runtime, coroutine_with_arguments, attribute])
def test_cycles(tie):
    lua = LuaRuntime()
    seen = weakref.ref(lua)
    tie(lua)
    gc.collect()
    assert seen() is lua and lua.eval("1 + 1") == 2
    del lua
    gc.collect()
    assert seen() is None


def test_a_filter_that_knows_its_runtime():
    class Rules:
        def check(self, thing, name, setting):
            return name

    rules = Rules()
    rules.lua = LuaRuntime(attribute_filter=rules.check)
    seen = weakref.ref(rules)
    del rules
    gc.collect()
    assert seen() is None


def test_what_is_used_stays():
    """Python's collector runs in the middle of things."""
    lua = LuaRuntime()
    things = [Thing() for _ in range(10)]
    seen = [weakref.ref(thing) for thing in things]
    lua.globals().things = lua.table_from(things)
    lua.globals().collect = gc.collect
    f = lua.eval("function() collect() return things[1], things[10] end")
    del things, lua
    for _ in range(3):
        first, last = f()
        assert first is seen[0]() and last is seen[9]()
    gc.collect()
    assert all(ref() is not None for ref in seen)
    del first, last, f
    gc.collect()
    assert not any(ref() for ref in seen)


def test_a_finaliser_that_rescues_its_runtime():
    kept = []

    class Rescuer:
        def __del__(self):
            kept.append(self.lua)

    thing = Rescuer()
    thing.lua = LuaRuntime()
    thing.lua.globals().thing = thing
    del thing
    gc.collect()
    # Whoever comes first: the runtime is usable, or it says that it is closed.
    assert len(kept) == 1
    try:
        assert kept[0].eval("1") == 1
    except RuntimeError as error:
        assert "closed" in str(error)
