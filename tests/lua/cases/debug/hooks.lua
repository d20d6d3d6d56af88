-- debug.sethook: call, return, line and count events.
local log = {} local function take() local s = table.concat(log, " ") log = {} return s end
local function work(n) local s = 0
  for i = 1, n do
    s = s + i
  end
  return s
end
local function event(ev, line) log[#log + 1] = ev .. (line and ":" .. line or "") end
debug.sethook(event, "l") work(2) debug.sethook() print(take()) debug.sethook(event, "c") work(1)
debug.sethook() print(take()) debug.sethook(event, "r") work(1) debug.sethook() print(take())
debug.sethook(event, "crl") work(1) debug.sethook() print(take()) print(debug.gethook())
debug.sethook(event, "cl", 7) local h, m, n = debug.gethook() debug.sethook()
print(h == event, m, n) take()
local c = 0 debug.sethook(function(ev) c = c + 1 end, "", 100) for i = 1, 1000 do end
debug.sethook() print(c > 5, c < 100) c = 0
debug.sethook(function() c = c + 1 error("stopped by hook", 0) end, "", 1000)
print(pcall(function() while true do end end)) debug.sethook() print(c)
local ok, e = pcall(function()
  debug.sethook(function() debug.sethook() error "from line hook" end, "l")
  local x = 1
end) print(ok, e)
local names = {} debug.sethook(function(ev) local i = debug.getinfo(2, "nS")
    names[#names + 1] = ev .. "/" .. tostring(i.name) .. "/" .. i.what end, "cr") work(1)
local _ = ("x"):upper() debug.sethook() print(table.concat(names, " ")) local locals = {}
debug.sethook(function() local n, v = debug.getlocal(2, 1)
    locals[#locals + 1] = tostring(n) .. "=" .. tostring(v) end, "c") work(5) debug.sethook()
print(locals[1], locals[2]) local function tail() return work(1) end debug.sethook(event, "cr")
tail() debug.sethook() print(take())
local co = coroutine.create(function() work(1) coroutine.yield() work(1) end)
debug.sethook(event, "l") coroutine.resume(co) debug.sethook() print((take():gsub("%d+", "#")))
debug.sethook(co, event, "c") coroutine.resume(co) print(debug.gethook(co) == event)
debug.sethook(co) debug.sethook() print(#take() >= 0) print(pcall(debug.sethook, 5))
print(pcall(debug.sethook, print)) print(pcall(debug.sethook, print, {})) debug.sethook(event, "")
print((debug.gethook()) == event, select(2, debug.gethook())) debug.sethook(nil, "l")
print(debug.gethook()) local lines = {} debug.sethook(function(_, l) lines[#lines + 1] = l end, "l")
for i = 1, 2 do
  local x = i
  if x == 1 then
    x = 2
  else
    x = 3
  end
end
while false do
end
repeat local z = 1
until z == 1
debug.sethook() print(table.concat(lines, " ")) local depth, max = 0, 0
debug.sethook(function(ev) if ev == "call" then depth = depth + 1
    elseif ev == "return" then depth = depth - 1 end if depth > max then max = depth end end, "cr")
local function r(n) if n > 0 then r(n - 1) end end r(5) debug.sethook() print(max >= 6, depth)
