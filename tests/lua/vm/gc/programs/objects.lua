-- What the collector has to get right, seen from a program.  It fails by an error.

local function tree(d)
  if d == 0 then return { 1 } end
  return { tree(d - 1), tree(d - 1), d }
end
local function count(t)
  if t[2] == nil then return 1 end
  return 1 + count(t[1]) + count(t[2])
end
for _ = 1, 5 do assert(count(tree(7)) == 2 ^ 8 - 1) end

-- Variables that functions share.
local fs = {}
for i = 1, 100 do
  local x, y = i, { i }
  fs[i] = function(d) x = x + (d or 0) return x, y[1] end
end
for i = 1, 100 do
  local a, b = fs[i](1)
  assert(a == i + 1 and b == i)
end

-- Weak tables.
local values = setmetatable({}, { __mode = "v" })
for i = 1, 100 do values[i] = { i } end
collectgarbage()
for i = 1, 100 do assert(values[i] == nil) end
local keys, keep = setmetatable({}, { __mode = "k" }), {}
for i = 1, 100 do
  local k = {}
  if i % 2 == 0 then keep[#keep + 1] = k end
  keys[k] = i
end
collectgarbage()
local n = 0
for _, v in pairs(keys) do
  n = n + 1
  assert(v % 2 == 0)
end
assert(n == 50)

-- Finalisers.
local order, proxies = {}, {}
for i = 1, 10 do
  local p = newproxy(true)
  proxies[i] = p
  getmetatable(p).__gc = function() order[#order + 1] = i end
end
proxies = nil
collectgarbage()
for i = 1, 10 do assert(order[i] == 11 - i) end

-- Strings that come and go.
local t = {}
for i = 1, 300 do t["k" .. i] = "v" .. i end
for i = 1, 300 do assert(t["k" .. i] == "v" .. i) end
for k in pairs(t) do t[k] = nil end
collectgarbage()
for i = 1, 300 do t["z" .. i] = i end
for i = 1, 300 do assert(t["z" .. i] == i and t["k" .. i] == nil) end

-- Fields that are cleared in a traversal, with a collection after each.
local cleared, objects = 0, {}
for i = 1, 50 do objects[{}] = i end
for k in pairs(objects) do
  objects[k] = nil
  collectgarbage()
  cleared = cleared + 1
end
assert(cleared == 50 and next(objects) == nil)

-- Stacks that grow.
local function deep(m)
  if m == 0 then return 0 end
  local a, b = {}, {}
  return 1 + deep(m - 1), a, b
end
assert(deep(1000) == 1000)
local function varargs(...)
  local a = { ... }
  return #a, ...
end
for i = 1, 50 do assert(varargs(1, 2, {}, "x" .. i) == 4) end
