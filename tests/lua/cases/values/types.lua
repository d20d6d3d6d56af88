-- Manual 2.2: the eight types, and what `type` and `tostring` say of them.
local values = { nil, true, false, 0, -1, 1.5, "", "text", {}, print, function() end,
  coroutine.create(function() end), io.stdout, newproxy() }
for i = 1, 14 do
  local v = values[i]
  local shown = tostring(v):gsub("0x%x+", "ADDRESS"):gsub("builtin#%d+", "builtin")
  print(i, type(v), shown, v and "true" or "false", not v, not not v)
end
print(pcall(type))
print(pcall(tostring))
print(type(type), type(type(nil)), type(nil) == nil)
for _, v in ipairs { "nil", "number", "string", "boolean", "table", "function", "thread",
  "userdata" } do
  print(v, #v, type(v) == "string")
end
local t = {}
print(t == t, t == {}, {} == {}, print == print, (function() end) == (function() end))
print(1 == 1.0, "1" == 1, "a" == "a", nil == false, true == 1, 0 == -0)
local u = newproxy(true)
print(type(getmetatable(u)), getmetatable(newproxy()), getmetatable(newproxy(u)) == getmetatable(u))
print(pcall(newproxy, 1))
print(pcall(newproxy, {}))
print(_VERSION)
