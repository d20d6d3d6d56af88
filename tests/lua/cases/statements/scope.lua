-- Manual 2.6: where locals begin and end.
x = 10
do
  local x = x
  print(x)
  x = x + 1
  do local x = x + 1 print(x) end
  print(x)
end
print(x)
local x = x and x + 5
print(x, _G.x)
local function f() return f end
print(f() == f)
local g = function() return g end
print(g())
local a, a = 1, 2
print(a)
local function shadow(a, a) return a end
print(shadow(1, 2))
for i = 1, 2 do local i = i * 10 print(i) end
for k = 1, 2 do k = k + 1 print(k) end
local k = 5
for k = k, k + 1 do print(k) end
print(k)
repeat local done = true until done
local n = 0
repeat local n2 = n n = n + 1 until n2 == 2
print(n)
if true then local inner = 1 end
print(inner)
while true do local z = 1 break end
print(z)
do local x = 1; local x = 2; do local x = 3 end; print(x) end
local function outer()
  local v = 1
  local function inner() v = v + 1 return v end
  local v = 100
  return inner(), v
end
print(outer())
local t = { x = 1, f = function() return x end }
print(t.f())
function _G.h() return x end
print(h(), _G.x)
do local print = function(...) return io.write("own ", ..., "\n") end print("p") end
print(pcall(loadstring "local a = a.b"))
local many = {}
for i = 1, 200 do many[i] = "local v" .. i .. " = " .. i end
print(assert(loadstring(table.concat(many, "\n") .. "\nreturn v1 + v200"))())
for i = 201, 5000 do many[i] = "local v" .. i end
print((loadstring(table.concat(many, "\n"))))
