-- table.move, table.new, table.clear as LuaJIT has them.
local function s(t, n) local o = {} for i = 1, n or 8 do o[i] = tostring(t[i]) end
  return table.concat(o, ",") end
print(s(table.move({ 1, 2, 3, 4 }, 2, 4, 1))) print(s(table.move({ 1, 2, 3, 4 }, 1, 3, 2)))
print(s(table.move({ 1, 2, 3 }, 1, 3, 5)))
print(s(table.move({ 1, 2, 3 }, 1, 3, 1, { 9, 9, 9, 9 })))
print(s(table.move({ 1, 2, 3 }, 2, 1, 5))) print(s(table.move({ 1, 2, 3 }, 1, 0, 3)))
print(s(table.move({ 1, nil, 3 }, 1, 3, 2))) local d = {}
print(table.move({ "a" }, 1, 1, 3, d) == d, d[3], d[1])
print(s(table.move({ 1, 2, 3 }, "1", "2", "3"))) print(s(table.move({ [0] = "z", "a" }, 0, 1, 2)))
print(pcall(table.move)) print(pcall(table.move, {}, 1, 2)) print(pcall(table.move, {}, 1, 2, 3, 4))
print(pcall(table.move, 5, 1, 2, 3)) print(pcall(table.move, {}, "x", 2, 3)) local log = {}
local m = setmetatable({}, { __index = function(_, k) return "i" .. k
    end, __newindex = function(t, k, v) log[#log + 1] = k .. v rawset(t, k, v) end })
table.move(m, 1, 3, 10) print(table.concat(log, " "), rawget(m, 10))
local new, clear = require "table.new", require "table.clear"
print(type(new), type(clear), table.new == new, table.clear == clear) local t = new(10, 5)
print(#t, next(t)) for i = 1, 20 do t[i] = i t["k" .. i] = i end print(#t, t[20], t.k20)
print(clear(t)) print(#t, next(t), t[1], t.k1) for i = 1, 5 do t[i] = i end print(#t)
print(pcall(new)) print(pcall(new, 1)) print(pcall(new, "x", 1)) print(pcall(clear))
print(pcall(clear, 5)) print(#new(0, 0), #new(100, 0), #new(0, 100))
local mt = setmetatable({ 1, 2 }, { __newindex = error, __index = { "proto" } }) clear(mt)
print(mt[1], rawget(mt, 1), getmetatable(mt) ~= nil)
