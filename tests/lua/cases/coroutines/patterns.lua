-- Programs with coroutines: producers and filters, permutations, schedulers, symmetric transfer, trees.
local function producer(items) return coroutine.wrap(function()
      for _, x in ipairs(items) do coroutine.yield(x) end end) end
local function filter(p, src) return coroutine.wrap(function()
      for x in src do if p(x) then coroutine.yield(x) end end end) end
local function map(f, src) return coroutine.wrap(function()
      for x in src do coroutine.yield(f(x)) end end) end
local out = {} for x in map(function(x) return x * x
  end, filter(function(x) return x % 2 == 1 end, producer { 1, 2, 3, 4, 5, 6, 7 })) do
  out[#out + 1] = x end print(table.concat(out, " "))
local function permgen(a, n) n = n or #a
  if n <= 1 then coroutine.yield(a) else
    for i = 1, n do a[n], a[i] = a[i], a[n] permgen(a, n - 1) a[n], a[i] = a[i], a[n] end end end
local n = 0 for p in coroutine.wrap(function() permgen { "a", "b", "c", "d" } end) do n = n + 1
  if n % 5 == 0 then print(n, table.concat(p)) end end print(n)
local tasks, log = {}, {} for id = 1,
4 do tasks[id] = { id = id, co = coroutine.create(function()
        for step = 1, id do log[#log + 1] = id .. "." .. step
          coroutine.yield(step % 2 == 0 and "skip" or nil) end return "finished" end) } end
local round = 0 while #tasks > 0 do round = round + 1
  for i = #tasks, 1, -1 do local t = tasks[i]
    if t.skip then t.skip = nil else local ok, r = coroutine.resume(t.co)
      if r == "skip" then t.skip = true end
      if coroutine.status(t.co) == "dead" then log[#log + 1] = t.id .. r table.remove(tasks, i) end
    end end end print(round, table.concat(log, " "))
local function tree(n) if n > 0 then return { l = tree(n - 1), v = n, r = tree(n - 1) } end end
local function walk(t) if t then walk(t.l) coroutine.yield(t.v) walk(t.r) end end
out = {} for v in coroutine.wrap(function() walk(tree(4)) end) do out[#out + 1] = v end
print(table.concat(out))
local function samefringe(a, b) local f, g = coroutine.wrap(function() walk(a) end),
  coroutine.wrap(function() walk(b) end)
  while true do local x, y = f(), g()
    if x ~= y then return false elseif x == nil then return true end end end
print(samefringe(tree(3), tree(3)), samefringe(tree(3), tree(2)))
local function sieve(limit) local function from(n)
    return coroutine.wrap(function() for i = n, limit do coroutine.yield(i) end end) end
  local src, primes = from(2), {} while true do local p = src() if not p then return primes end
    primes[#primes + 1] = p local old = src
    src = coroutine.wrap(function() for x in old do if x % p ~= 0 then coroutine.yield(x) end end
      end) end end print(table.concat(sieve(60), " "))
local ring, m = {}, 20 for i = 1, m do
  ring[i] = coroutine.wrap(function(x) while true do x = coroutine.yield(x + i) end end) end
local x = 0 for r = 1, 50 do for i = 1, m do x = ring[i](x) end end print(x)
local ping, pong ping = coroutine.create(function(v) while v < 10 do v = coroutine.yield(v + 1) end
    return "ping ends" end) pong = coroutine.create(function(v)
    while true do v = coroutine.yield(v * 2) end end) local v = 1
while coroutine.status(ping) == "suspended" do local _, a = coroutine.resume(ping, v)
  if type(a) == "string" then print(a) break end _, v = coroutine.resume(pong, a) io.write(v, " ")
end
local function try(f, ...) local co = coroutine.create(f) local r = { coroutine.resume(co, ...) }
  if not r[1] then return "caught " .. tostring(r[2]),
    debug.traceback(co):match "in function" ~= nil end return unpack(r, 2) end
print(try(function(a) return a end, 1)) print(try(function(a) error("bad " .. a, 0) end, 1))
local acc = coroutine.wrap(function() local sum, cnt = 0, 0
    while true do local x = coroutine.yield(cnt > 0 and sum / cnt or 0)
      if not x then return "total " .. sum end sum, cnt = sum + x, cnt + 1 end end) acc()
print(acc(10), acc(20), acc(30), acc(nil))
local function lines(chunks) return coroutine.wrap(function() local buf = ""
      for _, c in ipairs(chunks) do buf = buf .. c
        while true do local i = buf:find("\n", 1, true) if not i then break end
          coroutine.yield(buf:sub(1, i - 1)) buf = buf:sub(i + 1) end end
      if #buf > 0 then coroutine.yield(buf) end end) end
for l in lines { "ab", "c\nde\n\nf", "g\nh" } do io.write("[", l, "]") end print()
local cos = {} for i = 1, 300 do cos[i] =
  coroutine.create(function(a) local b = coroutine.yield(a) return a .. b end)
  coroutine.resume(cos[i], i) end collectgarbage() local ok, s = coroutine.resume(cos[150], "!")
print(ok, s) cos = nil collectgarbage() print "ok"
