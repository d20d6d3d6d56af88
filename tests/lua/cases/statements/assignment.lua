-- Manual 2.4.3: all expressions are evaluated before the assignment; adjusting.
local a, b, c = 1, 2
print(a, b, c)
a, b, c = 1
print(a, b, c)
a, b = 1, 2, 3
print(a, b)
a, b = b, a
print(a, b)
local i, t = 3, {}
i, t[i] = i + 1, 20
print(i, t[3], t[4])
local function three() return 1, 2, 3 end
local x, y, z, w = three()
print(x, y, z, w)
x, y, z, w = 0, three()
print(x, y, z, w)
x, y, z, w = three(), 10
print(x, y, z, w)
x, y, z, w = (three())
print(x, y, z, w)
local log = {}
local function note(v) log[#log + 1] = tostring(v) return v end
local s = setmetatable({}, { __newindex = function(s, k, v) note(k .. "=" .. v) rawset(s, k, v)
    end })
s[note("k1")], s[note("k2")] = note("v1"), note("v2")
print(table.concat(log, " "))
local q = { 1, 2, 3 }
local n = 1
n, q[n], q[n + 1] = 2, "a", "b"
print(n, q[1], q[2], q[3])
local o = { a = { b = { c = 1 } } }
o.a.b.c, o.a.b = 5, o.a.b
print(o.a.b.c)
o.a, o.a.b.c = { b = "new" }, 7
print(o.a.b)
local p = { 1 }
p, p[1] = nil, 2
print(p)
local r = { 10, 20, 30 }
local k = 1
r[k], k = k, 3
print(r[1], r[3], k)
glob1, glob2 = three()
print(glob1, glob2, glob3)
print(loadstring "do local a <const> = 1 end")
