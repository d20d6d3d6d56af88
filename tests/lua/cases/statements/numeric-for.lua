-- The numeric for: the values are evaluated once, the variable is fresh in each round.
local order = {}
local function v(x) order[#order + 1] = x return x end
for i = v(1), v(3), v(2) do io.write(i, " ") end
print(table.concat(order, ","))
local limit = 3
for i = 1, limit do limit = 10 io.write(i, " ") end print(limit)
for i = 1, 3 do local old = i i = i * 10 io.write(old, ":", i, " ") end print()
local fs = {}
for i = 1, 3 do fs[i] = function(d) i = i + (d or 0) return i end end
print(fs[1](5), fs[1](), fs[2](), fs[3](-3), fs[3]())
for i = 3, 1 do print "never" end
for i = 3, 1, -1 do io.write(i, " ") end print()
for i = 1, 0.5 do print "never" end
for i = 1, 1.9 do io.write(i, " ") end print()
local sum, n = 0, 0
for x = 0, 1, 0.1 do sum, n = sum + x, n + 1 end
print(sum, n)
for i = "1", 2 do print(i) end
