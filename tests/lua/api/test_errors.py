"""Errors across the border, and that a broken script leaves Python intact."""

from __future__ import annotations

import gc
import sys
import traceback
import weakref

import pytest

from wrought.lua import LuaError, LuaMemoryError, LuaRuntime


def test_lua_errors_have_the_traceback(lua):
    with pytest.raises(LuaError) as caught:
        lua.execute("local function f() error('hey') end\nlocal function g() f() end\ng()")
    assert str(caught.value).splitlines() == [
        '[string "<python>"]:1: hey',
        "stack traceback:",
        "\t[C]: in function 'error'",
        "\t[string \"<python>\"]:1: in function 'f'",
        "\t[string \"<python>\"]:2: in function 'g'",
        '\t[string "<python>"]:3: in main chunk']
    assert caught.value.value is None


def test_kinds_of_errors(either):
    lua = either.LuaRuntime()
    assert issubclass(either.LuaSyntaxError, either.LuaError)
    assert issubclass(either.LuaMemoryError, either.LuaError)
    assert issubclass(either.LuaMemoryError, MemoryError)
    with pytest.raises(either.LuaSyntaxError, match="unexpected symbol near"):
        lua.execute("x = = 1")
    with pytest.raises(either.LuaError, match="attempt to index"):
        lua.execute("local t = nil; t.x = 1")
    with pytest.raises(either.LuaError, match="attempt to call a table value"):
        lua.eval("{}")()


def test_error_values(lua):
    with pytest.raises(LuaError) as caught:
        lua.execute("error({code = 7})")
    assert caught.value.value.code == 7 and "table value" in str(caught.value)
    with pytest.raises(LuaError, match="nil"):
        lua.execute("error()")
    with pytest.raises(LuaError) as caught:
        lua.execute("error(12)", name="=x")
    assert str(caught.value).startswith("x:1: 12")
    with pytest.raises(LuaError) as caught:
        lua.execute("error(true)")
    assert caught.value.value is True


def test_an_undecodable_message(lua):
    with pytest.raises(LuaError, match="bad \ufffd end"):
        lua.execute("error('bad \\255 end', 0)")


def test_python_exceptions_come_through_as_they_are(both):
    class Mine(Exception):
        pass

    thrown = Mine("x", 1)

    def fail():
        raise thrown

    both.globals().fail = fail
    with pytest.raises(Mine) as caught:
        both.execute("local function f() fail() end f()")
    assert caught.value is thrown
    names = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert names[-1] == "fail"


def test_lua_catches_python_exceptions(both):
    def fail():
        raise ValueError("boom")

    both.globals().fail = fail
    ok, error = both.eval("pcall(fail)")
    assert ok is False and type(error) is ValueError
    assert both.eval("tostring(select(2, pcall(fail)))") == "boom"
    assert both.eval("select(2, xpcall(fail, function(e) return e.args end))") == ("boom",)
    with pytest.raises(ValueError, match="boom"):
        both.execute("local ok, e = pcall(fail) error(e)")


def test_base_exceptions_too(both):
    def leave():
        raise SystemExit(3)

    both.globals().leave = leave
    with pytest.raises(SystemExit):
        both.execute("leave()")


def test_errors_inside_of_both(lua):
    lua.globals().inner = lambda: lua.execute("error('deep', 0)")
    with pytest.raises(LuaError, match="^deep") as caught:
        lua.execute("inner()")
    ok, error = lua.eval("pcall(inner)")
    assert not ok and isinstance(error, LuaError) and error is not caught.value


def test_a_handler_outside_is_not_asked_about_errors_inside(lua):
    def inner():
        with pytest.raises(LuaError):
            lua.execute("error('inside')")
        return "fine"

    lua.globals().inner = inner
    assert lua.execute("""
        local asked = 0
        local ok, result = xpcall(function() return inner() end,
                                  function(e) asked = asked + 1 return e end)
        return ok, result, asked""") == (True, "fine", 0)


def test_stack_overflow(lua):
    with pytest.raises(LuaError, match="stack overflow"):
        lua.execute("local function f() return 1 + f() end f()")
    with pytest.raises(LuaError):
        lua.execute("string.rep('x', -1) local t = {} for i = 1, 300 do t = {t} end "
                    "local s = ('('):rep(100000) return assert(loadstring(s))()")
    assert lua.eval("1 + 1") == 2


