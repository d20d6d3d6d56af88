-- Manual 2.2.1: strings and numbers turn into each other in arithmetic and concatenation.
print("10" + 1, "10" - 1, "10" * "2", "10" / 4, "10" % 3, "2" ^ "3", -"2", - -"2", "0x10" + 0)
print(10 .. 20, 1.5 .. "", -0.0 .. "", 2 ^ 53 .. "", 1e100 .. "x", 10 .. "a" .. 2)
print("1" .. 1 == "11", 1 .. 1 == 11, tostring(11) == 1 .. 1)
print(" 5 " * 1, "5\n" * 1, pcall(function() return "5x" * 1 end))
local ops = {
  add = function(a, b) return a + b end, sub = function(a, b) return a - b end,
  mul = function(a, b) return a * b end, div = function(a, b) return a / b end,
  mod = function(a, b) return a % b end, pow = function(a, b) return a ^ b end,
  cat = function(a, b) return a .. b end, lt = function(a, b) return a < b end,
  le = function(a, b) return a <= b end, eq = function(a, b) return a == b end }
local order = { "add", "sub", "mul", "div", "mod", "pow", "cat", "lt", "le", "eq" }
local operands = { 3, "4", "x", "0x10", "", true }
for _, name in ipairs(order) do
  for _, a in ipairs(operands) do
    for _, b in ipairs(operands) do print(name, a, b, pcall(ops[name], a, b)) end
  end
end
for i = "1" + 0, "3" + 0 do io.write(i, " ") end print()
print(pcall(function() for i = "1", 2 do end end))
print(pcall(function() for i = 1, "2" do end end))
print(pcall(function() for i = 1, 2, "1" do end end))
local t = { [1] = "number", ["1"] = "string" }
print(t[1], t["1"], t["1" + 0], t[1 .. ""])
print(math.max("10", 9), ("x"):rep("3"), ("abc"):sub("2", "3"), select("2", "a", "b"))
print(string.len(12345), (("123"):rep(2)), string.format("%d %s %5.1f", "3", 4, "5"))
