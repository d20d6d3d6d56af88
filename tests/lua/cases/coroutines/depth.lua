-- Deep and wide: coroutines inside coroutines, many values, many threads, stacks that grow.
local function nest(n) if n == 0 then return "bottom" end return coroutine.wrap(nest)(n - 1) end
print(nest(150))
local function fail(n) if n == 0 then error("bottom", 0) end return coroutine.wrap(fail)(n - 1) end
print(pcall(fail, 150))
local function ladder(n) if n == 0 then return coroutine.yield "top" end
  local co = coroutine.create(ladder) assert(coroutine.resume(co, n - 1)) coroutine.yield(n)
  return select(2, coroutine.resume(co, "down " .. n)) end
print(coroutine.resume(coroutine.create(ladder), 100))
for _, n in ipairs { 0, 1, 20, 21, 60, 61, 200, 5000 } do
  local w = coroutine.wrap(function(...) local a = { coroutine.yield(...) }
      return select("#", unpack(a, 1, n)), a[n] end)
  print(n, select("#", w(unpack({}, 1, n)))) local many = {} for i = 1, n do many[i] = i end
  print(w(unpack(many))) end
local w = coroutine.wrap(function(...) while true do coroutine.yield(...) end end)
for i = 1, 7 do print(select("#", w(unpack({}, 1, i * 1000)))) end
local function rec(n) if n == 0 then coroutine.yield "deep" return 0 end return 1 + rec(n - 1) end
local co = coroutine.create(rec) print(coroutine.resume(co, 5000)) collectgarbage()
print(coroutine.resume(co)) local threads = {} for i = 1, 1500 do
  local function body(a) local kept = { a } local function get() return kept[1] end
    local b = coroutine.yield() kept[1] = kept[1] + b return get() end
  threads[i] = coroutine.create(body) coroutine.resume(threads[i], i) end
collectgarbage() collectgarbage() local sum = 0 for i = 1, 1500, 3 do
  local _, x = coroutine.resume(threads[i], 1) sum = sum + x threads[i] = nil end
collectgarbage() for i = 1, 1500 do if threads[i] then
    local _, x = coroutine.resume(threads[i], 2) sum = sum + x end end print(sum)
print((coroutine.resume(coroutine.create(function() local function f() return 1 + f() end
      return f() end))))
local seen = setmetatable({}, { __mode = "k" }) do local dead = coroutine.create(function()
    local big = {} seen[big] = true coroutine.yield() end) coroutine.resume(dead) end
collectgarbage() collectgarbage() print(next(seen))
local escaped do local co = coroutine.create(function() local v = "from a dead thread"
      escaped = function(x) if x then v = x end return v end coroutine.yield() error "x" end)
  coroutine.resume(co) coroutine.resume(co) end collectgarbage() collectgarbage()
print(escaped(), escaped "set", escaped())
local chain for i = 1, 40 do local below = chain chain = coroutine.wrap(function()
    while true do local v = below and below() or 0 coroutine.yield(v + 1) end end) end
for i = 1, 3 do print(chain()) end
