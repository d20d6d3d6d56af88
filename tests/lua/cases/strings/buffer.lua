-- string.buffer of LuaJIT: methods that take and give strings.
local ok, buffer = pcall(require, "string.buffer")
print(ok, type(buffer), type(buffer.new), type(buffer.encode), type(buffer.decode))
local b = buffer.new() b:put("abc", 1, 2.5, "x") print(#b, tostring(b)) b:putf("%d-%s", 5, "y")
print(b:tostring()) print(b:get(3), b:get(1), #b) print(b:get()) print(#b, b:get(), b:get(5))
b:put "hello" b:skip(2) print(b:get()) b:put("a"):put("b"):putf("%02d", 7) print(tostring(b))
b:reset() print(#b) b:set "replaced" print(b:get(2, 3)) print(#b) b:free() print(#b)
print(pcall(b.put, b, {})) print(pcall(b.put, b, nil))
print(pcall(b.put, b, setmetatable({}, { __tostring = function() return "obj" end })))
print(tostring(b)) print(pcall(b.putf, b, "%d", "x")) print(pcall(buffer.new, "x"))
print(b .. "concat" ~= nil, pcall(function() return b + 1 end) == false)
local c = buffer.new(100) for i = 1, 1000 do c:put(i, ",") end print(#c, c:get(20), #c)
for _, v in ipairs { 1, -1, 1.5, "str", true, false, 2 ^ 40, { 1, 2, 3 }, { a = 1 },
  { 1, { 2, { 3 } } }, "" } do local d = buffer.decode(buffer.encode(v))
  if type(v) == "table" then print(type(d), #d, d.a, type(d[2])) else print(d == v, d) end end
print(buffer.decode(buffer.encode(nil)), pcall(buffer.encode, print))
print((pcall(buffer.decode, "\255\255"))) print(getmetatable(b), type(b))
