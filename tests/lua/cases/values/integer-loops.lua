-- for loops and table indices at the int32 border and with fractions.
local function run(a, b, c)
  local out, n = {}, 0
  for i = a, b, c do
    n = n + 1
    out[n] = ("%.17g"):format(i)
    if n >= 12 then break end
  end
  print(a, b, c, n, table.concat(out, " "))
end
run(2147483645, 2147483649, 1)
run(2147483646, math.huge, 1)
run(-2147483646, -2147483650, -1)
run(-2147483648, -2147483646, 1)
run(2147483640, 2147483647, 3)
run(1, 0, 1) run(0, 1, -1) run(1, 1, 1) run(1, 1, -1) run(5, 1, -2) run(0, 1, 0.25)
run(1, 0, -0.3) run(0.1, 1, 0.1) run(1, 3.5, 1) run(1.5, 3, 1) run(-1, -3, -1)
run(0, 2 ^ 53, 2 ^ 52) run(2 ^ 53 - 2, 2 ^ 53 + 4, 1) run(1, math.huge, 2 ^ 30)
run(1, -math.huge, -2 ^ 30) run(math.huge, 1, 1) run(0 / 0, 1, 1) run(1, 0 / 0, 1)
run(1, 3, 0 / 0) run(-0.0, 2, 1) run(3, -0.0, -1) run(1, 10, 1e300) run(1, 5, 4.5)
run(1, 10, 0) run(2, 1, 0) run(1, 1, -0.0)
local t = { "a", "b", "c" }
print(t[1.0], t[2], t[3.0], t[1.5], t[2 ^ 0], t[1e0], t["1"])
t[2 ^ 31] = "big" t[-1] = "minus" t[0] = "zero" t[2 ^ 53] = "huge" t[0.5] = "half"
print(t[2147483648], t[-1], t[-1.0], t[0], t[-0.0], t[9007199254740992], t[1 / 2], #t)
t[-0.0] = "minus zero"
print(t[0], t[-0.0])
for k in pairs { [-0.0] = 1 } do print(1 / k) end
print(pcall(function() t[0 / 0] = 1 end))
print(pcall(function() t[nil] = 1 end))
print(t[0 / 0], t[nil], rawget(t, nil))
print(pcall(rawset, t, nil, 1))
print(pcall(rawset, t, 0 / 0, 1))
print(pcall(function() return { [nil] = 1 } end))
print(pcall(function() local n = 0 / 0 return { [n] = 1 } end))
