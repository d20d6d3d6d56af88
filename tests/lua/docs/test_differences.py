"""What docs/reference/lua.md says of LuaJIT and of us, asked of both."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lua.engines import Engine, Missing, oracle, ours

PAGE = Path(__file__).parents[3] / "docs/reference/lua.md"

LOCALS = """
local s = ""
for i = 1, {} do s = s .. "local a" .. i .. "=1 " end
print(loadstring(s) ~= nil)
"""
UPVALUES = """
local function locals(name, count)
  local s = {{}}
  for i = 1, count do s[i] = "local " .. name .. i .. "=1" end
  return table.concat(s, " ")
end
local sum = {{}}
for i = 1, 130 do sum[i] = "a" .. i end
for i = 131, {} do sum[i] = "b" .. i - 130 end
print(loadstring(locals("a", 130) .. " return function() " .. locals("b", 130)
                 .. " return function() return " .. table.concat(sum, "+") .. " end end") ~= nil)
"""
CONSTANTS = """
local s = {}
for i = 1, 70000 do s[i] = "x=" .. i + 0.5 end
print(loadstring(table.concat(s, "\\n")) ~= nil)
"""
ARGUMENTS = """
local s = {}
for i = 1, 300 do s[i] = i end
print(loadstring("f(" .. table.concat(s, ",") .. ")") ~= nil)
"""
DEPTH = """
local n = 0
local function f() n = n + 1 f() end
pcall(f)
print(n > 30000 and n < 40000, n > 400000)
"""
PAIR = """
local function pair()
  local x = 1
  return function() return x end, function() return x end
end
local a, b = pair()
debug.setupvalue(a, 1, 9)
print(a(), b(), debug.upvalueid(a, 1) == debug.upvalueid(b, 1))
"""
ASSIGNED = """
local function pair()
  local x = 1
  return function() return x end, function() x = x + 1 return x end
end
local a, b = pair()
debug.setupvalue(a, 1, 9)
print(a(), b(), debug.upvalueid(a, 1) == debug.upvalueid(b, 1))
"""

DIFFERENT = {
    "the FFI": ("print((pcall(require, 'ffi')))", "true", "false"),
    "numbers with a suffix": ("print(loadstring('return 1LL') ~= nil)", "true", "false"),
    "`encode`": ("print(require('string.buffer').encode ~= nil)", "true", "false"),
    "constants of a function": (CONSTANTS, "false", "true"),
    "local variables of a function": (LOCALS.format(250), "false", "true"),
    "upvalues of a function": (UPVALUES.format(255), "false", "true"),
    "an expression or call": (ARGUMENTS, "false", "true"),
    "depth of recursion": (DEPTH, "true\tfalse", "false\ttrue"),
    "what `debug.setupvalue` sets": (PAIR, "9\t9\ttrue", "9\t1\tfalse"),
    "`print`": ("print(debug.getupvalue(print, 1) ~= nil)", "true", "false"),
    "bytecode": ("print(string.dump(loadstring('')):sub(1, 3))", "\x1bLJ", "\x1bWL"),
    "`collectgarbage(\"step\", 0)`": ("print(collectgarbage('step', 0))", "false", "true"),
}
"""By the words of the page: a program, what LuaJIT prints, what ours prints."""

SAME = {
    "local variables up to 200": (LOCALS.format(200), "true"),
    "no more than 250": (LOCALS.format(251), "false"),
    "no more than 255 upvalues": (UPVALUES.format(256), "false"),
    "a variable that is assigned": (ASSIGNED, "9\t10\ttrue"),
    "a fixed seed": ("print(math.random() == math.random())", "false"),
    "jit.version": ("print(jit.version)", "LuaJIT 2.1.0-beta3"),
    "5.2 off": ("print(table.pack, rawlen, package.searchers)", "nil\tnil\tnil"),
    "__len of tables": ("print(#setmetatable({}, {__len = function() return 7 end}))", "0"),
    "5.2 on": ("goto done ::done:: print(load('return ...', 'x', 't')(5))", "5"),
    "5.3 on": ("print('\\u{48}', table.move ~= nil, coroutine.isyieldable())",
               "H\ttrue\tfalse"),
}
"""A program, and what both print."""


def engine(which: Callable[[], Engine]) -> Engine:
    try:
        return which()
    except Missing as missing:
        pytest.skip(str(missing))


def printed(which: Callable[[], Engine], program: str) -> str:
    """The standard output, without its last line end."""
    return engine(which).run_text(program).stdout.decode("latin-1").removesuffix("\n")


@pytest.mark.parametrize("words", DIFFERENT)
def test_different(words: str) -> None:
    program, theirs, wanted = DIFFERENT[words]
    assert words in PAGE.read_text("utf-8")
    assert (printed(oracle, program), printed(ours, program)) == (theirs, wanted)


@pytest.mark.parametrize("about", SAME)
def test_same(about: str) -> None:
    program, wanted = SAME[about]
    assert (printed(oracle, program), printed(ours, program)) == (wanted, wanted)
