-- Manual 2.5.9: vararg functions, select, unpack, arg is not set.
local function f(...) return select("#", ...), ... end
print(f()) print(f(nil)) print(f(1, nil, 3, nil)) print((f(1, 2)))
local function g(a, b, ...) return a, b, select("#", ...), ... end
print(g()) print(g(1)) print(g(1, 2)) print(g(1, 2, 3)) print(g(1, 2, nil, nil))
local function h(...) local a, b = ... return a, b, arg == _G.arg end
print(h(1, 2, 3), h())
local function first(...) return (...) end
print(first(7, 8), first())
local function pass(...) return f(...) end
print(pass(1, 2, 3)) print(pass(...)) print(select("#", ...))
local function mid(...) return 0, ..., 9 end
print(mid(1, 2, 3)) print(mid())
local function sum(...) local s = 0 for i = 1, select("#", ...) do s = s + (select(i, ...)) end
  return s end
print(sum(1, 2, 3, 4), sum(), sum(5))
local function closure(...) local t = { ... } return function() return unpack(t) end end
print(closure(1, 2, 3)())
print(pcall(loadstring "local function f() return ... end"))
print(loadstring("function f() return ... end", "=v"))
print(loadstring("local function f(...) return function() return ... end end", "=v"))
print(loadstring("local function f(..., a) end", "=v"))
print(loadstring("local function f(a ...) end", "=v"))
print(loadstring("return ...")(1, 2)) print(select("#", loadstring("return ...")(nil, nil)))
for _, n in ipairs { 1, 2, 5, 100, 200, 250, 255, 256, 1000, 5000, 7000 } do
  local t = {}
  for i = 1, n do t[i] = i end
  print(n, select("#", unpack(t)), (select(n, unpack(t))), sum(unpack(t, 1, math.min(n, 300))),
    #{ unpack(t) }, select("#", f(unpack(t))))
end
print(select(-1, 1, 2, 3), select(-3, 1, 2, 3)) print(select(2, "a", "b", "c"))
print(select(4, 1, 2, 3))
print(pcall(select, 0)) print(pcall(select, -1)) print(pcall(select, -4, 1, 2, 3))
print(pcall(select)) print(pcall(select, {})) print(pcall(select, "x"))
print(select(1.9, "a", "b"), select("2", "a", "b"), select("#"), select("#", nil, nil))
local function many(...) local a, b, c = ... local d = ... return c, b, a, d, ... end
print(many(1, 2, 3, 4)) print(many(nil, false))
local co = coroutine.wrap(function(...) local n = select("#", ...) local a = coroutine.yield(n, ...)
    return a, ... end)
print(co(1, nil)) print(co "x")
local t = setmetatable({}, { __call = function(self, ...) return select("#", ...), ...
    end, __index = function(_, ...) return select("#", ...) end })
print(t(), t(1, nil)) print(t.x)
print((function(...) return ... end)(1, 2), (function(a, ...) return ... end)(1, 2, 3))
print(pcall(function(...) return (...) .. "x" end, "y"))
print(pcall(function(...) local x = ... + 1 return x end, 41))
