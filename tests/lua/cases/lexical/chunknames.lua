-- How chunk names appear in messages: =name, @file, and source text.
local names = { "=name", "@file.lua", "text", "", "=", "@", "line one\nline two", "\nline", "x\ry",
  "a\tb",
  "=" .. ("n"):rep(100), "@" .. ("f"):rep(100), ("t"):rep(100), "=" .. ("n"):rep(59),
  "=" .. ("n"):rep(60),
  "@" .. ("f"):rep(59), "@" .. ("f"):rep(60), ("t"):rep(44), ("t"):rep(45), ("t"):rep(46),
  ("t"):rep(47),
  ("t"):rep(48), ("t"):rep(49), "ab\n" .. ("c"):rep(100), "=a\nb", "@a\nb", "a]b", "[string", "\0x",
  "=x\0y",
  "@dir/sub/file.lua", "@./x", "@" .. ("d/"):rep(40) .. "x.lua" }
for i, name in ipairs(names) do
  print(i, loadstring("x =", name))
  local f = loadstring("error('e')", name)
  print(i, pcall(f))
  local info = debug.getinfo(f, "S")
  print(i, #info.source, info.short_src, info.source == name)
end
print(loadstring("x ="))
print(loadstring("\n\nx ="))
print(pcall(loadstring("local a = nil; a.b = 1")))
print(pcall(load(function() return nil end, "=empty")))
local parts = { "x", " = " }
print(load(function() return table.remove(parts, 1) end))
parts = { "x", " = " }
print(load(function() return table.remove(parts, 1) end, "@piece"))
