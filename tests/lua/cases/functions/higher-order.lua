-- Functions as values: map, fold, memo, pipelines, currying, Y combinator.
local function map(f, t) local r = {} for i = 1, #t do r[i] = f(t[i]) end return r end
local function filter(p, t) local r = {} for i = 1, #t do if p(t[i]) then r[#r + 1] = t[i] end end
  return r end
local function fold(f, a, t) for i = 1, #t do a = f(a, t[i]) end return a end
local function range(a, b, s) local r = {} for i = a, b, s or 1 do r[#r + 1] = i end return r end
local function show(t) return table.concat(t, " ") end
print(show(map(function(x) return x * x end, range(1, 8))),
  show(filter(function(x) return x % 3 == 0 end, range(1, 20))))
print(fold(function(a, b) return a + b end, 0, range(1, 100)),
  fold(math.max, -math.huge, { 3, 9, 2 }), fold(function(a, b) return a .. b end, "", range(1, 9)))
local function memo(f) local c, calls = {}, 0
  return function(n) local v = c[n] if v == nil then calls = calls + 1 v = f(n) c[n] = v end
    return v, calls end end
local fib fib = memo(function(n) return n < 2 and n or (fib(n - 1)) + (fib(n - 2)) end)
print((fib(60))) print(select(2, fib(60)))
local Y = function(f) return (function(x) return x(x)
    end)(function(x) return f(function(...) return x(x)(...) end) end) end
print(Y(function(self) return function(n) return n == 0 and 1 or n * self(n - 1) end end)(10))
local function pipe(...) local fs = { ... }
  return function(...) local r = { ... } for _, f in ipairs(fs) do r = { f(unpack(r)) } end
    return unpack(r) end end
print(pipe(function(a, b) return a + b, a - b end, function(s, d) return s * d
    end, tostring, string.reverse)(7, 3))
local function bind(f, ...) local a, n = { ... }, select("#", ...)
  return function(...) local b = { unpack(a, 1, n) }
    for i = 1, select("#", ...) do b[n + i] = (select(i, ...)) end
    return f(unpack(b, 1, n + select("#", ...))) end end
print(bind(math.max, 5)(3, 9), bind(string.format, "%s-%s")("a", "b"),
  select("#", bind(function(...) return ... end, nil)(nil)))
local counter = (function() local n = 0
    return { inc = function() n = n + 1 return n end, dec = function() n = n - 1 return n end }
  end)()
print(counter.inc(), counter.inc(), counter.dec())
local function church(n) return function(f)
    return function(x) for _ = 1, n do x = f(x) end return x end end end
local function plus(a, b) return function(f) return function(x) return a(f)(b(f)(x)) end end end
print(plus(church(3), church(4))(function(x) return x + 1 end)(0))
local function zip(a, b) local i = 0
  return function() i = i + 1 if a[i] ~= nil and b[i] ~= nil then return a[i], b[i] end end end
for x, y in zip({ 1, 2, 3 }, { "a", "b" }) do io.write(x, y, " ") end print()
local function take(n, f, s, c) return function()
    if n > 0 then n = n - 1 local v v, c = f(s, c), nil return v end end end
local k = 0 for v in take(4, function() k = k + 1 return k * k end) do io.write(v, " ") end print()
local ops = { ["+"] = function(a, b) return a + b end, ["-"] = function(a, b) return a - b
  end, ["*"] = function(a, b) return a * b end }
local function rpn(s) local st = {}
  for w in s:gmatch "%S+" do if ops[w] then local b, a = table.remove(st), table.remove(st)
      st[#st + 1] = ops[w](a, b) else st[#st + 1] = tonumber(w) end end return st[#st] end
print(rpn "3 4 + 2 *", rpn "5 1 2 + 4 * + 3 -")
local function each(t, f) for i, v in ipairs(t) do if f(v, i) == false then return i end end end
print(each({ 1, 2, 3 }, function(v) if v == 2 then return false end end), each({}, print))
local sorted = { 5, 2, 8, 1 } table.sort(sorted,
  (function(desc) return function(a, b) if desc then return a > b end return a < b end end)(true))
print(show(sorted))
