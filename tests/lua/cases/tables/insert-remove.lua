-- table.insert and table.remove at every position.
local function s(t) local o = {} for i = 1, 12 do o[i] = tostring(t[i]) end
  while o[#o] == "nil" do o[#o] = nil end return "{" .. table.concat(o, ",") .. "}" end
for pos = -2, 8 do local t = { "a", "b", "c", "d" }
  print("insert", pos, pcall(table.insert, t, pos, "X")) print(s(t), rawget(t, pos))
  t = { "a", "b", "c", "d" } print("remove", pos, pcall(table.remove, t, pos)) print(s(t)) end
local t = {} table.insert(t, "x") table.insert(t, 1, "w") table.insert(t, #t + 1, "y") print(s(t))
print(table.remove(t), table.remove(t), table.remove(t), table.remove(t), #t)
print(select("#", table.remove {}), table.remove({}, 1), table.remove({}, 0),
  select("#", table.remove({}, 5)))
print(pcall(table.insert, {}, 1)) print(pcall(table.insert, {}, nil))
print(pcall(table.insert, {}, 1, nil)) print(pcall(table.insert, { 1, 2 }, "2", "y"))
print(pcall(table.insert, { 1 }, 1.5, "z")) print(pcall(table.insert, {}, 1, 2, 3))
print(pcall(table.insert, {})) print(pcall(table.insert, nil, 1))
print(pcall(table.remove, { 1, 2 }, "1")) print(pcall(table.remove, nil))
print(pcall(table.remove, {}, {})) print(select("#", table.insert({}, 1)))
t = { 1, 2, 3 } t[0] = 0 print(table.remove(t, 0), t[0], s(t)) t = { n = 5 } table.insert(t, "v")
print(t[1], t.n) print(table.remove({ [1] = "only" }, 1)) t = {}
for i = 1, 100 do table.insert(t, 1, i) end print(t[1], t[50], t[100], #t)
for i = 1, 50 do table.remove(t, 1) end print(t[1], t[50], #t)
for i = 1, 25 do table.remove(t, 10) end print(t[1], t[9], t[10], t[25], #t)
local log = {} local m = setmetatable({},
  { __newindex = function(_, k, v) log[#log + 1] = k end, __index = function() return "idx"
    end, __len = function() return 10 end }) table.insert(m, "v")
print(rawget(m, 1), #log, table.remove(m), rawget(m, 1)) local q = {}
for i = 1, 10 do q[#q + 1] = i * i end local sum = 0
while #q > 0 do sum = sum + table.remove(q, 1) end print(sum) local st = {}
for i = 1, 5 do table.insert(st, i) end local o = {}
repeat o[#o + 1] = table.remove(st) until #st == 0 print(table.concat(o))
