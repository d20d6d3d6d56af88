-- Comments, short and long; --[==[ needs its own end.
print(1) -- to the end of the line
--[[ long
print(2) ]] print(3)
--[==[ ]] ]=]
print(4) ]==] print(5)
--[ not long
print(6) --[[]] print(7)
---[[ not long either
print(8)
--]]
print(9 --[[in]] + --[==[an]==] 1 -- expression
)
local cases = { "--", "--x", "--[[x]]", "--[[x", "--[=[x]]", "--[=x\nreturn 1", "--[[\n\n]] return 2",
  "--\nreturn 3", "--\rreturn 4", "--\r\nreturn 5", "#!shebang\nreturn 6", "# x\nreturn 7", "--[==[\n]]\n]==]return 8",
  "return--x\n9", "return 1--[[2]]0", "--[[]]return 11", "-- [[x\nreturn 12", "--[[--]]return 13", "-", "---",
  "x--y\n=1", "return 1 -- 2\n-- 3", ";", ";;", "return;", "return 1;", "return 1;;", "\239\187\191return 14" }
for _, s in ipairs(cases) do
  local f, message = loadstring(s, "=c")
  if f then print(("%q"):format(s):gsub("\n", "n"), pcall(f)) else print(message) end
end
