"""Messages and tracebacks of errors that bytecode raises, against LuaJIT's."""

from __future__ import annotations

import re

import pytest

from lua.engines import Engine, Missing, oracle, ours

CASES = """\
local x; x.y = 1
local x; return x.y
return gg.y
local t = {} return t.a.b
local t = {} return t[1].b
local t = {} local k = "q" return t[k].b
local t, k = {} return t[k].b
gg()
local t = {} t.a()
local t = {} t:a()
local x = 5; x()
local x = 5; return x()
return ("x")()
return (1)()
local up; local function f() return up + 1 end f()
local up; local function f() up.x = 1 end f()
local up; local function f() up = nil; up.x = 1 end f()
local up; local function f() up() end f()
local a = "z" return a + 1
local t = {} return 1 + t.x
local t = {} return t.x + t.y
local t, a = {}, 1 return a + t.y
local t = {} return -t
local t = {} return 1 - t
local t = {} return t * 2
local t = {} return 2 ^ t
local t = {} return t % t
local a = "abc" return -a
return #gg
local u return #u
local f = function() end return #f
local u return "a" .. u
local s = true return s .. "x"
local s = true return 1 .. s .. "x" .. "y"
local s = {} return 1 .. "x" .. s
local t = {} return t.x .. "x"
local t = {} return t .. t
return {} .. {}
local t = {} return t < t
local t = {} return t < 1
local t = {} return 1 < t
local t = {} return t > 1
local t = {} return 1 > t
local t = {} return t <= 1
local t = {} return 1 >= t
return "a" < 1
return nil < 1
local a, b = nil, 1 return a >= b
return true <= true
local f = function() end return f < f
for i = "a", 1 do end
for i = 1, {} do end
for i = 1, 2, {} do end
for a, b in nil do end
for a, b in 5 do end
local t = {} for a in t.x do end
local t = {} t[nil] = 1
local t = {} t[0/0] = 1
local a = "5" return a.x.y
return ("x").y.z
gg.x = 1
gg[1] = 1
local x; x[1] = 1
local x, t = nil, {} x[t] = 1
local t = {} return (t.x or t.y)()
local t = {} return (t.x and t.y).z
local t = {} return (t.x).y.z
local f; f = function(...) return (...)() end f()
local function f() return f.x.y end f()
local t = {} return t.x[1]
local x = 1 return x.y.z
local t = {} t.x.y()
local t = {} t.x:y()
gg:y()
local t = {} t["a b"]()
local t = {} t[1]()
local t = {x = {}} t.x.y.z = 1
local t = {} return t.a.b.c
local a = {} local b = a.x; b.c = 1
local a = {} do local b = a.x; b() end
local a = {} local b; b = a.x; local c = b; c()
local a, b = 1; a, b = b, a; a.x = 1
return 1 .. nil
return nil .. 1
return -nil
return not nil + 1
local t = {} t.f = function(self) return self.g:h() end t:f()
local function f(n) if n == 0 then return nil + 1 end return 1 + f(n - 1) end f(3)
local function f(n) if n == 0 then return nil + 1 end return f(n - 1) end f(30)
local function f(...) local a, b = ... return a + b end f(1)
local t = {} function t.f() t.g() end function t.g() t.h.i = 1 end t.f()
local t = {} function t:m() self.x() end t:m()
local function g() local t = nil; t.x = 1 end for i in g do end
return (function() return nil .. "x" end)()
local s = "x" return s:nope()
"""
"""A program a line; each of them fails."""

POSITIONS = {
    "lines": "local t = {}\n\nt.x = 1\nt\n.y\n.z = 2",
    "call over lines": "local f = nil\nf(\n1,\n2)",
    "stack of lines": "local function f()\n return nil + 1 end\nlocal function g()\n"
                      "local x = f()\nreturn x end\n\ng()",
}


def shown(stderr: bytes) -> list[str]:
    """The lines after the program's name; addresses left out, native levels at the end as one."""
    lines = re.sub(r" 0x\w+", "", stderr.decode().partition(": ")[2]).splitlines()
    while lines[-2:] == ["\t[C]: at"] * 2:
        lines.pop()
    return lines


def engines() -> tuple[Engine, Engine]:
    """Ours and LuaJIT; a test fails where one is missing."""
    try:
        return ours(), oracle()
    except Missing as missing:
        pytest.fail(str(missing), pytrace=False)


def compare(text: str) -> None:
    result, expected = (engine.run_text(text) for engine in engines())
    assert expected.code == result.code == 1
    assert shown(result.stderr) == shown(expected.stderr)


@pytest.mark.parametrize("text", CASES.splitlines())
def test_messages(text: str) -> None:
    compare(text)


@pytest.mark.parametrize("name", POSITIONS)
def test_positions(name: str) -> None:
    compare(POSITIONS[name])


@pytest.mark.parametrize("name", ["x", "=stdin", "a" * 58, "b" * 59, "c" * 60, "d" * 200])
def test_long_names_of_files(name: str) -> None:
    results = [engine.run_text("local x; x.y = 1", f"{name}.lua") for engine in engines()]
    assert shown(results[0].stderr) == shown(results[1].stderr)
