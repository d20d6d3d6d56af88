"""string.buffer as the distribution's LuaJIT has it; what needs cdata says so."""

from __future__ import annotations

import pytest

from lua.engines import oracle, ours

SCRIPT = """
local buffer = require "string.buffer"
local shown = setmetatable({}, {__tostring = function() return "T" end})
local b = buffer.new()
print(type(b), #b, tostring(b) == "", getmetatable(b), b:put("a", 1, 2.5, shown) == b, #b, b)
print(b:putf("<%d %s %q>", 1, shown, "x\\n"):tostring(), b:get(3), b:get(1, 2, 0))
print(b:get(nil), #b, b:get(), b:get(5))
print(b:set("hello"):skip(2), b .. "w", "w" .. b, b .. b, b .. 1, b:skip(99), #b)
for i = 1, 300 do b:put(i, ",") if i % 3 == 0 then b:skip(4) end end
print(#b, b:get(20), b:reset() == b, #b, select("#", b:free()), b:put("again"):get())
local other = buffer.new(100):put("other")
print(b:put(other, other), other, #buffer.new({}), #buffer.new(10, {}))
for _, f in ipairs {
  function() b:put({}) end, function() b.put({}) end, function() b:put(nil) end,
  function() b:put(true) end, function() b:put(b) end, function() b:get(-1) end,
  function() b:skip(-1) end, function() b:skip() end, function() b:set(12) end,
  function() b:set() end, function() b:putf("%d", "z") end, function() b:putf() end,
  function() b:putf("%y", 1) end, function() buffer.new("x") end, function() buffer.new(1, 2) end,
  function() b:put("kept", {}) end,
} do print(select(2, pcall(f))) end
print(b)
"""


@pytest.mark.parametrize("stress", [False, True])
def test_methods_are_the_same(stress: bool) -> None:
    expected, got = oracle().run_text(SCRIPT), ours(stress=stress).run_text(SCRIPT)
    assert (got.stdout.decode(), got.code) == (expected.stdout.decode(), expected.code)
    assert got.code == 0, got.stderr.decode()


@pytest.mark.parametrize("method", ["reserve", "commit", "ref", "putcdata"])
def test_what_needs_cdata_says_so(method: str) -> None:
    script = f'local b = require("string.buffer").new() print(pcall(b.{method}, b))'
    got = ours().run_text(script)
    assert got.stdout == b"false\tthis buffer method needs the ffi library\n"
