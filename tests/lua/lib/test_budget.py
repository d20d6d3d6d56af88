"""The instruction budget: whatever a script does, it is stopped, and nothing else is."""

from __future__ import annotations

import subprocess

import pytest

from lua.engines import Result, clean_environment, ours

LIMIT = "instruction limit exceeded"


def run(budget: str, text: str, stress: bool = False) -> Result:
    """Run a chunk with the option -B."""
    engine = ours(stress=stress)
    done = subprocess.run([*engine.command, "-B", budget, "-e", text], capture_output=True,
                          env=clean_environment(dict(engine.environment)), check=False,
                          stdin=subprocess.DEVNULL, timeout=60)
    return Result(done.stdout, done.stderr, done.returncode)


ENDLESS = {
    "while": "while true do end",
    "repeat": "repeat until false",
    "repeat with upvalue": "repeat local x = 1 local f = function() return x end until false",
    "goto": "::again:: goto again",
    "numeric for": "for i = 1, 1e300, 1e-300 do end",
    "nested for": "for i = 1, 1e9 do for j = 1, 2 do end end",
    "next": "local t = {1} while true do for k in next, t do end end",
    "ipairs": "local t = {1, 2, 3} while true do for i, v in ipairs(t) do end end",
    "function iterator": "for x in function() return 1 end do end",
    "tail calls": "local function f() return f() end f()",
    "recursion": "local function f(n) if n > 0 then f(n - 1) f(n - 1) end end f(60)",
    "builtin calls": "local function f() return pcall(f) end while true do f() end",
    "pcall": "while true do pcall(function() while true do end end) end",
    "pcall in itself": "local function f() while true do pcall(f) end end f()",
    "xpcall handler": "xpcall(function() while true do end end, function() while true do end end)",
    "metamethod": "local t = setmetatable({}, {__index = function(t, k) return t[k + 1] end}) "
                  "while true do pcall(function() return t[1] end) end",
    "coroutines": "local co = coroutine.wrap(function() while true do coroutine.yield() end end) "
                  "while true do pcall(co) end",
    "new coroutines": "while true do coroutine.resume(coroutine.create(function() end)) end",
    "comparison": "local t = {} for i = 1, 100 do t[i] = i end "
                  "while true do table.sort(t, function(a, b) return a > b end) end",
    "gsub function": "while true do string.gsub('abc', '.', function() end) end",
    "hook": "debug.sethook(function() while true do end end, 'l')\nlocal x = 1",
    "under a hook": "debug.sethook(function() end, 'crl', 1) while true do end",
    "finaliser": "getmetatable(newproxy(true)).__gc = function() while true do end end "
                 "collectgarbage() while true do end",
    "load": "while true do load(function() return nil end) end",
    "long strings": "for i = 1, 1000 do local s = string.rep('x', 1000000 + i) end",
    "pattern": "string.find(string.rep('a', 3000), string.rep('a-', 6) .. 'b')",
    "greedy pattern": "string.find(string.rep('a', 3000), string.rep('a*', 6) .. 'b')",
    "sort": "local t = {} for i = 1, 1000 do t[i] = i end for i = 1, 1000 do table.sort(t) end",
    "concat": "local t = {} for i = 1, 1000 do t[i] = i end "
              "for i = 1, 1000 do table.concat(t) end",
}


@pytest.mark.parametrize("name", ENDLESS)
def test_endless_programs_are_stopped(name: str):
    done = run("100K", ENDLESS[name])
    assert done.code == 1
    assert done.stderr.decode().rstrip().endswith(LIMIT)


@pytest.mark.parametrize("name", ["pcall", "coroutines", "under a hook", "xpcall handler"])
def test_endless_programs_are_stopped_while_collecting(name: str):
    done = run("5K", ENDLESS[name], stress=True)
    assert done.code == 1
    assert done.stderr.decode().rstrip().endswith(LIMIT)


def test_the_message_has_the_position_of_what_ran():
    done = run("1K", "\n\nwhile true do end")
    assert done.stderr.decode().rstrip().endswith("(command line):3: " + LIMIT)


def test_programs_within_the_budget_run_to_their_end():
    done = run("10M", "local n = 0 for i = 1, 100000 do n = n + i % 3 end print(n)")
    assert (done.stdout, done.code) == (b"100000\n", 0)


def test_no_more_is_executed_than_was_charged():
    """A loop's body of one addition is at least two instructions, so it runs at most half as
    often; every other pass prints nothing, for a call would be stopped too."""
    done = run("1000", "n = 0 pcall(function() while true do n = n + 1 end end) print(n)")
    assert done.code == 1, "the next call is stopped as well"
    counted = run("4000", "n = 0 for i = 1, 500 do n = n + 1 end print(n)")
    assert counted.stdout == b"500\n"
    stopped = run("1000", "n = 0 for i = 1, 500 do n = n + 1 end print(n)")
    assert stopped.stdout == b"" and stopped.code == 1


def test_a_caught_error_leaves_only_straight_code():
    done = run("10K", "local ok, e = pcall(function() while true do end end) "
                      "local s = 'still here ' .. e local t = {s} local f = print f(s)")
    assert done.stdout == b"" and done.code == 1


def test_natives_that_end_soon_are_not_stopped():
    done = run("20K", "print(#string.rep('x', 100000), ('a'):rep(50):find('a*b'), "
                      "table.concat({1, 2, 3}, '-'))")
    assert done.stdout == b"100000\tnil\t1-2-3\n"


@pytest.mark.parametrize("wrong", ["0", "x", "-1", "10Q"])
def test_a_budget_that_is_none_is_refused(wrong: str):
    assert run(wrong, "print(1)").code == 1
