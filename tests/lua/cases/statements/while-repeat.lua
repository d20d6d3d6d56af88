-- while, repeat, break, nested and with closures.
local i = 0
while i < 3 do i = i + 1 io.write(i, " ") end print()
repeat i = i - 1 io.write(i, " ") until i <= 0 print()
while false do print "never" end
repeat print "once" until true
while true do i = i + 1 if i > 5 then break end if i % 2 == 0 then goto next end io.write(i, " ") ::
  next:: end
print(i)
repeat local stop = i == 0 i = i - 1 if i == 3 then break end until stop
print(i)
local fs = {}
i = 0
repeat local j = i fs[#fs + 1] = function() j = j + 1 return j end i = i + 1 until j == 3
for n = 1, #fs do io.write(fs[n](), fs[n](), " ") end print()
fs = {}
i = 0
while i < 3 do local j = i fs[i] = function() j = j + 10 return j end i = i + 1 end
print(fs[0](), fs[0](), fs[1](), fs[2]())
for a = 1, 3 do
  for b = 1, 3 do
    local c = 0
    while true do
      c = c + 1
      if c == b then break end
      repeat if c > 1 then break end until true
    end
    if a == 2 then break end
    io.write(a, b, c, " ")
  end
end
print()
local function find(t, x) for i = 1, #t do if t[i] == x then return i end end return nil, "none" end
print(find({ 4, 5, 6 }, 5), find({}, 1))
repeat local x = 1; local f = function() return x end until f() == 1
local n = 0
repeat
  local x = n
  local f = function() return x end
  n = n + 1
  if n == 2 then goto continue end
  ::continue::
until n >= 4
print(n)
while n > 0 do n = n - 1; do break end end
print(n)
print(loadstring "repeat local x = 1 goto l local y ::l:: until y")
print(loadstring "while true do break; local x end" ~= nil, loadstring "break")
print(loadstring "for i = 1, 2 do local f = function() break end end")
