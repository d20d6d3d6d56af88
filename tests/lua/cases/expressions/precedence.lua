-- Manual 2.5.6: precedence and associativity.
print(2 + 3 * 4, (2 + 3) * 4, 2 * 3 + 4, 2 ^ 3 ^ 2, (2 ^ 3) ^ 2, -2 ^ 2, (-2) ^ 2, 2 ^ -1, 2 ^ - -1)
print(10 - 3 - 2, 10 - (3 - 2), 100 / 10 / 2, 100 / (10 / 2), 7 % 4 % 2, 7 % (4 % 3), 2 * 3 % 4,
  2 + 7 % 4)
print(1 .. 2 .. 3, "a" .. "b" == "ab", 1 .. 2 == "12", 2 ^ 2 .. "", -1 .. "", 1 + 2 .. 3 + 4)
print(1 < 2 == true, not 1 == 2, not (1 == 2), #"abc" + 1, -#"abc", - -3, not not nil,
  not nil == true)
print(1 or 2 and nil, (1 or 2) and nil, nil and 1 or 2, nil and (1 or 2), false or nil,
  false == nil or 1)
print(1 < 2 and 2 < 3, 1 == 1 and 2 or 3, 1 ~= 1 and 2 or 3, "a" < "b" and "b" < "a",
  1 + 1 == 2 and "x" .. "y" == "xy")
print(-3 % 5, -(3 % 5), (-3) % 5, -3 ^ 2, 2 ^ 2 ^ 0, -2 ^ -2, 5 - -5, 5 - - -5, 2 * -3, 2 / -4,
  -2 * -2)
print(not true or true, not (true or true), not true and false, not false and not nil)
print(#{ 1, 2 } == 2, #"x" .. "y", -"2" + 1, -"2" .. "x", not ("x" .. "y" == nil))
local obj = setmetatable({}, { __index = function(_, k) return k end })
local mt = {}
local function node(s) return setmetatable({ s = s }, mt) end
for op, name in pairs { add = "+", sub = "-", mul = "*", div = "/", mod = "%", pow = "^",
  concat = ".." } do
  mt["__" .. op] = function(a, b) return node("(" .. a.s .. name .. b.s .. ")") end
end
mt.__unm = function(a) return node("-" .. a.s) end
local a, b, c, d = node "a", node "b", node "c", node "d"
print((a + b + c + d).s, (a - b - c - d).s, (a ^ b ^ c ^ d).s, (a .. b .. c .. d).s,
  (a * b / c % d).s)
print((a + b * c - d).s, (a + b .. c + d).s, (-a ^ b).s, (-a * b).s, (a ^ -b).s, (a * -b ^ c).s,
  (a .. b * c .. d).s)
print((a - b + c).s, (a / b * c).s, (a % b ^ c).s, ((a + b) * (c + d)).s, (-(-a)).s,
  (a ^ b * c ^ d).s, (-a .. -b).s)
print((a .. b + c .. d ^ a .. b).s, (a * (b + c) ^ d).s, (a - -b - -c).s, (a ^ (b ^ c)).s,
  ((a ^ b) ^ c).s)
print(obj.x .. obj["y"] .. obj.z, obj.x == "x" and obj.y)
