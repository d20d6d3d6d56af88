-- next, pairs, ipairs, rawget, rawset, rawequal, select, unpack on odd tables.
print(next {}, next { 10 }, next({ 10 }, 1), next({ x = 1 }), next({ x = 1 }, "x"))
print(pcall(next, {}, 1)) print(pcall(next, { 1, 2 }, "x")) print(pcall(next, { 1 }, 2))
print(next({ 1 }, nil)) print(pcall(next)) print(pcall(next, 5)) local t = { 1, 2, 3, x = 1, y = 2 }
local n, k = 0, nil repeat k = next(t, k) if k ~= nil then n = n + 1 end until k == nil print(n)
local f, s, c = pairs(t) print(f == next, s == t, c) f, s, c = ipairs(t)
print(type(f), s == t, c, f(t, 0), f(t, 3), f(t, 10)) print(pcall(f, t)) print(pcall(f))
print(f({ [0] = "zero" }, -1))
local m = setmetatable({}, { __index = function(_, i) if i <= 3 then return i * i end end })
for i, v in ipairs(m) do io.write(i, "=", v, " ") end print(next(m))
local sparse = { [1] = 1, [2] = 2, [4] = 4 } for i, v in ipairs(sparse) do io.write(i, " ") end
n = 0 for _ in pairs(sparse) do n = n + 1 end print(n)
for i, v in ipairs { 1, false, 3 } do io.write(tostring(v), " ") end print() t = { 1, 2, 3 }
for i, v in ipairs(t) do if i < 6 then t[#t + 1] = i * 10 end io.write(v, " ") end print()
t = { 1, 2, 3, 4 } for i, v in ipairs(t) do t[i + 1] = nil io.write(v, " ") end print()
t = {} for i = 1, 10 do t[i] = i end for k in pairs(t) do t[k] = nil end print(next(t))
for k, v in pairs { a = 1 } do k, v = 5, 6 print(k, v) end t = { 1, 2, 3 } local seen = {}
for k, v in pairs(t) do seen[#seen + 1] = k .. v t[k] = v * 2 end
print(table.concat(seen, " "), t[3])
for k, v in pairs(setmetatable({ 1 }, { __index = { 2, 3 } })) do print(k, v) end local e = next, {}
print(e == next) for k, v in next, { z = 26 } do print(k, v) end
print(rawget({ 5 }, 1), rawget({}, 1), rawget(setmetatable({}, { __index = { 9 } }), 1),
  rawget({ [1.5] = "f" }, 1.5), rawget({}, nil)) print(rawset({}, 1, 2)[1], rawset({}, "k", nil).k)
print(rawequal("a", "a"), rawequal({}, {}), rawequal(1, "1"), rawequal(nil, nil),
  rawequal(0 / 0, 0 / 0)) print(pcall(rawget, {})) print(pcall(rawget))
print(pcall(rawset, {}, 0 / 0, 1)) print(pcall(rawset, 5, 1, 1)) print(pcall(rawequal))
for _, v in ipairs { 5, "x", print, true } do print(pcall(pairs, v)) print(pcall(ipairs, v))
  print(pcall(next, v)) end
local order = {} for k, v in pairs { 10, 20, 30, nil, 50 } do order[#order + 1] = k .. ":" .. v end
print(table.concat(order, " ")) local z = 0
for i = 1, 100 do local q = {} for j = 1, i do q[j] = j end for k, v in pairs(q) do z = z + v end
end print(z) local nested = { { 1, 2 }, { 3, { 4, 5 } }, 6 }
local function flat(t, o) for _, v in ipairs(t) do
    if type(v) == "table" then flat(v, o) else o[#o + 1] = v end end return o end
print(table.concat(flat(nested, {}), ","))
