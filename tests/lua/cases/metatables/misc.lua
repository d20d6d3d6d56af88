-- __metatable, __tostring, __len on userdata, getmetatable, setmetatable, rawequal.
print(getmetatable({}), getmetatable "" == getmetatable "other", getmetatable("").__index == string,
  getmetatable(5), getmetatable(nil), getmetatable(print))
local m = { __metatable = "locked" }
local t = setmetatable({}, m)
print(getmetatable(t), pcall(setmetatable, t, {})) print(debug.getmetatable(t) == m)
print(pcall(setmetatable, t, nil))
m.__metatable = false print(getmetatable(t), pcall(setmetatable, t, {}))
m.__metatable = nil print(getmetatable(t) == m, setmetatable(t, nil) == t, getmetatable(t))
for _, a in ipairs { { 1, {} }, { {}, 1 }, { "s", {} }, { {}, "s" }, { {}, true }, { print, {} },
  { {} } } do print(pcall(setmetatable, a[1], a[2]) and true,
    select(2, pcall(setmetatable, a[1], a[2])) == a[1] or
    select(2, pcall(setmetatable, a[1], a[2]))) end
print(pcall(setmetatable)) print(pcall(setmetatable, {})) print(pcall(getmetatable))
print(tostring(setmetatable({}, { __tostring = function() return "shown" end })),
  setmetatable({}, { __tostring = function(s) return "x" .. type(s) end }))
for _, r in ipairs { 1, "s", true, {} } do
  print(pcall(tostring, setmetatable({}, { __tostring = function() return r end })) ,
    type(select(2, pcall(tostring, setmetatable({}, { __tostring = function() return r end })))))
  if type(r) == "boolean" then break end end
print(pcall(tostring, setmetatable({}, { __tostring = function() end })))
print(pcall(print, setmetatable({}, { __tostring = function() end })))
print(pcall(print, setmetatable({}, { __tostring = function() return {} end })))
print(pcall(tostring, setmetatable({}, { __tostring = function() error("ts", 0) end })),
  pcall(tostring, setmetatable({}, { __tostring = 1 })))
print(("%s|%s"):format(setmetatable({}, { __tostring = function() return "fmt" end }), 1))
print((tostring(setmetatable({}, { __name = "Named" })):gsub("0x%x+", "A")))
print(rawequal(t, t), rawequal({}, {}), rawequal(1, 1.0), rawequal("a", "a"), pcall(rawequal),
  pcall(rawequal, 1))
print(pcall(rawget, 1, 2)) print(pcall(rawset, "s", 1, 2)) print(pcall(rawget, {}))
print(pcall(rawset, {}, 1)) print(rawset(t, "k", "v") == t, rawget(t, "k"))
print(rawlen, rawlen == nil)
local u = newproxy(true) local um = getmetatable(u) um.__tostring = function() return "a proxy" end
um.__metatable = "hidden" print(tostring(u), getmetatable(u), u)
um.__concat = function(a, b) return "cat" end
print(u .. "x", "x" .. u, pcall(function() return u + 1 end))
um.__unm = function(x) return rawequal(x, u) end print(-u)
um.__add = function(a, b) return type(a), type(b) end print(u + 1, 1 + u, u + u)
print(#setmetatable({ 1, 2, 3 }, { __len = function() return 99 end }),
  next(setmetatable({}, { __index = { 1 } })))
for k in pairs(setmetatable({ a = 1 }, { __pairs = function() return function() end end })) do
  print("pairs", k) end
for i, v in ipairs(setmetatable({ 7 }, { __ipairs = function() return function() end end })) do
  print("ipairs", i, v) end
local shared = { __index = function(_, k) return k end }
local s1, s2 = setmetatable({}, shared), setmetatable({}, shared)
print(s1.a, s2.b, getmetatable(s1) == getmetatable(s2))
print(pcall(newproxy, 5), (pcall(newproxy, {})), type(newproxy(false)),
  getmetatable(newproxy(false)))
print(#tostring({}) > 7, tostring(print):find("^function: ") ~= nil,
  tostring(coroutine.create(print)):find "^thread: 0x" ~= nil,
  tostring(io.stdout):find("^file %(0x") ~= nil, tostring(newproxy()):find "^userdata: 0x" ~= nil)
