-- table.sort: orders, comparators, errors, invalid order functions, many sizes.
local function rnd(seed) local x = seed
  return function(n) x = (x * 1103515245 + 12345) % 2147483648 return math.floor(x / 65536) % n + 1
  end end
for _, n in ipairs { 0, 1, 2, 3, 4, 5, 6, 7, 10, 50, 100, 1000 } do local r = rnd(n + 1)
  local t, u, sum = {}, {}, 0 for i = 1, n do t[i] = r(n * 2) sum = sum + t[i] u[i] = t[i] end
  table.sort(t) table.sort(u, function(a, b) return a > b end) local ok = true
  for i = 2, n do ok = ok and t[i - 1] <= t[i] and u[i - 1] >= u[i] end
  for i = 1, n do sum = sum - t[i] ok = ok and t[i] == u[n + 1 - i] end print(n, ok, sum) end
for _, make in ipairs { function(i, n) return i end, function(i, n) return n - i
  end, function(i) return i % 3 end, function() return 1
  end, function(i, n) return i <= n / 2 and i or n - i end, function(i) return -i * (i % 2) end } do
  local t = {} for i = 1, 60 do t[i] = make(i, 60) end table.sort(t) print(table.concat(t, " ")) end
local words =
{} for w in ("the quick brown fox jumps over the lazy dog THE QUICK 10 9 1"):gmatch "%S+" do
  words[#words + 1] = w end table.sort(words) print(table.concat(words, " "))
table.sort(words, function(a, b) return a:lower() < b:lower() end)
table.sort(words, function(a, b) if #a ~= #b then return #a < #b end return a < b end)
print(table.concat(words, " "))
print(pcall(table.sort, { 3, "x", 1 })) print(pcall(table.sort, { {}, {} }))
print(pcall(table.sort, { 1, true }))
print(pcall(table.sort, { 3, 2, 1 }, function() error("cmp", 0) end))
print(pcall(table.sort, { 2, 1 }, 5)) print(pcall(table.sort, { 2, 1 }, "x"))
print(pcall(table.sort)) print(pcall(table.sort, "x")) print(pcall(table.sort, { 2, 1 }, nil))
print(select("#", table.sort {}))
for _, n in ipairs { 3, 5, 10, 100 } do local t = {} for i = 1, n do t[i] = i end
  print(n, pcall(table.sort, t, function() return true end)) end
for _, n in ipairs { 3, 10, 100 } do local t = {} for i = 1, n do t[i] = n - i end
  print(n, pcall(table.sort, t, function() return false end), #t) end
local nan = {} for i = 1, 20 do nan[i] = i % 4 == 0 and 0 / 0 or 20 - i end
print((pcall(table.sort, nan)), #nan) local objs = {}
for i = 1, 20 do objs[i] = setmetatable({ v = i * 7 % 20 }, { __lt = nil }) end
local mt = { __lt = function(a, b) return a.v < b.v end }
for _, o in ipairs(objs) do setmetatable(o, mt) end table.sort(objs)
for i = 1, 20 do io.write(objs[i].v, " ") end print()
local calls = 0 local t = {} for i = 1, 100 do t[i] = i * 37 % 101 end
table.sort(t, function(a, b) calls = calls + 1 return a < b end)
print(calls > 300 and calls < 1500, t[1], t[100]) local h = { 5, 3, nil, 1 }
print((pcall(table.sort, { 5, 3, 1, n = 1 }))) local neg = { [0] = 99, 3, 1, 2, [-1] = 98 }
table.sort(neg) print(neg[0], neg[1], neg[2], neg[3], neg[-1])
local str = { "b", "a\0b", "a", "a\0a", "" } table.sort(str)
print((table.concat(str, "|"):gsub("%z", "0")))
t = { 3, 1, 2 } table.sort(t, function(a, b) return a < b, "extra" end) print(table.concat(t))
table.sort(t, function(a, b) return a > b and 1 or nil end) print(table.concat(t))
local co = coroutine.wrap(function() local u = { 3, 2, 1 }
    table.sort(u, function(a, b) return a < b end) return table.concat(u) end) print(co())
local mixed = { 1.5, -1, 0, 2 ^ 31, -2 ^ 31, 1e300, -1e300, 1 / 0, -1 / 0 } table.sort(mixed)
print(table.concat(mixed, " "))
