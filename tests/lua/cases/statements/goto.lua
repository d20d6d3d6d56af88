-- goto: loops, continue, out of nested blocks, labels with the same name, closures.
do local i = 1 ::top:: if i <= 3 then io.write(i, " ") i = i + 1 goto top end print() end
for i = 1, 4 do if i == 2 then goto continue end io.write(i, " ") ::continue:: end print()
for i = 1, 3 do for j = 1, 3 do if i * j == 4 then goto out end io.write(i, j, " ") end end ::out::
print()
do goto l; ::l:: end do goto l; ::l:: print "second l" end
goto f ::e:: print "e" goto g ::f:: print "f" goto e ::g:: print "g"
local fs = {}
do
  local k = 0
  ::again::
  local x = k
  fs[#fs + 1] = function() x = x + 1 return x end
  k = k + 10
  if k < 30 then goto again end
end
for i = 1, 3 do print(fs[i](), fs[i]()) end
local n = 0
while true do n = n + 1 if n == 3 then goto done end end
::done:: print(n)
repeat
  n = n + 1
  if n % 2 == 0 then goto cont end
  io.write(n, " ")
  ::cont::
until n > 8
print()
do local goto = 5 print(goto) goto = goto + 1 print(goto) end
local function state(s)
  local i = 0
  ::a:: i = i + 1 if s:sub(i, i) == "a" then goto a elseif s:sub(i, i) == "b" then goto b
  else goto fail end
  ::b:: i = i + 1 if s:sub(i, i) == "b" then goto b elseif i > #s then return "match" end
  ::fail:: return "fail at " .. i
end
for _, s in ipairs { "aab", "b", "abbb", "aba", "", "c", "a" } do print(s, state(s)) end
print(type(loadstring "do goto last; local x; ::last:: end"))
print(loadstring "do goto last; local x; ::last:: ; ::other:: end")
print "reached"
for _, s in ipairs { "goto x", "::x:: ::x::", "do ::x:: end goto x",
  "goto x; local a; ::x:: local b",
  "goto x; do ::x:: end", "::x:: do ::x:: end", "do ::x:: end ::x::",
  "local function f() goto x end ::x::",
  "goto x; local a; do ::y:: end ::x:: ", "goto", "goto 1", "goto x y", "::", "::x", ":: x ::",
  "::x: :", "::1::",
  "::end::", "goto end", "goto goto; ::goto::", "if 1 then goto x end ::x::",
  "repeat goto x; local z; ::x:: until z",
  "repeat goto x; local z; ::x:: until true",
  "while 1 do goto continue; local z = 1 ::continue:: end",
  "break", "do break end", "if x then break end", "for i = 1, 2 do break break end",
  "goto = 1 goto x",
  "goto.x = 1", "local goto goto = 1", "goto()", "x = goto", "return goto",
  "goto l1; local a ::l1:: ::l2:: ;",
  "goto l1; local a ::l1:: print(a)", "do goto x end local a ::x:: a = 1",
  "::l:: goto l1 ::l1:: goto l2" } do
  print(s, select(2, loadstring(s, "=g")) or "fine")
end
