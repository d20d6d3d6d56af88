-- Hooks and what they may do: open lists, varargs, errors, coroutines, changes of the hook itself.
local log = {} local function take() local s = table.concat(log, " ") log = {} return s end
local function note(ev, line) log[#log + 1] = ev:sub(1, 2) .. (line or "") end
local function many(...) return ... end local big = {} for i = 1, 300 do big[i] = i end
debug.sethook(function() local t = {} for i = 1, 20 do t[i] = {} end end, "crl", 1)
local n = select("#", many(unpack(big))) local copy = { many(unpack(big)) }
local text = table.concat({ "a", many("b", "c", unpack({ "d", "e" })) }, ",")
local tail = (function(...) return many(...) end)(unpack(big)) debug.sethook()
print(n, #copy, copy[300], text, tail)
local function lines(f, ...) debug.sethook(note, "l") f(...) debug.sethook() return take() end
print(lines(function()
  local a = 1
  local b = a +
    2
  if a > b then
    a = 2
  elseif a == 1 then
    a = 3
  end
  for i = 1, 2 do
    a = i
  end
  for _, v in ipairs { 1, 2 } do
    a = v
  end
  while a < 4 do
    a = a + 1
  end
  local t = {
    1,
    2,
  }
  return a
end))
print(lines(function() local x = 1 local y = 2 return x + y end))
print(lines(function(...)
  local a, b = ...
  return select("#", ...)
end, 1, 2))
print(lines(function()
  local s = ("x"):rep(3)
  local f = function()
    return s
  end
  f() f()
  pcall(error, "x")
  return f()
end))
local function calls(mask, f, ...) debug.sethook(note, mask) f(...) debug.sethook() return take() end
local function two(a, b) return a end local function var(...) return ... end
print(calls("c", function() two(1) var(1, 2) two(1, 2, 3) end))
print(calls("r", function() two(1) var(1, 2) return two(1, 2, 3) end))
print(calls("c", function() for _ in pairs { 1 } do end for _ in ipairs { 1, 2 } do end end))
print(calls("c", function() pcall(two, 1) tostring(1) math.floor(1.5); ("x"):byte() end))
print(calls("c", function() local o = setmetatable({}, { __index = function() return 1 end,
      __add = function() return 2 end, __call = function() return 3 end })
    local _ = o.x, o + 1, o(1) end))
print(calls("c", function() table.sort({ 3, 2, 1 }, function(a, b) return a < b end) end) ~= "")
print(calls("cr", coroutine.wrap(function() coroutine.yield(1) end)))
local seen = {} local function set(a, b) return a, b end debug.sethook(function(ev)
    local i = debug.getinfo(2, "f") if i.func == set then debug.setlocal(2, 1, "by hook")
      debug.setlocal(2, 2, "second") end end, "c") seen[1], seen[2] = set("given") debug.sethook()
print(seen[1], seen[2])
local counts = {} for _, every in ipairs { 1, 2, 10 } do local c = 0
  debug.sethook(function(ev, line) assert(ev == "count" and line == nil) c = c + 1 end, "", every)
  for i = 1, 100 do end debug.sethook() counts[#counts + 1] = c end
print(counts[1] >= 100, counts[1] >= counts[2] * 1.8, counts[2] >= counts[3] * 4)
print(pcall(function() debug.sethook(function(_, l) debug.sethook() error("line " .. tostring(l ~= nil), 0)
      end, "l") local x = 1
  local y = 2 end))
local order = {} local function second(ev) order[#order + 1] = "second " .. ev debug.sethook() end
local function first(ev) order[#order + 1] = "first " .. ev debug.sethook(second, "c") end
debug.sethook(first, "c") many() many() many() debug.sethook() print(table.concat(order, ", "))
print(coroutine.wrap(function() debug.sethook(function() end, "crl", 1) local s = 0
    for i = 1, 10 do s = s + coroutine.yield(i) or 0 end return s end)() ~= nil) debug.sethook()
local co = coroutine.create(function() local a = 1
    coroutine.yield(a)
    return a end) debug.sethook(note, "l") coroutine.resume(co) coroutine.resume(co) debug.sethook()
print((take())) print(pcall(function()
    debug.sethook(function() debug.sethook() coroutine.yield() end, "c") many() end))
print(coroutine.resume(coroutine.create(function()
      debug.sethook(function() debug.sethook() coroutine.yield() end, "c") many() end)))
debug.sethook(function(ev) local t = debug.traceback("in hook", 2) log[#log + 1] = t:match "\n%s+(%S+)"
    debug.sethook() end, "c") many() print(take()) print(debug.gethook())
debug.sethook(print, "lrc", 3) print(select(2, debug.gethook())) debug.sethook()
local deep = 0 debug.sethook(function() deep = deep + 1 end, "c")
local function r(n) if n > 0 then return 1 + r(n - 1) end return 0 end local v = r(3000)
debug.sethook() print(v, deep >= 3001)
