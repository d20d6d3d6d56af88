-- __newindex: functions, tables, chains; rawset goes past it.
local log = {}
local t = setmetatable({ old = 1 },
  { __newindex = function(t, k, v) log[#log + 1] = tostring(k) .. "=" .. tostring(v) end })
t.old = 2 t.new = 3 t[1] = "a" t.old = nil t.old = 4 t.x = nil
print(t.old, t.new, t[1], table.concat(log, " "))
rawset(t, "new", 5) t.new = 6 print(t.new, #log)
local store = {}
local p = setmetatable({}, { __newindex = store, __index = store })
p.a = 1 p.b = 2 p.a = 3 p[1] = "one" print(rawget(p, "a"), store.a, p.a, p[1], next(p))
local far = {} local near = setmetatable({ has = true }, { __newindex = far })
local q = setmetatable({}, { __newindex = near })
q.has = "near" q.new = "far" print(near.has, near.new, far.new, rawget(q, "has"))
local both = setmetatable({}, { __newindex = function(t, k, v) rawset(t, k, v * 2) end }) both.x = 5
both.x = 6 print(both.x)
local ro = setmetatable({}, { __index = { v = 1 },
    __newindex = function(t, k) error("read-only " .. k, 2) end })
print(ro.v, pcall(function() ro.v = 2 end))
print(pcall(function() ro[1] = 2 end))
local nilkey = setmetatable({}, { __newindex = function(t, k, v) print("key", k, v) end })
nilkey[nil] = "v" nilkey[0 / 0] = "nan" nilkey[1.5] = "f"
print(pcall(function() setmetatable({}, { __newindex = {} })[nil] = 1 end))
local loop = {} setmetatable(loop, { __newindex = loop }) print(pcall(function() loop.x = 1 end))
print(pcall(function() setmetatable({}, { __newindex = 5 }).x = 1 end))
print(pcall(function() setmetatable({}, { __newindex = function() error("boom", 0) end }).x = 1
    end))
print(pcall(function() (5).x = 1 end)) print(pcall(function() local s = "x" s.y = 1 end))
print(pcall(function() undefined_t.x = 1 end))
local arr = setmetatable({}, { __newindex = function(t, i, v) rawset(t, i, "<" .. v .. ">") end })
for i = 1, 5 do arr[i] = i end arr[3] = "plain" print(table.concat(arr, ","))
table.insert(arr, "raw?") print(arr[6])
local u = newproxy(true) getmetatable(u).__newindex = function(u, k, v) log[k] = v end
u.field = "set" print(log.field)
local count = 0 local tr = setmetatable({},
  { __newindex = function(t, k, v) count = count + 1 rawset(t, k, v) end })
for i = 1, 10 do tr.k = i tr["k" .. i] = i tr[i] = i end print(count)
tr.k = nil tr.k = 1 print(count)
local mt = {} local late = setmetatable({}, mt) late.a = 1
mt.__newindex = function(t, k, v) rawset(t, k, "late") end late.b = 1 late.a = 2
print(late.a, late.b) mt.__newindex = nil late.c = 1 print(late.c)
local chain = far for i = 1, 50 do chain = setmetatable({}, { __newindex = chain }) end
chain.deep = "there" print(far.deep)
debug.setmetatable(1, { __newindex = function(n, k, v) log.num = n .. k .. v end })
do local n = 5 n.x = "y" end print(log.num) debug.setmetatable(1, nil)
local cons = setmetatable({}, { __newindex = error })
print(pcall(function() cons.x = "e" end) == false)
