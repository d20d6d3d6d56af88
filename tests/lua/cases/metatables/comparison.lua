-- __eq, __lt, __le: when they are called and what becomes of their results.
local calls = {}
local function m(name) return {
  __eq = function(x, y) calls[#calls + 1] = name .. "eq" .. x.n .. y.n return x.v == y.v end,
  __lt = function(x, y) calls[#calls + 1] = name .. "lt" .. tostring(type(x) == "table" and x.n)
    return (type(x) == "table" and x.v or x) < (type(y) == "table" and y.v or y) end,
  __le = function(x, y) calls[#calls + 1] = name .. "le" .. tostring(type(x) == "table" and x.n)
    return (type(x) == "table" and x.v or x) <= (type(y) == "table" and y.v or y) end } end
local P, Q = m "P", m "Q"
local function new(mt, n, v) return setmetatable({ n = n, v = v }, mt) end
local p1, p2, p3, q1 = new(P, "1", 1), new(P, "2", 2), new(P, "3", 1), new(Q, "q", 1)
local pairs_ = { { p1, p1 }, { p1, p2 }, { p2, p1 }, { p1, p3 }, { p1, q1 }, { q1, p1 }, { p1, 1 },
  { 1, p1 }, { p1, "x" }, { p1, {} }, { {}, p1 }, { p1, nil } }
for i, p in ipairs(pairs_) do
  local x, y = p[1], p[2]
  for _, f in ipairs { function() return x == y end, function() return x ~= y
    end, function() return x < y end, function() return x <= y end, function() return x > y
    end, function() return x >= y end } do
    calls = {}
    print(i, select(2, pcall(f)), table.concat(calls, " "))
  end
end
local only = setmetatable({ v = 1 }, { __lt = function(a, b) return "truthy string" end })
print(only < only, only > only, only <= only, only >= only)
print(pcall(function() return only < {} end), pcall(function() return {} < only end))
local negated = setmetatable({}, { __lt = function() return nil end })
print(negated < negated, negated <= negated, not (negated < negated))
local eqnil, eqone = setmetatable({}, { __eq = function() end }),
setmetatable({}, { __eq = function() return 1 end })
print(eqnil == setmetatable({}, getmetatable(eqnil)),
  eqone == setmetatable({}, getmetatable(eqone)), eqone == setmetatable({}, {}))
local same = function() return true end
local x, y = setmetatable({}, { __eq = same, __lt = same, __le = same }),
setmetatable({}, { __eq = same, __lt = same, __le = same })
print(x == y, x ~= y, x < y, x <= y, rawequal(x, y), x == 1, 1 == x)
local u, w = newproxy(true), newproxy(true)
getmetatable(u).__eq, getmetatable(w).__eq = same, same
print(u == w, u == x, u ~= w, rawequal(u, w))
if x == y then print "branch eq" else print "branch ne" end
if x ~= y then print "branch ne" else print "branch eq" end
if x < y and not (x > y) then print "odd" else print "both" end
local t = {} t[x] = 1 print(t[y], t[x])
print(pcall(function() return x < 1 end), pcall(function() return x < "a" end))
print(pcall(function() return {} < {} end))
print(pcall(function() return setmetatable({}, {}) <= 1 end))
print(pcall(function() return setmetatable({}, { __lt = 1 }) < 2 end))
print(pcall(function() return setmetatable({}, { __lt = function() error("lt!", 0) end }) < 2 end))
