-- getfenv and setfenv: on functions, levels, threads; inheritance of environments.
local real = getfenv()
print(real == _G, getfenv(0) == _G, getfenv(1) == _G, getfenv(print) == _G,
  getfenv(function() end) == _G)
local function f() return x, print ~= nil end
local env = { x = "env x" }
print(setfenv(f, env) == f, pcall(f)) print(getfenv(f) == env)
setfenv(f, setmetatable({ x = "inherit" }, { __index = _G })) print(f())
local function g() setfenv(1, { y = 1, getfenv = getfenv }) y = y + 1 return y, getfenv(1).y end
print(g())
print(y)
setfenv(g, _G)
local function outer() local function inner() setfenv(2, { z = "caller's", tostring = tostring })
  end inner() return z, tostring ~= nil end
print(outer())
local made
do local function maker() return function() return who end end setfenv(maker, { who = "maker's" })
  made = maker() end
print(made(), getfenv(made).who)
setfenv(made, { who = "own" }) print(made())
local chunk = loadstring "a = 1; b = function() return a end; return a" local e = {}
setfenv(chunk, e) print(chunk(), e.a, e.b(), a)
print(load("return v", "=c", "t", { v = "load env" })())
print(pcall(setfenv, 1, 5)) print(pcall(setfenv, print, {})) print(pcall(setfenv, {}, {}))
print(pcall(setfenv)) print(pcall(setfenv, f)) print(pcall(setfenv, 100, {}))
print(pcall(setfenv, -1, {}))
print(pcall(getfenv, 100)) print(pcall(getfenv, -1)) print(pcall(getfenv, {}))
print(pcall(getfenv, "x")) print(pcall(getfenv, nil) and true, pcall(getfenv, 1.5) and true)
local co = coroutine.create(function() setfenv(0, { only = "thread env" })
    return getfenv(0).only, loadstring "return only"() end)
print(coroutine.resume(co)) print(debug.getfenv(co).only, getfenv(0) == _G)
print(pcall(debug.setfenv, 1, {})) print(debug.setfenv(co, { n = 2 }) == co, debug.getfenv(co).n)
print(debug.getfenv(print) == _G, debug.getfenv({}), debug.getfenv("s"))
local u = newproxy() print(type(debug.getfenv(u)), debug.setfenv(u, { k = 1 }) == u,
  debug.getfenv(u).k)
local log = {} local watched = setmetatable({},
  { __index = function(_, k) log[#log + 1] = "get " .. k return _G[k]
    end, __newindex = function(_, k, v) log[#log + 1] = "set " .. k end })
setfenv(loadstring "alpha = beta; local t = type; gamma = t(delta)", watched)()
print(table.concat(log, "; "))
print(pcall(setfenv(function() return missing.x end, {})))
print(pcall(setfenv(function() return missing() end, {})))
print(pcall(setfenv(function() missing.x = 1 end, {})))
local function counter() n = (n or 0) + 1 return n end local c1, c2 = {}, {}
print(setfenv(counter, c1)(), setfenv(counter, c2)(), setfenv(counter, c1)(), c1.n, c2.n)
print(_G._G == _G, _G.print == print, rawget(_G, "undefined")) _G["odd name"] = 5
print(_G["odd name"])
setmetatable(_G, { __index = function(_, k) return "default " .. k
    end, __newindex = function(t, k, v) rawset(t, k, tostring(v) .. " set") end })
print(nosuch, other) fresh = 1 print(fresh) fresh = 2 print(fresh) setmetatable(_G, nil)
print(nosuch)
local function level() return getfenv(2) end setfenv(level, _G)
local function probe() return level() == env2 end env2 = { level = level } setfenv(probe, env2)
print((pcall(probe)))
local tailed = setfenv(function() return getfenv(1).tag end, { getfenv = getfenv, tag = "tail" })
print((function() return tailed() end)())
setfenv(1, { print = print, pcall = pcall, only = "new main" }) print(only, _G, type)
print(pcall(function() return only end))
