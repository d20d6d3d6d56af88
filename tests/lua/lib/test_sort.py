"""table.sort: the order, the comparisons that lead to it, and order functions that are none."""

from __future__ import annotations

import pytest

from lua.engines import oracle, ours

LOGGED = """
local seed = %d
local function random(n) seed = (seed * 1103515245 + 12345) %% 2147483648 return seed %% n end
local orders = {
  function(a, b) return a < b end, function(a, b) return a > b end,
  function(a, b) return a %% 5 < b %% 5 end, function() return false end,
  function() return true end, function(a, b) return a <= b end,
  function() return random(2) == 0 end, function(a, b) return a ~= b end}
for case = 1, 60 do
  local t, log = {}, {}
  for i = 1, random(40) do t[i] = random(30) end
  local order = orders[case %% #orders + 1]
  print(case, pcall(table.sort, t, function(a, b)
    log[#log + 1] = a .. "<" .. b
    local ok = random(3) > 0 or pcall(error)
    return order(a, b)
  end))
  print(table.concat(log, " "))
  print(table.concat(t, " "))
end
"""

VALUES = """
local function show(t)
  local o = {}
  for i = 1, #t do o[i] = tostring(t[i]) end
  print(#o, table.concat(o, " "))
end
local seed = %d
local function random(n) seed = (seed * 1103515245 + 12345) %% 2147483648 return seed %% n end
local kinds = {
  function() return random(1000) - 500 end, function() return random(1000) / 8 end,
  function() return random(2) == 0 and random(50) or random(50) + 0.5 end,
  function() return ("x"):rep(random(3)) .. random(100) end,
  function() return random(3) - 1 end, function(i) return i end, function(i) return -i end,
  function(i) return i %% 2 == 0 and i or 1000 - i end}
local meta = {__lt = function(a, b) pcall(error) return a.v < b.v end,
              __tostring = function(a) return "v" .. a.v end}
for size = 0, 80 do
  for _, kind in ipairs(kinds) do
    local t = {}
    for i = 1, size do t[i] = kind(i) end
    table.sort(t)
    show(t)
  end
  local t = {}
  for i = 1, size do t[i] = setmetatable({v = random(size)}, meta) end
  table.sort(t)
  show(t)
end
for _, t in ipairs {{1, "2"}, {1, {}}, {true, false}, {{}, {}}, {"a", 1, "b"}, {0/0, 1, 2}} do
  print(pcall(table.sort, t))
end
"""

ERRORS = """
local function show(...) print((table.concat({...}, " "):gsub("0x%x+", ""))) end
local n = 0
local function fails(a, b) n = n + 1 if n == 7 then error("seven") end return a < b end
show(tostring(pcall(table.sort, {5, 3, 8, 1, 9, 2, 7}, fails)), n)
n = 0
show(select(2, xpcall(function() table.sort({5, 3, 8, 1, 9, 2, 7}, fails) end,
  function(m) return m .. " handled" end)), n)
local co = coroutine.wrap(function()
  print(pcall(table.sort, {3, 2, 1}, coroutine.yield))
  print(pcall(table.sort, {3, 2, 1}, function(a, b) coroutine.yield() return a < b end))
  local t = {3, 2, 5, 1, 4}
  table.sort(t, function(a, b)
    return coroutine.wrap(function() coroutine.yield(a < b) end)()
  end)
  coroutine.yield(table.concat(t, " "))
  return "end"
end)
print(co(), co())
local function deep(n) return n == 0 and 0 or 1 + deep(n - 1) end
local t = {}
for i = 1, 30 do t[i] = i * 37 % 101 end
local calls = 0
table.sort(t, function(a, b) calls = calls + 1 deep(calls * 90) return a < b end)
print(table.concat(t, " "))
table.sort(t, function(a, b)
  local inner = {b, a, b}
  table.sort(inner, function(x, y) pcall(error, x) return x < y end)
  return inner[1] == a and a ~= b
end)
print(table.concat(t, " "))
local captured = {}
table.sort(t, function(a, b) captured[#captured + 1] = function() return a end return a > b end)
local sum = 0
for _, f in ipairs(captured) do sum = sum + f() end
print(sum, table.concat(t, " "))
t = {}
for i = 1, 60 do t[i] = {i % 9} end
table.sort(t, function(a, b) collectgarbage("step") t.x = {} return a[1] < b[1] end)
for i = 1, 60 do io.write(t[i][1], " ") end
print()
t = {9, 8, 7, 6, 5, 4, 3, 2, 1}
print(pcall(table.sort, t, function(a, b)
  for i = 1, 9 do t[i] = nil end
  return (a or 0) < (b or 0)
end))
"""


def both(program: str, stress: bool = False) -> tuple[list[bytes], list[bytes]]:
    """What the oracle and our VM print."""
    expected, got = oracle().run_text(program), ours(stress=stress).run_text(program)
    assert (expected.code, got.code) == (0, 0), (expected.stderr, got.stderr)
    assert expected.stdout.count(b"\n") > 5
    return expected.stdout.splitlines(), got.stdout.splitlines()


@pytest.mark.parametrize("seed", range(1, 7))
def test_the_order_function_is_asked_the_same_questions(seed: int):
    wanted, found = both(LOGGED % seed)
    assert found == wanted


@pytest.mark.parametrize("seed", range(1, 4))
def test_every_kind_of_value(seed: int):
    wanted, found = both(VALUES % seed)
    assert found == wanted


@pytest.mark.parametrize("stress", [False, True])
def test_errors_coroutines_deep_stacks_and_collections(stress: bool):
    wanted, found = both(ERRORS, stress)
    assert found == wanted


KILLER = """
local n, gas, solid, at = 20000, 1e9, 0, {}
local asked = 0
local t = {}
for i = 1, n do t[i] = i at[i] = gas end
local last
table.sort(t, function(a, b)
  asked = asked + 1
  if at[a] == gas and at[b] == gas then
    local freeze = a == last and a or b
    at[freeze] = solid
    solid = solid + 1
  end
  if at[a] == gas then last = a elseif at[b] == gas then last = b end
  return at[a] < at[b]
end)
for i = 2, n do assert(at[t[i - 1]] <= at[t[i]]) end
print(asked < 100 * n)
"""


def test_an_adversary_cannot_make_it_quadratic():
    """McIlroy, "A killer adversary for quicksort" (1999): values are decided while it sorts."""
    got = ours().run_text(KILLER)
    assert (got.stdout, got.stderr, got.code) == (b"true\n", b"", 0)
