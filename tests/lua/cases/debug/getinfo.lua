-- debug.getinfo: every option, levels and functions, tail calls, C functions.
local function show(i) if not i then return tostring(i) end local keys = {}
  for k, v in pairs(i) do keys[#keys + 1] = k .. "=" ..
    (type(v) == "function" and "function" or type(v) == "table" and "table" or tostring(v)) end
  table.sort(keys) return table.concat(keys, " ") end
local function plain(a, b) local c = debug.getinfo(1) return show(c) end print(plain())
local function vararg(a, ...) local x = debug.getinfo(1) return show(x) end print((vararg()))
for opt in ("nSlufL"):gmatch "." do print(opt, show(debug.getinfo(plain, opt)))
  print(opt, show(debug.getinfo(1, opt))) print(opt, show(debug.getinfo(print, opt)))
  print(opt, (show(debug.getinfo(0, opt)))) end print(show(debug.getinfo(1, "")))
print(debug.getinfo(100), debug.getinfo(1e9), debug.getinfo(-1)) print(pcall(debug.getinfo))
print(pcall(debug.getinfo, {})) print(pcall(debug.getinfo, "x")) print(pcall(debug.getinfo, 1, "?"))
print(pcall(debug.getinfo, 1, ">")) print(pcall(debug.getinfo, 1, 5))
print(pcall(debug.getinfo, print, "nSluf") and true) print(show(debug.getinfo(1.9, "l")))
function global() local i = debug.getinfo(1, "n") return tostring(i.name) .. "," .. i.namewhat end
local t = { field = global, sub = { deep = global } }
function t:method() return (global()) .. "/" .. debug.getinfo(1, "n").name .. "," ..
  debug.getinfo(1, "n").namewhat end local loc = global
local function up() local r = loc() return r end print((global())) print((t.field()))
print((t.sub.deep())) print((t:method())) print((loc())) print((up())) print((_G.global()))
print(((function() local r = global() return r end)())) print((t["field"]())) local idx = "field"
print((t[idx]())) local arr = { global } print((arr[1]())) print(select(2, pcall(global)))
print(coroutine.wrap(global)()) local function tail() return global() end print((tail()))
for _, r in (function() return function(_, c) if not c then return 1, (global()) end end end)() do
  print(r) end for x in (function(_, c)
    if not c then local i = debug.getinfo(1, "n") return tostring(i.name) .. "," .. i.namewhat end
  end) do print(x) end
local mt = setmetatable({}, {}) for _,
e in ipairs { "index", "add", "call", "concat", "lt", "le", "eq", "unm", "newindex" } do
  getmetatable(mt)["__" .. e] = function() local i = debug.getinfo(1, "n")
    print(e, i.name, i.namewhat) end end local _ = mt.x _ = mt + 1 _ = mt() _ = mt .. "x"
_ = mt < mt _ = mt <= mt _ = mt == setmetatable({}, getmetatable(mt)) _ = -mt mt.y = 1
local function lines()
  local a = 1

  local b = 2
  return debug.getinfo(1, "l").currentline, debug.getinfo(1, "S").linedefined,
  debug.getinfo(1, "S").lastlinedefined
end print(lines()) local al = {} for l in pairs(debug.getinfo(lines, "L").activelines) do
al[#al + 1] = l end table.sort(al) print(table.concat(al, " "))
print(debug.getinfo(lines, "u").nups, debug.getinfo(up, "u").nups, debug.getinfo(print, "u").nups,
debug.getinfo(vararg, "u").isvararg, debug.getinfo(vararg, "u").nparams,
debug.getinfo(plain, "u").nparams, debug.getinfo(print, "u").isvararg)
local co = coroutine.create(function(x) local y = x coroutine.yield() end)
print(debug.getinfo(co, 0), debug.getinfo(co, 1)) coroutine.resume(co)
print(show(debug.getinfo(co, 0, "nS")), show(debug.getinfo(co, 1, "nSl")), debug.getinfo(co, 2))
print(debug.getinfo(1, "f").func == debug.getinfo(1, "f").func,
debug.getinfo(lines, "f").func == lines)
print(show(debug.getinfo(loadstring("return 1", "=named"), "S")))
print(show(debug.getinfo(loadstring "text = 1", "S")))
