-- Calls: string and table arguments, methods, results cut to one and kept.
local function f(...) return ... end
print(f(1, 2, 3), f(4, 5))
print((f(1, 2, 3)))
local t = { f(1, 2), f(3, 4) }
print(#t, t[1], t[2], t[3])
print(#{ f(1, 2), (f(3, 4)) }, #{ f(), f() }, #{ f(), nil }, #{ (f()) }, #{ f(1, 2, 3), x = 1 },
  #{ x = 1, f(1, 2, 3) })
print(f "str", f 'str', f [[str]], f { 1 }[1], f {} == nil)
print(#f "a" .. "b", -f "3", not f(nil))
local o = { n = 1 }
function o:inc(d) self.n = self.n + (d or 1) return self end
function o.static(a, b) return a, b end
print(o:inc():inc(5):inc().n, o.static(1), o.inc(o).n)
o.sub = { deep = {} }
function o.sub.deep:m(...) return self == o.sub.deep, select("#", ...), ... end
print(o.sub.deep:m(1, nil, nil))
print(("x"):rep(3), ("%d"):format(5), #("x"):rep(4), ("a"):byte())
local s = "text"
print(s:upper(), s:sub(2, 3):upper(), s.len == string.len, s:len())
print(pcall(function() return s.x end), pcall(function() s.x = 1 end))
print(pcall(function() return s:nomethod() end))
print(pcall(function() return o:nomethod() end))
print(pcall(function() return o.a.b() end))
print(pcall(function() return (nil)() end))
print(pcall(function() o.n() end))
print(pcall(function() ("x")() end))
print(f(f(f(1, 2), f(3, 4))))
print(f(nil), f(), (f()), f(nil, nil))
print(select("#", f()), select("#", f(nil)), select("#", (f())), select("#", f(), f()),
  select("#", f(), (f())))
local function tail(n, ...) if n == 0 then return ... end return tail(n - 1, ...) end
print(tail(10000, "kept", nil, 3))
print(loadstring("local a = f\n(print)(1)", "=c"))
print(loadstring "f\n(1)" and "one statement" or "refused")
print(loadstring "local a = f\n(g).x = 1" and "one statement" or "refused")
print(loadstring "(f)" and "fine" or select(2, loadstring("(f)", "=c")))
for _, text in ipairs { "f", "f.x", "f()", "f().x", "f().x()", "f'x'", "f{}", "f:x", "f:x()",
  "f:x'y'", "(f)()", "(f())()",
  "f()()", "f().x = 1", "f() = 1", "(f).x = 1", "(f) = 1", "f, g() = 1", "f, g = 1", "f,", "1",
  "'x'", "{}", "nil", "f + 1",
  "f.1()", "f.x.y:z{}", "f[1]", "f[1]()", "f[1] = 2", "('x'):y()", "'x':y()", "({}).x = 1",
  "{}.x = 1", "...", "...()", "(...)()" } do
  print(text, select(2, loadstring(text, "=c")) or "fine")
end
