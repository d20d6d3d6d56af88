"""Random operations on files, as one Lua program: each prints what it gives."""

from __future__ import annotations

import random

PRELUDE = r"""
local function show(...)
  local o = {}
  for i = 1, select("#", ...) do
    local v = select(i, ...)
    o[i] = type(v) == "string" and ("%q"):format(v):gsub("\n", "n"):gsub("0x%x+", "ADDRESS")
      or type(v) == "userdata" and "file" or tostring(v):gsub("0x%x+", "ADDRESS")
  end
  print(table.concat(o, " "))
end
local f = assert(io.open("data.txt", "w+"))
"""

MODES = ["r", "r+", "w+", "a", "a+", "rb", "w", "x", ""]
TEXTS = ['"one\\ntwo\\n"', '"12 0x1F -.5e1 x"', '"\\n"', '""', "1", "-2.5", '("long "):rep(3000)',
         '"no end"', '"  77\\n\\n"', "2^53", "true", "nil", "{}"]
FORMATS = ['"*l"', '"*n"', '"*a"', '"L"', '"l"', '"n"', "0", "1", "5", "100000", '"*x"', '"q"',
           "nil", "true", "2.9"]


def picked(r: random.Random, values: list[str], most: int) -> str:
    """Up to so many of the values as arguments, each after a comma."""
    return "".join(f", {r.choice(values)}" for _ in range(r.randrange(most + 1)))


def operation(r: random.Random) -> str:
    """An operation on the file f, or one that opens it anew."""
    kind = r.randrange(12)
    if kind < 3:
        return f"show(pcall(f.write, f{picked(r, TEXTS, 3)}))"
    if kind < 7:
        # Between writing and reading C wants the position to be set.
        return f"f:seek('cur', 0) show(pcall(f.read, f{picked(r, FORMATS, 3)})) f:seek('cur', 0)"
    if kind == 7:
        whence = r.choice(['"set"', '"cur"', '"end"', "nil", '"x"'])
        offset = r.choice(["0", "3", "-2", "-100000", "7.9", '"1"', "nil"])
        # LuaJIT ends lines at zero bytes, so that there must be no holes.
        return (f"show(pcall(f.seek, f, {whence}, {offset})) local at, size = f:seek(), "
                "f:seek('end') f:seek('set', math.min(at, size))")
    if kind == 8:
        return (f"f:seek('cur', 0) show(pcall(function() local n = 0 for a, b in f:lines("
                f"{picked(r, FORMATS, 2)[2:]}) do n = n + 1 show(n, a, b) "
                "if n > 9 then break end end end)) f:seek('cur', 0)")
    if kind == 9:
        return r.choice(["show(pcall(f.flush, f))", "show(pcall(f.setvbuf, f, 'full', 64))",
                         "show(pcall(f.setvbuf, f, 'no'))", "show(io.type(f), pcall(tostring, f))",
                         "show(pcall(io.lines, 'nothing'))", "show(io.open('no/such'))"])
    if kind == 10:
        return ("show(pcall(f.close, f)) show(pcall(f.read, f), pcall(f.write, f, 1), io.type(f)) "
                f"f = io.open('data.txt', 'r+') f:seek('{r.choice(['set', 'end'])}')")
    # Another file is cut off, for the same reason.
    return (f"local g, e, n = io.open('other.txt', '{r.choice(MODES)}') show(g, e, n) "
            "if g then g:close() end")


def program(seed: int, count: int) -> str:
    """So many operations, each in a block of its own."""
    r = random.Random(seed)
    return PRELUDE + "".join(f"do {operation(r)} end\n" for _ in range(count)) + "f:close()\n"
