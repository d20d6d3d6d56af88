-- getupvalue, setupvalue, upvalueid, upvaluejoin.
local a, b, c = 1, 2, 3 local function f() return a, b end local function g() return b, c end
local function n() end for i = 0, 3 do print(i, debug.getupvalue(f, i)) end
print(debug.getupvalue(g, 1)) print(debug.getupvalue(n, 1)) print(debug.getupvalue(print, 1))
print(debug.setupvalue(f, 1, "new a"), a) print(debug.setupvalue(f, 2, "new b"), b, g())
print(debug.setupvalue(f, 3, 1), debug.setupvalue(n, 1, 1), debug.setupvalue(f, 0, 1))
print(debug.upvalueid(f, 2) == debug.upvalueid(g, 1),
  debug.upvalueid(f, 1) == debug.upvalueid(g, 1), type(debug.upvalueid(f, 1)))
print(pcall(debug.upvalueid, f, 3)) print(pcall(debug.upvalueid, f, 0))
print(pcall(debug.upvalueid, 5, 1)) debug.upvaluejoin(f, 1, g, 2) print(f()) c = "through c"
print(f()) print(debug.upvalueid(f, 1) == debug.upvalueid(g, 2))
print(pcall(debug.upvaluejoin, f, 5, g, 1)) print(pcall(debug.upvaluejoin, f, 1, g, 9))
print(pcall(debug.upvaluejoin, f, 1, print, 1)) print(pcall(debug.upvaluejoin, 1, 1, f, 1))
print(pcall(debug.getupvalue, 5, 1)) print(pcall(debug.getupvalue, f))
print(pcall(debug.getupvalue, f, "x")) print(pcall(debug.setupvalue, f, 1))
print(pcall(debug.setupvalue, {}, 1, 2))
local fs = {} for i = 1, 3 do local x = i fs[i] = function(v) if v then x = v end return x end end
print(debug.upvalueid(fs[1], 1) == debug.upvalueid(fs[2], 1))
for i = 1, 3 do print(debug.getupvalue(fs[i], 1)) end debug.upvaluejoin(fs[1], 1, fs[3], 1)
fs[1] "shared" print(fs[1](), fs[2](), fs[3]())
local function counter() local n = 0 return function() n = n + 1 return n end end
local c1, c2 = counter(), counter() c1() c1() debug.upvaluejoin(c2, 1, c1, 1)
print(c2(), c1(), c2()) print(debug.getupvalue(string.gmatch("x", "."), 1)) local open
do local o = "open" open = function() return o end print(debug.getupvalue(open, 1)) o = "changed"
  print(debug.getupvalue(open, 1)) end print(open()) debug.setupvalue(open, 1, "closed set")
print(open())
