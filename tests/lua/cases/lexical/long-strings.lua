-- Long brackets: levels, first newline skipped, line ends become \n.
local function q(s) return (("%q"):format(s):gsub("\n", "n")) end
print(q [[]], q [[a]], q [==[]==], q [=[a]]b]=], q [==[a]=]b]==], q [[a]b]], q [=[[[nested]]]=])
print(q [[
first]], q [[

second]], q [==[
]==], q [[a
b
]])
print(q [[\n\x41\]], q [['"]], q [=[]]=])
for _, s in ipairs { "[[a\r\nb]]", "[[a\n\rb]]", "[[a\rb]]", "[[a\n\nb]]", "[[\r\na]]", "[[\n\ra]]",
  "[[\ra]]",
  "[[a", "[=[a]]", "[=[a]==]", "[==[a]=]", "[=a]", "[==", "[=", "[", "[[", "[=[", "[[a]=]", "[[]]]",
  "[==[\0]==]", "[[a]]..[[b]]", "[=[a\n]]\n]=]", "[[[a]]", "[[[[a]]", "[===[]===]", "[[a]][[b]]" }
  do
  local f, message = loadstring("return " .. s)
  if f then
    local ok, r = pcall(f)
    print(q(s), ok, ok and q(r) or r)
  else
    print(q(s), message)
  end
end
print(#[[
	tab and spaces  ]], [=[

]=] == "\n")