def test_recursion_through_both_languages(lua):
    deepest = 0

    def down(n):
        nonlocal deepest
        deepest = max(deepest, n)
        return lua.eval("down(...)", n + 1)

    lua.globals().down = down
    with pytest.raises((LuaError, RecursionError)):
        down(0)
    assert deepest > 50 and lua.eval("1 + 1") == 2
    f = lua.eval("function(f, n) return f(f, n) end")
    call = lua.eval("python.as_function(...)", lambda g, n: f(g, n + 1))
    with pytest.raises((LuaError, RecursionError)):
        f(call, 1)
    assert sys.getrecursionlimit() >= 100 and lua.eval("2") == 2


def test_errors_in_finalisers(lua):
    lua.execute("for i = 1, 10 do local p = newproxy(true) "
                "getmetatable(p).__gc = function() error('in gc') end end")
    try:
        lua.gccollect()
    except LuaError as error:
        assert "in gc" in str(error)
    assert lua.eval("1 + 1") == 2
    del lua
    gc.collect()


def test_finalisers_that_call_python_while_the_runtime_dies():
    calls = []
    lua = LuaRuntime()
    kept = []

    def finalise(thing):
        calls.append(1)
        kept.append(thing)

    lua.globals().finalise = finalise
    lua.execute("p = newproxy(true) getmetatable(p).__gc = function(p) finalise({}) end")
    del lua
    gc.collect()
    assert calls == [1]
    with pytest.raises(RuntimeError, match="closed"):
        _ = kept[0].x
    with pytest.raises(RuntimeError, match="closed"):
        kept[0]()
    assert "closed" in repr(kept[0]) and kept[0] == kept[0]
    kept.clear()


def test_memory_limit(either):
    lua = either.LuaRuntime(max_memory=2_000_000)
    assert lua.get_max_memory() == 2_000_000
    with pytest.raises(either.LuaMemoryError):
        lua.execute("local t = {} for i = 1, 1e7 do t[i] = {} end")


def test_a_runtime_that_had_no_memory_goes_on():
    lua = LuaRuntime(max_memory=2_000_000)
    with pytest.raises(LuaMemoryError):
        lua.execute("local t = {} for i = 1, 1e7 do t[i] = {} end")
    assert lua.eval("1 + 1") == 2
    with pytest.raises(LuaMemoryError):
        lua.execute("return ('x'):rep(1e8)")
    with pytest.raises(LuaMemoryError):
        lua.eval("#...", "x" * 10_000_000)
    assert lua.eval("1 + 1") == 2
    lua.set_max_memory(0)
    assert lua.eval("#...", "x" * 10_000_000) == 10_000_000
    assert lua.get_memory_used(total=True) > lua.get_memory_used()


def test_a_limit_below_what_is_in_use(lua):
    lua.set_max_memory(1, total=True)
    with pytest.raises(LuaMemoryError):
        lua.execute("local t = {} for i = 1, 1e5 do t[i] = {i} end")
    lua.set_max_memory(None)
    lua.execute("local t = {} for i = 1, 1e5 do t[i] = {i} end")
    with pytest.raises(ValueError):
        lua.set_max_memory(-1)


def test_instruction_limit():
    lua = LuaRuntime(max_instructions=100_000)
    assert lua.execute("local n = 0 for i = 1, 1000 do n = n + i end return n") == 500500
    assert 0 < lua.get_instructions_left() < 100_000
    with pytest.raises(LuaError, match="instruction limit exceeded"):
        lua.execute("while true do end")
    with pytest.raises(LuaError, match="instruction limit exceeded"):
        lua.execute("while true do pcall(function() while true do end end) end")
    assert lua.get_instructions_left() == 0
    lua.set_max_instructions(1000)
    assert lua.eval("1 + 1") == 2
    lua.set_max_instructions(None)
    assert lua.get_instructions_left() is None
    lua.execute("for i = 1, 1e5 do end")
    with pytest.raises(ValueError):
        lua.set_max_instructions(-1)


