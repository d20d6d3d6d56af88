-- Infinite recursion of every kind ends in an error that pcall catches.
-- not under stress: each collection would walk a full stack
local function check(name, ...) local ok, m = pcall(...) m = tostring(m)
  print(name, ok, m:match "stack overflow" or m:match "C stack overflow" or m:match "too %a+ %a+" or
    m:sub(1, 60)) end
local function f() return 1 + f() end check("recursion", f)
local function g(...) return 1 + g(1, ...) end check("growing varargs", g)
local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k + 1] .. "" end
check("index", function() return t[1] end)
getmetatable(t).__newindex = function(t, k, v) t[k + 1] = v return 1 end
check("newindex", function() t[1] = 1 end)
getmetatable(t).__add = function(a, b) return (a + b) end check("add", function() return t + 1 end)
getmetatable(t).__concat = function(a, b) return (a .. b) end
check("concat", function() return t .. 1 end)
getmetatable(t).__eq = function(a, b) return not (a == b) end
check("eq", function() return t == setmetatable({}, getmetatable(t)) end)
getmetatable(t).__lt = function(a, b) return not (a < b) end
check("lt", function() return t < t end)
getmetatable(t).__unm = function(a) return -a .. "" end check("unm", function() return -t end)
getmetatable(t).__call = function(self) return 1 + self() end
check("call", function() return t() end)
getmetatable(t).__tostring = function(s) return tostring(s) .. "" end
check("tostring", function() return tostring(t) end)
local function p() return (pcall(p)) end check("pcall", p)
local function srt() table.sort({ 1, 2 }, function() srt() return false end) end check("sort", srt)
local function ld() return assert(loadstring "return ...")(ld()) end check("load", ld)
check("unpack", function() return unpack({}, 1, 1e7) end)
check("unpack call", function() return select("#", unpack({}, 1, 1e6)) end)
check("string.char", function() return string.char(unpack({}, 1, 1e6)) end)
check("concat args", function() local a = {} for i = 1, 250000 do a[i] = "x" end
    return (("").format)(unpack(a)) end)
local depth = 0 local function count() depth = depth + 1 return 1 + count() end pcall(count)
print(depth > 5000, depth < 5000000)
print(select(2, pcall(function() local function r() local a, b, c, d, e = 1, 2, 3, 4, 5
          return r() + a end return r() end)):match "stack overflow")
for i = 1, 3 do local d = 0 local function r() d = d + 1 r() end pcall(r)
  io.write(d > 1000 and "ok " or d, "") end print()
local c2 = coroutine.create(function() local ok, m = pcall(f)
    coroutine.yield(ok, m:match "stack overflow") return "still fine" end)
print(coroutine.resume(c2)) print(coroutine.resume(c2))
print(pcall(string.rep, "", 1e9)) print(#string.rep("", 1e8, ""))
local mt = {} mt.__index = setmetatable({}, { __index = function(t, k) return k end })
print(setmetatable({}, mt).fine)
