-- debug.traceback and the traceback of the command.
local function clean(s) return (tostring(s):gsub("0x%x+", "ADDRESS"):gsub("builtin#%d+", "builtin"))
end
local function f() return clean(debug.traceback "top") end
local function g() local r = f() return r end
function global() local r = g() return r end
local t = { method = function(self) local r = global() return r
  end, nested = { fn = function() local r = g() return r end } }
print(f()) print(g()) print(global()) print(t:method()) print(t.nested.fn())
print(clean(debug.traceback())) print(clean(debug.traceback(nil)))
print(clean(debug.traceback("m", 0))) print(clean(debug.traceback("m", 1)))
print(clean(debug.traceback("m", 2))) print(clean(debug.traceback("m", 50)))
print(clean(debug.traceback(5)), debug.traceback(true), debug.traceback({}) ~= nil,
  type(debug.traceback(print)), debug.traceback "" == debug.traceback("", 1))
print(clean((function() return (debug.traceback "anonymous") end)()))
local function tail() return g() end print(tail())
local co = coroutine.create(function(a) local function inner() coroutine.yield(1) end inner()
    error "dead" end)
print(clean(debug.traceback(co))) coroutine.resume(co) print(clean(debug.traceback(co)))
print(clean(debug.traceback(co, "msg"))) print(clean(debug.traceback(co, "msg", 1)))
print(clean(debug.traceback(co, nil, 0))) print(type(debug.traceback(co, {}))) coroutine.resume(co)
print(clean(debug.traceback(co)))
print(clean(select(2, xpcall(function() local x = nil; x.y = 1 end, debug.traceback))))
print(clean(select(2, xpcall(function() error "plain" end, debug.traceback))))
print(select(2, xpcall(function() error({}) end, debug.traceback)) ~= nil)
print(clean(select(2, xpcall(function() string.rep() end, debug.traceback))))
local function deep(n) if n == 0 then return clean(debug.traceback "deep") end local r = deep(n - 1)
  return r end print(deep(5)) print(deep(30)) print(select(2, deep(100):gsub("\n", "\n")))
print(clean(loadstring("return (debug.traceback 'in chunk')", "=chunk")()))
print(clean(loadstring("return (debug.traceback 'in chunk')", "some source text")()))
print(clean(loadstring("\n\nlocal function named() return (debug.traceback 'x') end return (named())",
      "@file.lua")()))
local mt = setmetatable({}, { __index = function(t, k) return clean(debug.traceback "index")
    end, __add = function() return clean(debug.traceback "add")
    end, __call = function() return (clean(debug.traceback "call"))
    end, __lt = function() print(clean(debug.traceback "lt"))
    end, __concat = function() return (clean(debug.traceback "concat"))
    end, __unm = function() return (clean(debug.traceback "unm"))
    end, __newindex = function() print(clean(debug.traceback "newindex"))
    end, __tostring = function() return (clean(debug.traceback "tostring")) end }) print(mt.x)
print(mt + 1) print(mt()) print(mt < mt) print(mt .. "") print(-mt) mt.y = 1 print(tostring(mt))
for x in (function(_, c) if not c then return (clean(debug.traceback "iterator")) end end) do
  print(x) end table.sort({ 1, 2 }, function(a, b)
    if a then print(clean(debug.traceback "sort")) a = nil end return false
  end) ; ("x"):gsub("x", function() print(clean(debug.traceback "gsub")) end)
local up = function() return (clean(debug.traceback "upvalue")) end
local function callup() return (up()) end print(callup())
print(pcall(function() print(clean(debug.traceback "pcall")) end))
