-- string.byte, char, sub, len, reverse, lower, upper with every kind of position.
local s = "hello"
local ps = { 0, 1, 2, 5, 6, 100, -1, -2, -5, -6, -100, 1.5, 2.9, -1.5, "2", 2 ^ 31, -2 ^ 31, 2 ^ 40,
  math.huge, -math.huge }
for _, i in ipairs(ps) do
  print(i, s:sub(i), s:byte(i), select("#", s:byte(i)))
  for _, j in ipairs(ps) do io.write("[", s:sub(i, j), "]", select("#", s:byte(i, j)), " ") end
  print()
end
print(s:sub(2, nil), pcall(s.sub, s), s:byte(), select("#", ("").byte("")), ("").byte("", 1))
print(s:byte(1, -1)) print(s:byte(-3, -1)) print(("\0\255\128"):byte(1, 3))
print(string.char(), string.char(72, 105), #string.char(0, 255), string.char("65"),
  string.char(66.7))
for _, c in ipairs { -1, 256, 1e10, "x", {}, 0 / 0 } do print(pcall(string.char, c)) end
print(#string.char(unpack((function() local t = {} for i = 1, 255 do t[i] = i end return t end)())))
print((""):reverse(), ("a"):reverse(), ("abc"):reverse(), ("a\0b"):reverse() == "b\0a",
  (123 .. ""):reverse())
print(("aBc1É\255"):lower() == "abc1É\255", ("aBc1é\255"):upper() == "ABC1é\255", (""):upper())
local all = {} for i = 0, 255 do all[#all + 1] = string.char(i) end all = table.concat(all)
print(#all, all:upper():lower() == all:lower(), all:reverse():reverse() == all, all:sub(66, 91),
  all:byte(256))
print(("x"):len(), (""):len(), ("\0\0"):len(), string.len "abc", string.len(12.5))
print(pcall(string.byte, "x", 1, 1e8)) print(pcall(string.byte, ("x"):rep(1000000), 1, -1))
print(select("#", ("x"):rep(5000):byte(1, -1)))
local big = ("0123456789"):rep(100)
for i = 1, 1000, 137 do io.write(big:sub(i, i + 3), " ", big:byte(i), " ") end print()
