-- do blocks, empty statements as far as 5.1 has them, nested functions as statements.
do end
do do do end end end
do local a = 1; do local a = 2; print(a) end; print(a) end
local function f() do return 1 end end
print(f())
local function g() do do return "inner" end end return "outer" end
print(g())
function plain() return "plain" end
print(plain())
local t = { a = { b = {} } }
function t.one() return "one" end
function t.a.two() return "two" end
function t.a.b.three(x) return "three", x end
function t.a.b:four(x) return self == t.a.b, x end
print(t.one(), t.a.two(), t.a.b.three(3), t.a.b:four(4))
local function rec(n) return n == 0 and "end" or rec(n - 1) end
print(rec(5))
local late = function(n) return n == 0 and "end" or late(n - 1) end
print(pcall(late, 1))
print(pcall(loadstring "function undefined_table.f() end"))
print(pcall(loadstring "local t = {} function t.a.b() end"))
print(pcall(loadstring "local t = {} function t.a:b() end"))
local x = 1; local y = 2; x, y = y, x; print(x, y);
do x = 5; y = x end print(x, y)
do local function loc() return "local function" end print(loc()) end
print(loc)
print((function() end)(), (function() return end)(), select("#", (function() end)()))
print((function() return nil end)(), select("#", (function() return nil end)()))
for _, s in ipairs { "return return", "do return 1 end x = 1", "do return; end", "return 1,2;",
  "return ;",
  "if x then return end y = 1", "return f()", "return (f())", "return ...",
  "function f() return end return f",
  "do break end", "repeat return until x", "while x do return 1 end",
  "for i = 1, 2 do return i end",
  "return function() return function() end end" } do
  print(s, select(2, loadstring(s, "=c")) or "fine")
end
