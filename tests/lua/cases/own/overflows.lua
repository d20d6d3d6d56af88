-- Recursion without end through everything that calls Lua: an error each time, and life goes on.
-- LuaJIT's own stack ends at some of these.
-- not under stress: a million slots are traversed at every safe point
-- not under qemu: the same as on our machine, only slowly
local function try(name, f, ...)
  local ok, m = pcall(f, ...)
  print(name, ok, m)
end
local function lua() return 1 + lua() end
try("lua", lua)
local function sub(s) return (s:gsub(".", sub)) end
try("gsub", sub, "x")
local function sort() table.sort({ 1, 2, 3 }, function(a, b) sort() return a < b end) end
try("sort", sort)
local mt = {}
local function object() return setmetatable({}, mt) end
mt.__tostring = function(s) return tostring(s) .. "" end
mt.__index = function(t, k) return t[k] .. "x" end
mt.__newindex = function(t, k, v) t[k] = v return 1 end
mt.__concat = function(a, b) return a .. b .. "" end
mt.__eq = function(a, b) return not (a == b) end
mt.__lt = function(a, b) return not (a < b) end
mt.__unm = function(a) return -a + 1 end
mt.__call = function(s) return 1 + s() end
try("tostring", tostring, object())
try("index", function() return object().x end)
try("newindex", function() object().x = 1 end)
try("concat", function() return object() .. 1 end)
try("eq", function() return object() == object() end)
try("lt", function() return object() < object() end)
try("unm", function() return -object() end)
try("call", object())
local chain = {}
for i = 1, 200 do chain = setmetatable({}, { __index = chain, __newindex = chain }) end
try("index chain", function() return chain.x end)
try("newindex chain", function() chain.x = 1 end)

local long = ("a"):rep(300000)
try("captures", string.find, long, ("(a"):rep(20))
try("repetitions", string.find, long, (".-"):rep(1000) .. "b")
try("options", string.find, long, ("a?"):rep(30000) .. ("a"):rep(300))
try("balance", string.find, ("("):rep(3000), "%b()")

try("handler", function() return xpcall(error, function() error "again" end) end)
local function handler(m) return handler(m) .. "" end
try("deep handler", function() return select(2, xpcall(error, handler)) end)
local function nested() return xpcall(nested, nested) and 1 end
try("xpcall", nested)
local function protected() local ok = pcall(protected) return ok end
try("pcall", protected)

local function wrapped(n) return coroutine.wrap(wrapped)(n) end
try("wrap", wrapped)
local resumed
local function more() return 1 + resumed() end
resumed = function() return coroutine.resume(coroutine.create(more)) end
try("resume", resumed)
try("in a coroutine", function() return select(2, coroutine.resume(coroutine.create(lua))) end)

local function load1() return assert(loadstring("return ...", "x"))(load1()) end
try("load", load1)
local function load2() return load(function() load2() return nil end) end
try("reader", function() return type(load2()) end)
local function loader()
  package.loaded.q, package.preload.q = nil, loader
  return require "q" .. 1
end
try("require", function() return (select(2, pcall(loader)):gsub("^.*: ", "")) end)
local function iterate() for _ in function() iterate() end do end end
try("iterator", iterate)
local function lookup() ("x"):gsub("x", setmetatable({}, { __index = function() lookup() end })) end
try("gsub of a table", lookup)
local function words() for w in ("x"):gmatch "x" do words() end end
try("gmatch", words)
local function show() print(setmetatable({}, { __tostring = show })) end
try("print", show)
local function format() return ("%s"):format(setmetatable({}, { __tostring = format })) end
try("format", format)

local calls = 0
getmetatable(newproxy(true)).__gc = function() calls = calls + 1 lua() end
try("finaliser", collectgarbage)
collectgarbage()
print(calls)
local once
try("hook", function()
  debug.sethook(function() if not once then once = true lua() end end, "c")
  tostring(1)
end)
debug.sethook()

try("unpack", function() return unpack({}, 1, 1e8) end)
try("rep", string.rep, "abc", 1e9)
local function nest(text) return select(2, loadstring(text)):gsub("^.*%]:1: ", "") .. "" end
for _, piece in ipairs { "(", "{", "not ", "- ", "a..", "a^", "f(", "a[", "f{" } do
  try(piece, nest, "return " .. piece:rep(100000))
end
for _, piece in ipairs { "do ", "if x then ", "function f() ", "while x do ", "repeat " } do
  try(piece, nest, piece:rep(100000))
end
print "the end"
