-- error, assert, pcall, xpcall: values, levels, positions, handlers, nesting.
local function lv(l) error("msg", l) end
for _, l in ipairs { 0, 1, 2, 3, 4, 50, -1 } do print(l, pcall(function() lv(l) end)) end
print(pcall(lv)) print(pcall(lv, nil)) print(pcall(lv, "2")) print(pcall(lv, "x"))
for i, v in ipairs { 1, 1.5, true, false, "s", "" } do
  print(i, pcall(error, v), pcall(function() error(v) end)) end
print(pcall(error)) print(pcall(error, nil)) print(pcall(function() error() end))
print(pcall(function() error(nil, 2) end))
local t = { code = 1 } print(select(2, pcall(error, t)) == t)
print(select(2, pcall(error, print)) == print)
print(pcall(error, setmetatable({}, { __tostring = function() return "object" end })))
print(select("#", pcall(error)), select("#", pcall(function() end)),
  select("#", pcall(function() return nil, nil end)))
print(pcall(pcall, error, "x")) print(pcall(function() return pcall(error, "y") end))
print(assert(1, "unused"), assert("a", "b", "c")) print(pcall(assert, false))
print(pcall(assert, nil)) print(pcall(assert, nil, "message")) print(pcall(assert, false, 5))
print(pcall(assert)) print(select("#", assert(1, nil, nil)))
print(select(2, pcall(assert, nil, t)) == t) print(pcall(assert, false, nil))
print(pcall(function() assert(false, "no position") end)) print(pcall(function() assert(nil) end))
print(xpcall(function() error "e" end, function(m) return "H(" .. m .. ")" end))
print(xpcall(function() error "e" end, function(m) return m, "second" end))
print(xpcall(function() return 1, 2 end, print))
print(xpcall(function(...) return ... end, print, 1, nil, 3))
print(xpcall(function() local x = nil; x() end, function(m) return m:upper() end))
print(xpcall(error, function(m) return type(m) end))
print(xpcall(error, function(m) return m end, { 1 }) == false)
print(xpcall(function() error "first" end, function(m) error "second" end))
print(pcall(xpcall, function() error "e" end, nil)) print(pcall(xpcall)) print(pcall(xpcall, print))
print(pcall(xpcall, print, 5)) print(xpcall(nil, function(m) return "h:" .. m end))
print(xpcall(5, print))
print(xpcall(function() error "e" end, function(m) return (select(2, pcall(error, "inner", 0))) .. m
    end)) print(xpcall(function() return xpcall(error, function(m) return "in:" .. m end, "x")
    end, print)) print(xpcall(function() pcall(error, "ignored") error("kept", 0)
    end, function(m) return m end))
local depth = 0 print(xpcall(function() error("d", 0)
    end, function(m) depth = #debug.traceback("", 1):gsub("[^\n]", "") return m end), depth > 2)
local function nest(n) if n == 0 then error("deep", 0) end local ok, m = pcall(nest, n - 1)
  error(m .. n, 0) end print(pcall(nest, 10))
local order = {} local ok, m = pcall(function() order[1] = "a"
    pcall(function() order[2] = "b" error "x" end) order[3] = "c" error("y", 0) end)
print(ok, m, table.concat(order))
local function cleanup(f, ...) local r = { pcall(f, ...) } order[#order + 1] = "cleanup"
  if not r[1] then error(r[2], 0) end return unpack(r, 2) end print(pcall(cleanup, error, "z"))
print(cleanup(math.max, 1, 2)) print(#order)
for i = 1, 3 do local ok, m = pcall(function() if i == 2 then error("at " .. i) end return i end)
  print(ok, m) end
print(pcall(string.rep, "x", -1)) print(pcall(string.rep)) print(pcall(("x").rep, "x", "y"))
print(pcall(function() ("x"):rep("y") end)) print(pcall(function() string.rep("x", "y") end))
print(pcall(function() local rep = string.rep rep() end))
print(pcall(loadstring "error 'in chunk'")) print(pcall(loadstring("error 'named'", "=chunk")))
print(pcall(loadstring("\n\n\nerror 'line 4'", "@file")))
print(pcall(loadstring("error('no pos', 0)")))
local co = coroutine.create(function() error("co", 2) end) print(coroutine.resume(co))
local function thrower() error("up", 2) end print(pcall(function() local x = 1
  thrower() end))
print(select(2, pcall(error, 12)) == 12, type(select(2, pcall(error, 12))),
  type(select(2, pcall(function() error(12) end))),
  type(select(2, pcall(function() error("12") end))))
