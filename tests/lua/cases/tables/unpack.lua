-- unpack with ranges; maxn, getn, foreach, foreachi, setn.
local t = { 1, 2, nil, 4 } print(unpack { 1, 2, 3 }) print(unpack({ 1, 2, 3 }, 2))
print(unpack({ 1, 2, 3 }, 2, 3)) print(unpack(t, 1, 4)) print(unpack({}, 1, 3))
print(select("#", unpack({}, 1, 0)), select("#", unpack({}, 1, 5)), select("#", unpack {}))
print(unpack({ 1, 2, 3 }, -1, 1)) print(unpack({ 1, 2, 3 }, "1", "2"))
print(unpack({ 1, 2, 3 }, 1.9, 2.9)) print(unpack({ 1, 2 }, nil, nil)) print(unpack({ 1, 2 }, 3))
print(unpack({ 1, 2 }, 5, 1))
print(pcall(unpack)) print(pcall(unpack, 5)) print(pcall(unpack, {}, {}))
print(pcall(unpack, {}, 1, "x")) print(pcall(unpack, {}, 1, 1e7))
print(pcall(unpack, {}, -1e7, 1e7)) print(pcall(unpack, "str"))
print(unpack(setmetatable({}, { __index = function(_, i) return i end }), 1, 3))
print(unpack(setmetatable({ 1 }, { __len = function() return 3 end })))
print(table.maxn {}, table.maxn { 1, 2, 3 }, table.maxn { [10] = 1 }, table.maxn { [1.5] = 1 },
  table.maxn { [-5] = 1 }, table.maxn { 1, 2, [100.25] = 3, x = 1000 }, table.maxn { [2 ^ 40] = 1 },
  pcall(table.maxn)) print(table.getn { 1, 2 }, table.getn {}, pcall(table.getn),
  pcall(table.getn, 5)) print(table.setn, table.pack, table.unpack)
table.foreach({ 1, 2, 3 }, function(k, v) io.write(k, "=", v, " ") end) print()
print(table.foreach({ 1, 2, 3 }, function(k, v) if v == 2 then return "stopped", "x" end end))
table.foreachi({ 1, 2, nil, 4 }, function(k, v) io.write(k, "=", tostring(v), " ")
    if k == 2 then return true end end) print()
print(table.foreachi({ "a", "b" }, function(i, v) if i == 2 then return v end end),
  table.foreachi({}, print)) print(pcall(table.foreach)) print(pcall(table.foreach, {}))
print(pcall(table.foreachi, { 1 }, 5)) print(pcall(table.foreach, { 1 }, error) == false)
print(table.foreach({ x = false }, function(k, v) return v end))
