-- __index: functions, tables, chains, on every type; rawget goes past it.
local base = { a = "base.a", f = function(self) return self.name end }
local mid = setmetatable({ b = "mid.b" }, { __index = base })
local top = setmetatable({ name = "top" }, { __index = mid })
print(top.a, top.b, top.c, top:f(), rawget(top, "a"), rawget(top, "name"))
mid.a = "mid.a" print(top.a) mid.a = nil print(top.a) base.a = false print(top.a) base.a = nil
print(top.a)
local keys = {}
local fn = setmetatable({}, { __index =
    function(t, k, ...) keys[#keys + 1] = tostring(k)
      return type(k) == "number" and k * 2 or nil, "dropped" end })
print(fn[1], fn[2.5], fn.x, fn[true], fn[nil], fn[0 / 0] ~= fn[1], fn[-1], fn[2 ^ 40])
print(table.concat(keys, " ", 1, 5))
print(select("#", fn[1]), (fn[3]))
for i = 1, 12 do io.write(fn[i], " ") end print()
local d = setmetatable({}, { __index = function(t, k) rawset(t, k, "made " .. k) return rawget(t, k)
    end })
print(d.x, rawget(d, "x"), rawget(d, "y"), d[1], #d)
local s = "text"
getmetatable("").__index = function(str, k) if type(k) == "number" then return str:sub(k, k) end
  return string[k] end
print(s[1], s[4], s:len(), s.nothing, ("abc")[2])
getmetatable("").__index = string
print(s[1], pcall(function() return s[1].x end))
debug.setmetatable(5, { __index = function(n, k) return n .. ":" .. tostring(k)
    end, __call = function(n, x) return n + x end, __len = function(n) return n * 2 end })
print((5).x, (6)[7], (1.5).y, (5)(3), #7)
debug.setmetatable(5, nil)
debug.setmetatable(nil, { __index = function() return "nil indexed" end })
print((nil).x, undefined_global.y.z) debug.setmetatable(nil, nil)
debug.setmetatable(true, { __index = { yes = 1 }, __tostring = function(b) return b and "T" or "F"
    end }) print((true).yes, (false).yes, tostring(true), tostring(false))
debug.setmetatable(true, nil)
debug.setmetatable(print, { __index = { name = "function field" }, __add = function() return "f+"
    end }) print(print.name, (function() end).name, print + 1) debug.setmetatable(print, nil)
print(pcall(function() return (5).x end))
local loop = {} setmetatable(loop, { __index = loop })
print(pcall(function() return loop.x end))
local a, b = {}, {} setmetatable(a, { __index = b }) setmetatable(b, { __index = a })
print(pcall(function() return a.x end))
local chain = { deep = "found" }
for i = 1, 60 do chain = setmetatable({}, { __index = chain }) end
print(chain.deep, chain.none)
print(pcall(function() return setmetatable({}, { __index = 5 }).x end))
print(pcall(function() return setmetatable({}, { __index = "str" }).len end) ,
  setmetatable({}, { __index = "str" }).rep == string.rep)
print(pcall(function() return setmetatable({}, { __index = function() error("in index", 0) end }).x
    end))
local proxy = newproxy(true) getmetatable(proxy).__index = function(u, k) return k .. "!" end
print(proxy.x, proxy[1])
local t = setmetatable({ nil, 2 }, { __index = { "one", "two", "three" } })
print(t[1], t[2], t[3], t[4])
local self = setmetatable({}, { __index = function(t, k) return t end }) print(self.a.b.c == self)
local cache = setmetatable({}, { __index =
    function(t, n) local v = n < 2 and n or t[n - 1] + t[n - 2] t[n] = v return v end })
print(cache[50])
local mt = {} local late = setmetatable({}, mt) print(late.x) mt.__index = { x = "late" }
print(late.x) mt.__index = nil print(late.x) mt.__index = function() return "fn" end print(late.x)
