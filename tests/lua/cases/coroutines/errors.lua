-- Errors in coroutines: positions, values, states, what is left behind.
local function show(...) local t = { ... } for i = 1, select("#", ...) do t[i] = tostring(t[i]) end
  print((table.concat(t, "\t"):gsub("0x%x+", "ADDRESS"))) end
local w = coroutine.wrap(function() error "plain" end) show(pcall(w)) show(pcall(w))
local f = function() return w() end show(pcall(f))
show(pcall(function() local x = coroutine.wrap(function() error "text" end)() end))
show(pcall(function() coroutine.wrap(function() error("no position", 0) end)() end))
show(pcall(function() coroutine.wrap(function() error({}) end)() end))
show(pcall(function() coroutine.wrap(function() error() end)() end))
show(pcall(function() coroutine.wrap(function() error(5) end)() end))
show(pcall(function() coroutine.wrap(function() coroutine.wrap(function() error "in" end)() end)()
  end))
show(pcall(coroutine.wrap(function() local t = nil return t.field end)))
show(xpcall(coroutine.wrap(function() error "h" end), function(m) return "handled " .. m end))
show(xpcall(function() coroutine.wrap(function() error "h2" end)() end,
    function(m) return debug.traceback(m, 1) end))
show(coroutine.resume(coroutine.create(function() return xpcall(error, function(m) return m .. "!"
      end, "inside") end)))
local states, co = {}, nil co = coroutine.create(function()
    states[#states + 1] = coroutine.status(co)
    local inner = coroutine.create(function() states[#states + 1] = coroutine.status(co)
        error "inner" end) local ok = coroutine.resume(inner)
    states[#states + 1] = coroutine.status(inner) .. tostring(ok) coroutine.yield() error "outer" end)
states[#states + 1] = coroutine.status(co) coroutine.resume(co)
states[#states + 1] = coroutine.status(co) coroutine.resume(co)
states[#states + 1] = coroutine.status(co) show(unpack(states)) show(coroutine.resume(co))
show((debug.traceback(co))) show(debug.getinfo(co, 0) ~= nil)
local main = coroutine.running() show(main) show(coroutine.isyieldable())
show(coroutine.wrap(function() return coroutine.isyieldable(),
      pcall(table.sort, { 2, 1 }, function(a, b) show(coroutine.isyieldable()) return a < b end) end)())
show(pcall(string.gsub, "ab", ".", function() return coroutine.isyieldable() and "y" or "n" end))
show(pcall(coroutine.yield)) show(pcall(coroutine.yield, 1, 2))
co = coroutine.wrap(function() return pcall(co) end) show(co())
co = coroutine.wrap(function() co() end) show(pcall(co))
co = coroutine.create(function() return coroutine.resume(coroutine.running()) end)
show(coroutine.resume(co)) show(select("#", coroutine.resume(co)))
show(coroutine.resume(coroutine.create(setmetatable), {})) show(pcall(coroutine.create, nil))
show(pcall(coroutine.wrap, {})) show(pcall(coroutine.resume, nil)) show(pcall(coroutine.status, 1))
local t = setmetatable({}, { __call = function(_, a) return "called", a end })
show(pcall(coroutine.create, t)) show(pcall(coroutine.wrap(function(...) return t(...) end), 1))
local log = {} local gen = coroutine.wrap(function() for i = 1, 3 do
    local ok, e = pcall(function() coroutine.yield(i) error("e" .. i, 0) end) log[i] = e end end)
for i in gen do log[#log + 1] = i end show(unpack(log))
for k, v in coroutine.wrap(function() for k, v in ipairs { "a", "b" } do coroutine.yield(k, v) end
  end) do show(k, v) end
local sub = coroutine.wrap(function() local r = {} for i = 1, 3 do r[i] = coroutine.yield(i) end
    return table.concat(r, ",") end) sub() sub "x" sub "y" show(sub "z") show(pcall(sub))
local obj = setmetatable({}, { __index = function(_, k) return coroutine.yield(k) end,
    __newindex = function(_, k, v) coroutine.yield(k, v) end,
    __concat = function(a, b) return coroutine.yield "cat" end })
co = coroutine.create(function() obj.a = obj.b return obj .. "x" end) show(coroutine.resume(co))
show(coroutine.resume(co, "v")) show(coroutine.resume(co)) show(coroutine.resume(co, "end"))
show(coroutine.status(co))