def test_broken_scripts_leave_python_intact(lua):
    lua.globals().f = lambda *args: args
    for code in ("f(", "error(f)", "f.x.y = 1", "return #f", "return -f", "return f .. f",
                 "return f < f", "coroutine.wrap(function() f.x() end)()", "setmetatable(f, {})",
                 "for i in f do error(i) end", "coroutine.yield()", "return f[nil]", "f[nil] = 1",
                 "getmetatable('').__index = nil return ('x'):len()", "debug.setmetatable(1, 5)",
                 "python.iter()", "python.as_function()", "python.args()", "python.eval()",
                 "string.gsub('x', '[', '')", "_G = nil; print = nil; error(print)",
                 "local m = debug.getmetatable(f) m.__gc(f) m.__call() m.__index() f.x()"):
        try:
            lua.execute(code)
        except (LuaError, TypeError, AttributeError, KeyError, IndexError):
            continue
        raise AssertionError(f"no error: {code}")
    assert lua.eval("1 + 1") == 2


def test_scripts_with_the_debug_library_break_nothing_but_themselves(lua):
    lua.globals().f, lua.globals().call = lambda *args: args, lua.eval("function() end")
    table = lua.table(1, 2)
    lua.execute("""
        for key, value in pairs(debug.getregistry()) do
            if type(value) == "table" and value ~= _G then
                for k in pairs(value) do value[k] = nil end
            end
        end
        local g = python.as_function(f)
        for _, wrong in ipairs{1, "x", {}, print, newproxy(), io.stdout, f} do
            debug.setupvalue(g, 1, wrong)
            pcall(g, 1)
            tostring(g)
            pcall(f, g)
        end
        for name, method in pairs(debug.getmetatable(f)) do
            for _, wrong in ipairs{1, "x", {}, print, newproxy(), io.stdout, f} do
                pcall(method)
                pcall(method, wrong)
                pcall(method, wrong, wrong, wrong)
            end
        end
        local meta = debug.getmetatable(f)
        for name in pairs(meta) do meta[name] = nil end""")
    lua.gccollect()
    assert table[2] == 2 and lua.eval("...", table) == table
    with pytest.raises(LuaError, match="attempt to call"):
        lua.execute("f()")
    del table
    lua.gccollect()


def test_objects_are_let_go_of(lua):
    class Thing:
        pass

    thing = Thing()
    seen = weakref.ref(thing)
    lua.globals().thing = thing
    del thing
    gc.collect()
    assert seen() is not None
    lua.globals().thing = None
    lua.gccollect()
    lua.gccollect()
    assert seen() is None


def test_many_objects_are_let_go_of():
    lua = LuaRuntime()
    living = set()

    class Thing:
        def __init__(self):
            living.add(id(self))

        def __del__(self):
            living.discard(id(self))

    lua.globals().make = Thing
    lua.execute("for i = 1, 2000 do make() end collectgarbage() collectgarbage()")
    assert len(living) < 100
    lua.execute("kept = {} for i = 1, 500 do kept[i] = make() end")
    assert len(living) >= 500
    del lua
    gc.collect()
    assert not living


def test_lua_objects_are_let_go_of(lua):
    lua.execute("weak = setmetatable({}, {__mode = 'v'})")
    proxies = [lua.execute("local t = {} weak[...] = t return t", i) for i in range(1, 101)]
    lua.gccollect()
    assert len(list(lua.globals().weak.items())) == 100
    del proxies[50:]
    lua.gccollect()
    assert len(list(lua.globals().weak.items())) == 50
    assert proxies[0] == lua.globals().weak[1]


def test_a_runtime_lives_as_long_as_its_last_proxy():
    f = LuaRuntime().eval("function(x) return x * 2 end")
    gc.collect()
    assert f(4) == 8
    items = LuaRuntime().eval("{1, 2}").items()
    gc.collect()
    assert list(items) == [(1, 1), (2, 2)]


def test_proxies_can_be_weakly_referenced(lua):
    t = lua.table()
    seen = weakref.ref(t)
    assert seen() is t
    del t
    assert seen() is None


def test_types_cannot_be_made_by_hand():
    from wrought.lua import LuaFunction, LuaTable

    for kind in (LuaTable, LuaFunction):
        with pytest.raises(TypeError):
            kind()
    with pytest.raises(RuntimeError, match="closed"):
        LuaRuntime.__new__(LuaRuntime).globals()
    with pytest.raises(TypeError, match="LuaRuntime"):
        LuaRuntime.__base__()
    with pytest.raises(RuntimeError, match="open already"):
        LuaRuntime().__init__()
