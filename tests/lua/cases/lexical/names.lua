-- Names: letters, digits, underscores, bytes above 127 as LuaJIT takes them; reserved words.
local reserved = { "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "if",
  "in",
  "local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while", "goto",
  "continue",
  "self", "_ENV", "_", "__", "And", "END", "nil_", "a1", "1a", "a-b", "a.b", "\195\164", "\255",
  "a\128", "$", "@",
  "a$", "!", "`", "\\", "?", "~", "&", "|", "<<", ">>", "//", "::", "!=", "a b", "\1", "\127",
  "\0" }
for i, name in ipairs(reserved) do
  local f, message = loadstring("local " .. name .. " = " .. i .. " return " .. name, "=x")
  print(i, f and f() or message)
end
for i, name in ipairs(reserved) do
  local f, message = loadstring("return { " .. name .. " = 1 }", "=y")
  print(i, f and "fine" or message)
end
local long = ("n"):rep(300)
print(#assert(loadstring("local " .. long .. " = '" .. long .. "' return " .. long))())
print(loadstring(("x"):rep(500) .. " ="))
print(loadstring("return '" .. ("y"):rep(500)))
print(loadstring("local t = { a = 1 } return t.end"))
print(loadstring("local t = { a = 1 } return t:end()"))
print(type(loadstring("goto = 1")))
