-- Manual 2.6: upvalues are shared, live on after their block, one per round of a loop.
local function counter() local n = 0
  return function() n = n + 1 return n end, function(x) n = x end, function() return n end end
local inc, set, get = counter()
local inc2 = counter()
inc() inc() inc2() set(10)
print(inc(), get(), inc2())
local fs = {}
for i = 1, 5 do local j = i * 10 fs[i] =
  { get = function() return i, j end, add = function(d) i, j = i + d, j - d end } end
fs[2].add(5) fs[5].add(1)
for i = 1, 5 do print(fs[i].get()) end
local a = 1
local function outer() local b = 2 return function() local c = 3
    return function(d) a, b, c = a + d, b + d, c + d return a, b, c end end end
local f1, f2 = outer()(), outer()()
print(f1(1)) print(f1(10)) print(f2(100)) print(a)
local function fact(n) if n <= 1 then return 1 end return n * fact(n - 1) end
print(fact(10), fact(20), fact(170), fact(171))
local function even(n) local odd function even2(n) if n == 0 then return true end return odd(n - 1)
  end function odd(n) if n == 0 then return false end return even2(n - 1) end return even2(n) end
print(even(10), even(7))
local function compose(...) local fns = { ... }
  return function(x) for i = #fns, 1, -1 do x = fns[i](x) end return x end end
print(compose(function(x) return x + 1 end, function(x) return x * 2 end)(5))
local function curry(f, n) n = n or 2
  local function go(args, left) return function(x) local t = { unpack(args) } t[#t + 1] = x
      if left == 1 then return f(unpack(t)) end return go(t, left - 1) end end return go({}, n) end
print(curry(function(a, b, c) return a .. b .. c end, 3) "x" "y" "z")
local function nest(n) local v = n if n == 0 then return function() return v end end
  local inner = nest(n - 1) return function() v = v + inner() return v end end
local deep = nest(10)
print(deep(), deep(), deep())
do local shared = 0 function bump() shared = shared + 1 return shared end
  function peek() return shared end end
bump() bump() print(peek())
local function params(a, b) local f = function() a = a + 1 return a, b end b = "set" return f end
local p = params(1, "x") p() print(p())
local function varargclosure(...) local x, y = ... return function() x, y = y, x return x, y end end
local v = varargclosure(1, 2) print(v()) print(v())
local t = {}
for k, val in pairs { a = 1, b = 2 } do t[k] = function() val = val + 1 return k, val end end
t.a() print(t.a()) print(t.b())
local src = { "local u0 = 0 " }
for i = 1, 59 do src[#src + 1] = "local u" .. i .. " = " .. i .. " " end
src[#src + 1] = "return function() return u0"
for i = 1, 59 do src[#src + 1] = " + u" .. i end
src[#src + 1] = " end"
print(loadstring(table.concat(src))()())
local w = 0
local function writer() w = w + 1 local r = w return function() w = w + r return w end end
local w1, w2 = writer(), writer()
print(w1(), w2(), w1(), w)
while true do local x = {} fs = { function() return x end, function() x = nil end } break end
print(type(fs[1]())) fs[2]() print(fs[1]())
print((function() local x = 1 local f = function() return x end x = 2 return f() end)())
