"""The operations that are counted, each as a loop around it: data of a table."""

from __future__ import annotations

from typing import NamedTuple


class Operation(NamedTuple):
    """A title, what comes before the loop, and what is in it; `i` is the loop's variable."""

    title: str
    setup: str
    body: str

    def source(self) -> str:
        """The program, whose first argument says how often the loop runs."""
        return (f"local n = tonumber(arg[1])\n{self.setup}\nfor i = 1, n do\n  {self.body}\nend\n"
                "print('done')\n")


OPERATIONS = (
    Operation("empty loop", "", ""),
    Operation("x = x + i", "local x = 0", "x = x + i"),
    Operation("t.x read", "local x\nlocal t = { x = 1 }", "x = t.x"),
    Operation("t.x = i", "local t = { x = 1 }", "t.x = i"),
    Operation("t[k]", "local x\nlocal t, k = { 1, 2, 3 }, 2", "x = t[k]"),
    Operation("global", "local x\ng = 1", "x = g"),
    Operation("f()", "local function f() end", "f()"),
    Operation("o:m()", "local C = {}\nC.__index = C\nfunction C:m() end\n"
              "local o = setmetatable({}, C)", "o:m()"),
    Operation("new closure", "local f", "f = function() return i end"),
    Operation("{}", "local t", "t = {}"),
    Operation("{ x = 1, y = i }", "local t", "t = { x = 1, y = i }"),
    Operation('"a" .. i', "local s", 's = "a" .. i'),
    Operation("ipairs over 10", "local t, x = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, 0",
              "for _, v in ipairs(t) do x = x + v end"),
    Operation("pairs over 10", "local t, x = {}, 0\nfor i = 1, 10 do t['k' .. i] = i end",
              "for _, v in pairs(t) do x = x + v end"),
    Operation("pcall(f)", "local pcall = pcall\nlocal function f() end", "pcall(f)"),
    Operation("coroutine switch", "local yield, resume = coroutine.yield, coroutine.resume\n"
              "local co = coroutine.create(function() while true do yield() end end)",
              "resume(co)"),
    Operation("s:gsub", "local r\nlocal s = 'hello world'", "r = s:gsub('o', '0')"),
    Operation("vararg select", "local x\nlocal select = select\n"
              "local function f(...) return select(2, ...) end", "x = f(1, 2, 3)"),
)
"""In the order in which they are shown."""

LOW, HIGH = 2_000, 42_000
"""How often the loop runs: the difference is what the operation takes, not the start."""

SAMPLES = {
    "nbody": 300, "fannkuch": 7, "binary_trees": 7, "richards": 1, "json": 2, "closures": 1500,
    "methods": 3000, "coroutine_ring": 20000, "patterns": 2,
}
"""Programs that are counted as a whole, and their sizes."""
