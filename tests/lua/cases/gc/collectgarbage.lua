-- collectgarbage: options, results, errors; memory is given back.
-- not under stress: memory must grow while the collector is stopped
print(collectgarbage(), collectgarbage "collect", type(collectgarbage "count"),
  type(collectgarbage "step"))
print(collectgarbage "stop", collectgarbage "restart", collectgarbage("setpause", 150),
  collectgarbage("setpause", 200), collectgarbage("setstepmul", 300),
  collectgarbage("setstepmul", 200))
for _, a in ipairs { "isrunning", "generational", "incremental", "", "Collect", "counts" } do
  print(a, pcall(collectgarbage, a)) end
print(pcall(collectgarbage, {})) print(pcall(collectgarbage, nil)) print(pcall(collectgarbage, 1))
print(pcall(collectgarbage, "step", "x")) print(pcall(collectgarbage, "setpause", {}))
print(collectgarbage "count" > 10, collectgarbage("count", 5) > 10,
  select("#", collectgarbage "count"), gcinfo() > 10, gcinfo() <= collectgarbage "count" + 1)
collectgarbage() local before = collectgarbage "count"
local big = {} for i = 1, 20000 do big[i] = { i } end
local full = collectgarbage "count" print(full > before + 500)
big = nil collectgarbage() collectgarbage() local after = collectgarbage "count"
print(after < before + 100)
local s = ("x"):rep(1000000) print(collectgarbage "count" > after + 900) s = nil collectgarbage()
print(collectgarbage "count" < after + 100)
collectgarbage "stop"
local c0 = collectgarbage "count" for i = 1, 5000 do local t = { i, i } end
print(collectgarbage "count" > c0 + 100)
collectgarbage "restart" collectgarbage() print(collectgarbage "count" < c0 + 100)
local steps = 0 repeat steps = steps + 1 until collectgarbage("step", 0) or steps > 100000
print(steps > 0 and steps <= 100000)
print(type(collectgarbage("step", 1000000)))
local peak = 0 for i = 1, 30000 do local t = { i, tostring(i), function() return i end }
  if i % 1000 == 0 then peak = math.max(peak, collectgarbage "count") end end
print(peak < after + 20000)
for i = 1, 2000 do local s = ("y"):rep(i) .. i end collectgarbage()
print(collectgarbage "count" < after + 300)
local list for i = 1, 5000 do list = { next = list } end collectgarbage() local n = 0
while list do n = n + 1 list = list.next end print(n)
local cyc = {} for i = 1, 100 do local a, b = {}, {} a.b, b.a = b, a cyc[i] = a end cyc = nil
collectgarbage() print "cycles"
local cos = {} for i = 1, 50 do cos[i] =
  coroutine.create(function() local t = { i } local x = coroutine.yield(t) return t[1], x end)
  coroutine.resume(cos[i]) end collectgarbage()
for i = 1, 50, 10 do print(coroutine.resume(cos[i], i)) end
print(collectgarbage("setpause", 100), collectgarbage("setpause", 1000),
  collectgarbage("setpause", 200))
