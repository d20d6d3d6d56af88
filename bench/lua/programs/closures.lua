-- Closures: made, kept and called; upvalues read and written; functions composed.

local n = tonumber(arg[1]) or 300000

local function counter(step)
  local count = 0
  return function() count = count + step return count end, function() return count end
end

local function compose(f, g)
  return function(x) return f(g(x)) end
end

local function map(list, f)
  local out = {}
  for i = 1, #list do
    out[i] = f(list[i])
  end
  return out
end

local function fold(list, f, value)
  for i = 1, #list do
    value = f(value, list[i])
  end
  return value
end

local function curry(a)
  return function(b) return function(c) return a * b + c end end
end

local total = 0
local list = { 1, 2, 3, 4, 5, 6, 7, 8 }
for i = 1, n do
  local increment, get = counter(i % 5)
  increment()
  increment()
  local twice = compose(function(x) return x + i % 7 end, function(x) return 2 * x end)
  local sum = fold(map(list, twice), function(a, b) return a + b end, get())
  total = (total + sum + curry(i % 3)(2)(1)) % 1000003
end
print(string.format("%d", total))
