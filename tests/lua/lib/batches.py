"""Many calls in one Lua program, so that an engine is started once for all of them."""

from __future__ import annotations

import random
from collections.abc import Iterable

PIECES = ["a", "b", "c", ".", "$", "^", "%", "(", ")", "[", "]", "*", "+", "-", "?", "1", "a*",
          "b-", "c?", ".*", ".-", "%a", "%d+", "%s*", "%w-", "%S", "[ab]", "[^a]*", "[a-c]+",
          "[%d_]", "[]]", "[^]a]-", "(a)", "()", "(.-)", "%1", "%2", "%b()", "%bab", "%f[%a]",
          "%f[^a]", "%.", "\\0", "\\228", "%z", "%g"]

LETTERS = ["a", "a", "b", "b", "c", "(", ")", "1", " ", ".", "]", "\\0", "\\228"]

REPLACEMENTS = ['"<%0>"', '"%1-%2"', '"%%"', '"%x%"', "7", "{a = 1, b = false, ab = \"T\"}",
                "function(x, y) return y or x end", "function() end", "{}", "{a = {}}"]

NUMBERS = ["0", "1", "-1", "2", "-2", "4", "-4", "2.9", "-2.9", "1e10", "-1e10", "1/0", "-1/0",
           "0/0", '"2"', '" 3 "', '"x"', "nil", "{}", "true", "2^31", "-2^31", "2^32", "print"]

PRELUDE = r"""
local function show(ok, ...)
  local t = {...}
  for i = 1, select("#", ...) do
    t[i] = tostring(t[i]):gsub("[^ -~]", function(c) return ("\\%03d"):format(c:byte()) end)
  end
  print(ok, table_concat(t, "|"))
end
local function all(s, p)
  local found = {}
  for a, b in s:gmatch(p) do found[#found + 1] = tostring(a) .. ":" .. tostring(b) end
  return table_concat(found, ",")
end
"""

CONCAT = """
local function table_concat(t, between)
  local s = ""
  for i = 1, #t do s = s .. (i > 1 and between or "") .. tostring(t[i]) end
  return s
end
"""


def program(calls: Iterable[str]) -> str:
    """A program that prints what each protected call gives."""
    return CONCAT + PRELUDE + "".join(f"show(pcall({call}))\n" for call in calls)


def pattern_calls(seed: int, count: int) -> list[str]:
    """Calls of find, match, gmatch and gsub with random patterns and subjects."""
    r = random.Random(seed)
    calls = []
    for _ in range(count):
        pattern = "".join(r.choices(PIECES, k=r.randrange(6)))
        subject = "".join(r.choices(LETTERS, k=r.randrange(12)))
        given = f'"{subject}", "{pattern}"'
        kind = r.randrange(4)
        if kind == 0:
            calls.append(f"string.find, {given}" + r.choice(
                ("", f", {r.randrange(-13, 14)}", f", {r.randrange(-13, 14)}, true")))
        elif kind == 1:
            calls.append(f"string.match, {given}, {r.randrange(-13, 14)}")
        elif kind == 2:
            calls.append(f"all, {given}")
        else:
            calls.append(f"string.gsub, {given}, {r.choice(REPLACEMENTS)}"
                         + r.choice(("", "", f", {r.randrange(-1, 4)}", f", {r.choice(NUMBERS)}")))
    return calls


VALUES = ["0", "1", "-1", "255", "-255", "65", "3.5", "-0.0", "1e15", "123456789", "2^31", "-2^31",
          "2^53", "2^63", "1e300", "-1e-300", "0/0", "1/0", "-1/0", "0.1", "1/3", '"10"', '"0x10"',
          '"abc"', '"a\\0b"', "nil", "true", "false", '"a\\n\\"\\\\\\r\\0011"']


def format_calls(seed: int, count: int) -> list[str]:
    """Calls of format with random conversions, most of them well-formed."""
    r = random.Random(seed)
    calls = []
    for _ in range(count):
        flags = "".join(r.choices("-+ #0", k=r.choice((0, 0, 1, 2))))
        width = r.choice(("", "", "5", "12", "99", "100", "05"))
        precision = r.choice(("", "", ".", ".0", ".3", ".14", ".99", ".100"))
        conversion = r.choice("diouxXeEfFgGaAcsqyhl%")
        calls.append(f'string.format, "<%{flags}{width}{precision}{conversion}>", '
                     f"{r.choice(VALUES)}")
    return calls


STRINGS = ['"abc"', '""', '"a\\0\\255"', "12", "1.5", "nil", "{}", "true"]
FUNCTIONS = ["sub", "byte", "rep", "len", "reverse", "lower", "upper", "char", "find"]


def argument_calls(seed: int, count: int) -> list[str]:
    """Calls of the other functions with random arguments, too few of them at times."""
    r = random.Random(seed)
    calls = []
    for _ in range(count):
        function = r.choice(FUNCTIONS)
        small = [n for n in NUMBERS if function != "rep" or n not in ("1e10", "2^31", "2^32")]
        given = [r.choice(STRINGS), r.choice(small), r.choice(small)]
        if function == "rep":
            given[2] = r.choice(STRINGS)
        if function == "char":
            given = r.choices(small, k=3)
        calls.append(", ".join([f"string.{function}", *given[:r.choice((0, 1, 2, 3, 3))]]))
    return calls
