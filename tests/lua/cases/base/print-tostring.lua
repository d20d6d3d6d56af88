-- print: separators, conversion through the global tostring, embedded zeros, many arguments.
print() print(nil) print(1, nil, "x", true) print("a\tb", "c\nd") print("") print("", "")
print(1.5, -0.0, 1e100, 2 ^ 53) print(setmetatable({},
    { __tostring = function() return "object" end }), 1) print("nul\0byte")
print((("x"):rep(10000)):len()) print(unpack({ 1, 2, 3 }, 1, 5)) print(print == print, type(print))
local old = tostring function tostring(v) return "<" .. old(v) .. ">" end print(1, "x", nil)
tostring = nil local ok, m = pcall(print, 1) tostring = old print(ok, m)
tostring = function() return nil end ok, m = pcall(print, 1) tostring = old print(ok, m)
print(pcall(setfenv(function() print(1) end, { print = print })))
tostring = function() return 5 end ok, m = pcall(print, "x") tostring = old print(ok, m)
local t = {} for i = 1, 150 do t[i] = i end print(unpack(t))
for _, v in ipairs { 0, -1, 0.1, 1e15, 1e14, 123456.789, "s", true, false } do
  io.write(tostring(v), "|", old(v), " ") end print()
print(tostring(nil), tostring(true), tostring "s", tostring(12), tostring(-0.0),
  #tostring(print) > 10) print(pcall(tostring)) print(select("#", print))
print(tostring(1e15), tostring(123456789012), tostring(2 ^ 63), tostring(-2 ^ 63), tostring(1e-7))
