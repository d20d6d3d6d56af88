-- Finalisers of userdata made with newproxy: order, resurrection, errors, at exit.
-- not under stress: when finalisers run is the point of it
local log = {}
local function proxy(name, f) local u = newproxy(true)
  getmetatable(u).__gc = f or function(x) log[#log + 1] = name end return u end
local function full() collectgarbage() collectgarbage() end
do local a, b, c = proxy "a", proxy "b", proxy "c" end
for i = 1, 3 do proxy("loop" .. i) end
full() full() print(table.concat(log, " ")) log = {}
local saved
do proxy("resurrect", function(u) log[#log + 1] = "called" saved = u end) end
full() print(table.concat(log, " "), type(saved)) log = {}
saved = nil full() print(#log)
local kept = proxy "kept" full() print(#log)
getmetatable(kept).__gc = function() log[#log + 1] = "changed" end kept = nil full()
print(table.concat(log, " ")) log = {}
local t = setmetatable({}, { __gc = function() log[#log + 1] = "table" end }) t = nil full()
print(#log)
local shared = newproxy(true) getmetatable(shared).__gc =
function(u) log[#log + 1] = u == shared and "original" or "copy" end
do newproxy(shared) newproxy(shared) end full() print(#log, log[1], log[2]) log = {}
local weakv, weakk = setmetatable({}, { __mode = "v" }), setmetatable({}, { __mode = "k" })
do local u = proxy("w", function(u)
      log[#log + 1] = "weak v " .. tostring(weakv[1]) .. " k " .. tostring(weakk[u]) end)
  weakv[1], weakk[u] = u, "value" end
full() print(log[1], weakv[1], next(weakk)) log = {}
do local u = proxy "alloc" getmetatable(u).__gc =
  function() local t = {} for i = 1, 100 do t[i] = { i } end log[#log + 1] = #t end end
full() print(log[1]) log = {}
do local u = proxy("bad", 5) end print(pcall(full)) full()
do local u = newproxy(true) local data = { "upvalue data" }
  getmetatable(u).__gc = function() log[#log + 1] = data[1] end end full() print(log[1]) log = {}
do local u = proxy("err", function() error("in finaliser", 0) end) end
print(pcall(function() full() full() end)) full() print "goes on"
do local u = proxy("co", function() log[#log + 1] = tostring(coroutine.running()) end) end
coroutine.wrap(function() full() end)() print(#log)
do local u = proxy("yield", function() coroutine.yield() end) end
print(pcall(coroutine.wrap(function() full() return "end" end)))
local exit1, exit2 = proxy("x", function() print "at exit 1" end),
proxy("x", function() print "at exit 2" end)
print "end of main"
