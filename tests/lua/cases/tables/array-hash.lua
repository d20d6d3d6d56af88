-- Growth, holes, removal and all kinds of keys, checked by what comes back.
local function sum(t) local n, s = 0, 0
  for k, v in pairs(t) do n = n + 1 if type(v) == "number" then s = s + v end end return n, s end
local t = {} for i = 1, 1000 do t[i] = i end print(#t, sum(t)) for i = 1000, 1, -2 do t[i] = nil end
print(sum(t)) for i = 2, 1000, 2 do t[i] = -i end print(#t, sum(t)) t = {}
for i = 1000, 1, -1 do t[i] = i end print(#t, sum(t)) t = {} for i = 1, 100 do t[i * 1000] = i end
print(#t, sum(t)) t = {} for i = -50, 50 do t[i] = i end print(#t, sum(t)) t = {}
for i = 1, 200 do t["s" .. i] = i t[i] = i t[i + 0.5] = i end print(#t, sum(t))
for i = 1, 200 do t["s" .. i] = nil end print(#t, sum(t)) for i = 1, 200 do t[i] = nil end
print(#t, sum(t)) for i = 1, 200 do t[i + 0.5] = nil end print(#t, next(t))
local keys = { 1, -1, 0, 1.5, "1", "x", true, false, print, 2 ^ 31, 2 ^ 53, -2 ^ 31, 1e300, -0.5,
  1 / 0, -1 / 0, {}, "", "\0" } t = {} for i, k in ipairs(keys) do t[k] = i end
for i, k in ipairs(keys) do io.write(t[k] == i and "ok " or "BAD ") end print(sum(t))
for i, k in ipairs(keys) do t[k] = nil end print(next(t))
t = {} for r = 1, 20 do for i = 1, 50 do t[i + r] = i end for i = 1, 50, 3 do t[i + r] = nil end end
print(sum(t)) t = {} for i = 1, 2000 do t[i % 37] = i t["k" .. i % 41] = i end print(sum(t)) t = {}
for i = 1, 500 do t[i] = i t[i - 10] = nil end print(sum(t)) t = { 1, 2, 3, nil, 5 } t[4] = 4
print(#t) t[6] = 6 t[7] = 7 print(#t) t = { nil, nil, 3 } t[1] = 1 t[2] = 2 print(#t) t = {}
t[1] = 1 t[2] = 2 t[4] = 4 t[3] = 3 print(#t)
t = {} for i = 1, 64 do t[i] = true end for i = 1, 64 do t[i] = nil t["x" .. i] = true end
print(#t, (sum(t))) t = {} for i = 1, 300 do t[#t + 1] = i if i % 3 == 0 then t[#t] = nil end end
print(#t, sum(t)) local q, h, l = {}, 1, 0
for i = 1, 1000 do l = l + 1 q[l] = i if i % 3 ~= 0 then q[h] = nil h = h + 1 end end
print(h, l, sum(q)) local m = {} for i = 1, 30 do m[i] = {} for j = 1, 30 do m[i][j] = i * j end end
local tr = 0 for i = 1, 30 do tr = tr + m[i][i] + m[31 - i][i] end print(tr)
t = {} local n = 0 for i = 1, 100 do t[i] = i end
for k, v in pairs(t) do if v % 2 == 0 then t[k] = nil else t[k] = v + 1 end n = n + 1 end
print(n, sum(t)) t = {} for i = 1, 50 do t["a" .. i] = i end for k in pairs(t) do t[k] = nil end
print(next(t)) t = { a = 1 } t.a = nil t.b = 2 t.c = 3 t.b = nil print(next(t)) local copies = {}
for i = 1, 10 do local c = {} for k, v in pairs { i, i + 1, x = i } do c[k] = v end
  copies[i] = c[1] + c[2] + c.x end print(table.concat(copies, " ")) local order = {}
for k in pairs { 10, 20, 30, 40 } do order[#order + 1] = k end print(table.concat(order, " "))
t = {} t[1e15] = "a" t[1e16] = "b" t[2 ^ 63] = "c" t[-2 ^ 63] = "d"
print(t[1e15], t[10 ^ 16], t[2 ^ 63], t[-2 ^ 63], t[2 ^ 62]) t = {} t[3] = 3 t[3.0] = "same"
t["3"] = "other" print(t[3], t["3"], (sum(t))) for i = 0, 31 do t[2 ^ i] = i end local c = 0
for i = 0, 31 do c = c + t[2 ^ i] end print(c) t = {} for i = 1, 10 do t[0.1 * i] = i end
print(t[0.1], t[0.1 * 3], t[0.3], t[1])
