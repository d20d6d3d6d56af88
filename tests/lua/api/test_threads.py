"""Runtimes and threads: the GIL is given up, one thread at a time is inside."""

from __future__ import annotations

import gc
import os
import threading
import time

from wrought.lua import LuaRuntime


def run_all(functions):
    """Run each in a thread of its own; their exceptions are the test's."""
    failures = []

    def guarded(f):
        try:
            f()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(f,)) for f in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads), "a thread hangs"
    if failures:
        raise failures[0]


def test_python_goes_on_while_lua_runs(both):
    """Lua waits for what a thread of Python's writes, which does so once Lua has begun."""
    read, write = os.pipe()
    entered = threading.Event()
    both.globals().entered = entered.set
    results = []

    def answer():
        entered.wait(60)
        # What the callback has left to do is done by then; Lua is in its read or on its way.
        time.sleep(0.05)
        os.write(write, b"here")

    def wait():
        results.append(both.execute("""
            local pipe = assert(io.open("/proc/self/fd/" .. ..., "rb"))
            entered()
            return pipe:read(4)""", read))

    run_all([wait, answer])
    assert results == ["here"]
    os.close(read)
    os.close(write)


def test_a_counter_advances_while_lua_counts(lua):
    done = threading.Event()
    counts = []

    def count():
        n = 0
        while not done.is_set():
            n += 1
        counts.append(n)

    def work():
        lua.execute("local n = 0 for i = 1, 3e7 do n = n + i % 3 end return n")
        done.set()

    run_all([count, work])
    assert counts[0] > 1000


def test_two_runtimes_are_in_lua_at_once():
    """Each waits in Lua, without calling Python, for what the other one writes to a pipe."""
    a_to_b, b_to_a = os.pipe(), os.pipe()
    code = """
        local read, write = ...
        local out = assert(io.open("/proc/self/fd/" .. write, "wb"))
        local back = assert(io.open("/proc/self/fd/" .. read, "rb"))
        for i = 1, 100 do
            out:write("x") out:flush()
            assert(back:read(1) == "x")
        end"""
    run_all([lambda: LuaRuntime().execute(code, b_to_a[0], a_to_b[1]),
             lambda: LuaRuntime().execute(code, a_to_b[0], b_to_a[1])])
    for end in (*a_to_b, *b_to_a):
        os.close(end)


def test_a_runtime_is_used_by_one_thread_at_a_time(lua):
    lua.execute("n = 0 inside = 0 most = 0")
    step = lua.eval("""function()
        inside = inside + 1 if inside > most then most = inside end
        for i = 1, 200 do n = n + 1 end
        inside = inside - 1 end""")
    run_all([lambda: [step() for _ in range(500)]] * 6)
    assert lua.globals().n == 6 * 500 * 200 and lua.globals().most == 1


def test_everybody_gets_a_turn(lua):
    """A thread that calls without pause does not keep the others out."""
    f = lua.eval("function() end")
    stop = threading.Event()

    def busy():
        while not stop.is_set():
            f()

    def other():
        for _ in range(50):
            f()
        stop.set()

    run_all([busy, busy, other])


def test_the_lock_is_reentrant(lua):
    lua.globals().outer = lambda: lua.eval("inner()")
    lua.globals().inner = lambda: lua.eval("40 + 2")
    run_all([lambda: [lua.eval("outer()") for _ in range(50)]] * 4)
    assert lua.eval("outer()") == 42


def test_callbacks_in_many_threads(lua):
    lua.globals().f = lambda x: x + 1
    g = lua.eval("function(n) local s = 0 for i = 1, n do s = f(s) end return s end")
    results = []
    run_all([lambda: results.append(g(2000))] * 4)
    assert results == [2000] * 4


def test_proxies_die_in_other_threads(lua):
    lua.execute("weak = setmetatable({}, {__mode = 'v'})")
    make = lua.eval("function() local t = {} weak[#weak + 1] = t return t end")
    going = threading.Event()
    lua.globals().going = going.set

    def drop():
        mine = [make() for _ in range(200)]
        going.wait(60)
        mine.clear()

    def hold():
        lua.execute("going() for i = 1, 3e6 do end")

    run_all([drop, drop, hold])
    gc.collect()
    lua.eval("1")
    lua.gccollect()
    assert list(lua.globals().weak.items()) == []


def test_a_runtime_per_thread():
    def work():
        lua = LuaRuntime()
        fib = lua.eval("""(function()
            local function fib(n) if n < 2 then return n end return fib(n-1) + fib(n-2) end
            return fib end)()""")
        assert [fib(n) for n in range(15)][-1] == 377
        lua.globals().f = fib
        assert lua.eval("f(10)") == 55

    run_all([work] * 8)


def test_runtimes_are_freed_in_other_threads():
    kept = [LuaRuntime() for _ in range(5)]
    for lua in kept:
        lua.globals().thing = object()
    run_all([kept.clear])
    assert not kept
