-- A bit of everything that allocates; each of its allocations is made to fail in turn.

local function counter(start)
  local n = start
  return function(step) n = n + step return n end
end
local c = counter(1)
assert(c(2) == 3)
local list, map = { 1, 2, 3 }, { a = 1, b = { 2 } }
for i = 4, 40 do list[i] = i * 0.5 end
for i = 1, 20 do map["key" .. i] = { i } end
local s = ""
for i = 1, 12 do s = s .. i .. "," end
assert(s == "1,2,3,4,5,6,7,8,9,10,11,12,")
local meta = setmetatable({}, { __index = function(_, k) return { k } end })
assert(meta.x[1] == "x")
local function deep(n) if n == 0 then return {} end return deep(n - 1), n end
deep(200)
local proxy = newproxy(true)
getmetatable(proxy).__len = function() return 7 end
assert(#proxy == 7)
assert(assert(loadstring("local a = ... return {a, 'text ' .. a}"))("x")[2] == "text x")
local function varargs(...) return { ... } end
assert(#varargs(1, 2, 3) == 3)
return tostring(1.5)
