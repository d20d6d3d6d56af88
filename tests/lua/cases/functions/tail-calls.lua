-- Tail calls do not grow the stack; and they are gone from it.
local function loop(n) if n > 0 then return loop(n - 1) end return "done" end
print(loop(200000))
local function a(n, x) if n == 0 then return x end return b(n - 1, x .. "") end
function b(n, x) if n == 0 then return x end return a(n - 1, x) end
print(a(100001, "mutual"))
local o = {}
function o:m(n) if n == 0 then return self == o end return self:m(n - 1) end
print(o:m(100000))
local function va(n, ...) if n == 0 then return select("#", ...), ... end return va(n - 1, ...) end
print(va(50000, 1, nil, 3))
local t = setmetatable({}, { __call =
    function(self, n) if n == 0 then return "called" end return self(n - 1) end })
print(t(1000))
local function grow(n) if n == 0 then return 0 end return 1 + grow(n - 1) end
print(grow(10000))
print(pcall(function() return error("tail", 1) end))
print(pcall(function() return error("tail", 2) end))
local function thrower() error("thrown", 2) end
local function caller() return thrower() end
print(pcall(caller))
local function named() error("named", 2) end
print(pcall(function() named() end))
print(pcall(function() return named() end))
print(select("#", (function() return pcall(loop, 10) end)()))
local function state(n, s) if n == 0 then return s end local next = s == "x" and "y" or "x"
  return state(n - 1, next) end
print(state(99999, "x"), state(100000, "x"))
print(loadstring "local function f(n) if n == 0 then return 'chunk' end return f(n - 1) end return f(...)"(100000))
print(pcall(string.rep)) print(pcall(function() return string.rep() end))
print(pcall(function() return ("x"):rep({}) end))
local co = coroutine.wrap(function() return coroutine.yield(1) end) print(co()) print(co(2, 3))
print((function(...) return select(2, ...) end)(1, 2, 3))
