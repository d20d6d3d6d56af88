-- string.find without patterns and with init.
local s = "the quick brown fox the end"
for _, p in ipairs { "the", "quick", "", "x", "zebra", "end", "t", "the end", "e", " ",
  "the quick brown fox the end ", "fox the end" } do
  for _, init in ipairs { 1, 2, 5, 20, 27, 28, 29, -1, -3, -7, -100, 0 } do
    io.write(tostring(s:find(p, init, true)), ",", tostring(s:find(p, init)), " ") end
  print(p)
end
print(s:find("quick", nil, true), s:find("q", "3"), s:find("q", 2.9), ("a.b"):find(".", 1, true),
  ("a.b"):find(".", 1, false), ("a+b"):find("+", 1, 1), ("a%b"):find("%", 1, true))
print((""):find(""), (""):find("", 1), (""):find("", 2), (""):find("", 1, true),
  (""):find("", 2, true), (""):find("", -1), ("a"):find("", 2), ("a"):find("", 3))
print(("a\0b"):find("\0"), ("a\0b"):find("\0", 1, true), ("a\0b\0c"):find("b\0c", 1, true),
  ("a\0b"):find("b"), ("\0"):find("%z"), ("aXb"):find("\0"))
print(pcall(string.find)) print(pcall(string.find, "x")) print(pcall(string.find, "x", {}))
print(pcall(string.find, "x", "x", {})) print(pcall(string.find, nil, "x"))
print(string.find(12345, 34))
local long = ("a"):rep(1000) .. "b" .. ("a"):rep(1000)
print(long:find("b"), long:find("ab"), long:find("ba"), long:find("aab", 1, true),
  long:find("bb", 1, true), long:find(("a"):rep(1000), 3, true))
print(("ababab"):find("abab", 2, true), ("aaaab"):find("aab", 1, true),
  ("mississippi"):find("issip", 1, true), ("mississippi"):find("sip"))
for i = 1, 8 do print(i, ("abcabcd"):find("abcd", i, true)) end
