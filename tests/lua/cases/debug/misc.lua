-- getmetatable, setmetatable, getregistry, getfenv and the list of names.
print(debug.getmetatable "".__index == string, debug.getmetatable(5), debug.getmetatable({}),
  debug.getmetatable(nil), pcall(debug.getmetatable)) local t = {}
print(debug.setmetatable(t, { __index = { x = 1 } }) == t, t.x)
print(debug.setmetatable(t, nil) == t, t.x) print(pcall(debug.setmetatable, t))
print(pcall(debug.setmetatable, t, 5))
print(debug.setmetatable(5, { __index = { neg = function(n) return -n end } }), (10):neg(),
  (2.5):neg()) debug.setmetatable(5, nil) print(pcall(function() return (5):neg() end))
debug.setmetatable(print, { __index = function(f, k) return k end })
print(print.key, (function() end).other) debug.setmetatable(print, nil)
debug.setmetatable(coroutine.create(print), { __index = coroutine })
print(coroutine.create(print):status()) debug.setmetatable(coroutine.create(print), nil)
debug.setmetatable(nil, { __add = function(a, b) return "nil add" end, __index = {} })
print(nil + 1, (nil).x, pcall(function() return undefinedname.field end))
debug.setmetatable(nil, nil) debug.setmetatable(true,
  { __len = function(b) return b and 1 or 0
    end, __concat = function(a, b) return tostring(a) .. "+" .. tostring(b) end })
print(#true, #false, true .. "x", 1 .. false) debug.setmetatable(true, nil)
print(type(debug.getregistry()), debug.getregistry()._LOADED == package.loaded)
print(debug.getfenv(print) == _G, debug.getfenv(1), debug.getfenv(function() end) == _G)
local f = setfenv(function() return v end, { v = 1 })
print(debug.getfenv(f).v, debug.setfenv(f, { v = 2 })()) local keys = {}
for k in pairs(debug) do keys[#keys + 1] = k end table.sort(keys) print(table.concat(keys, " "))
for _, lib in ipairs { "string", "table", "math", "coroutine", "bit", "package" } do keys = {}
  for k in pairs(_G[lib]) do keys[#keys + 1] = k end table.sort(keys)
  print(lib, table.concat(keys, " ")) end keys = {} for k in pairs(_G) do keys[#keys + 1] = k end
table.sort(keys) print(table.concat(keys, " "))
print(debug.traceback "x":match "^x\nstack traceback:\n" ~= nil, select("#", debug.traceback()))
