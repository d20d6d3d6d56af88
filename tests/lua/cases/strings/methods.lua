-- Strings as objects, comparison and interning effects that scripts can see.
print(("%s"):format "x", ("abc"):len(), #"abc", ("a"):upper():lower(), ("x"):rep(3):sub(2))
local s = "str" print(s.len == string.len, s.nothing) print(getmetatable(s).__index == string)
function string:first() return self:sub(1, 1) end print(("method"):first()) string.first = nil
print(pcall(function() return ("x"):first() end))
local a, b = ("x"):rep(50), ("x"):rep(25) .. ("x"):rep(25)
print(a == b, ({ [a] = 1 })[b], rawequal(a, b), a < b, a <= b) local t = {}
for i = 1, 200 do t["k" .. i] = i end local sum = 0 for i = 1, 200 do sum = sum + t["k" .. i] end
print(sum)
local longs = {} for i = 1, 20 do longs[("y"):rep(i * 100)] = i end
for i = 1, 20, 6 do print(longs[("y"):rep(i * 100)]) end
print(("\0a" < "\0b"), ("\0" < ""), ("" < "\0"), "a\0b" == "a\0c", "a\0b" < "a\0c", #"a\0b")
print("Z" < "a", "a" < "á", "10" < "9", "" == "", "" < "a")
local keys = { "a", "b", "aa", "ab", "", "\0", "A", "1", "01" } table.sort(keys)
print(#keys, table.concat(keys, "|"):gsub("%z", "0"))
print(tostring("x") == "x", "1" == 1, "abc" .. 1 == "abc1", tostring(1) == "1")
for c in ("h\195\169"):gmatch "." do io.write(c:byte(), " ") end print()
local parts = {} for i = 1, 1000 do parts[i] = string.char(i % 26 + 97) end
local whole = table.concat(parts) print(#whole, whole:sub(1, 30), whole:find "xyz",
  select(2, whole:gsub("a", ""))) local acc = "" for i = 1, 500 do acc = acc .. i end
print(#acc, acc:sub(-10)) for w = 1, 40, 13 do print(("="):rep(w), #("="):rep(w)) end
