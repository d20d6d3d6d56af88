"""Coroutines as generators."""

from __future__ import annotations

import pytest

from wrought.lua import LuaError

COUNT = "function(n) for i = 1, n do coroutine.yield(i) end end"


def test_a_coroutine_is_an_iterator(both):
    assert list(both.eval(COUNT).coroutine(3)) == [1, 2, 3]
    assert list(both.eval(COUNT).coroutine(0)) == []
    assert list(both.eval("function() coroutine.yield(1, 2) return 3 end").coroutine()) == [
        (1, 2), 3]


def test_sending_values(both):
    gen = both.eval("""function(a)
        while a do a = coroutine.yield(a * 2) end
        return "done" end""").coroutine(1)
    assert bool(gen) and next(gen) == 2 and gen.send(5) == 10 and gen.send(7) == 14
    assert next(gen) == "done" and not gen
    with pytest.raises(StopIteration):
        next(gen)
    with pytest.raises(StopIteration):
        gen.send(1)


def test_a_tuple_is_several_values(both):
    gen = both.eval("function() return coroutine.yield() end").coroutine()
    assert next(gen) is None
    assert gen.send((1, 2)) == (1, 2)


def test_sending_to_a_fresh_one(both):
    gen = both.eval(COUNT).coroutine(1)
    with pytest.raises(TypeError):
        gen.send(5)
    assert gen.send(None) == 1


def test_coroutines_made_by_lua(both):
    co = both.eval(f"coroutine.create({COUNT})")
    assert list(co(3)) == [1, 2, 3] and list(co(2)) == [1, 2]


def test_errors_in_coroutines(lua):
    gen = lua.eval("function() coroutine.yield(1) error('hey') end").coroutine()
    assert next(gen) == 1
    with pytest.raises(LuaError, match="hey") as caught:
        next(gen)
    assert "stack traceback" in str(caught.value) and not gen
    with pytest.raises(StopIteration):
        next(gen)


def test_python_exceptions_in_coroutines(lua):
    def fail():
        raise KeyError("x")

    lua.globals().fail = fail
    gen = lua.eval("function() coroutine.yield(1) fail() end").coroutine()
    assert next(gen) == 1
    with pytest.raises(KeyError):
        next(gen)


def test_resuming_oneself(lua):
    lua.globals().again = lambda: next(gen)
    gen = lua.eval("function() again() end").coroutine()
    with pytest.raises((LuaError, StopIteration)):
        next(gen)
    assert lua.eval("1") == 1


def test_python_calls_inside_of_coroutines(lua):
    lua.globals().twice = lambda f, x: (f(x), f(x + 1))
    gen = lua.eval("""function()
        coroutine.yield(twice(function(x) return x * 10 end, 1))
        coroutine.yield(select(2, pcall(twice, coroutine.yield, 1))) end""").coroutine()
    assert next(gen) == (10, 20)
    assert "yield" in str(next(gen))


def gen_of(function):
    return function.coroutine()


def test_only_functions_become_coroutines(lua):
    with pytest.raises(AttributeError):
        _ = gen_of(lua.eval("print")).coroutine
    with pytest.raises(LuaError, match="index"):
        lua.eval("newproxy()").coroutine()
    gen = lua.eval("print").coroutine()
    assert next(iter(gen), "end") == "end"
