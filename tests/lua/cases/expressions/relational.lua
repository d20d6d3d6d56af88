-- Manual 2.5.2: comparison of numbers and of strings, and what cannot be compared.
local nan = 0 / 0
local ns = { -math.huge, -1e300, -1, -0.5, -0.0, 0, 0.5, 1, 2 ^ 31, 2 ^ 53, math.huge, nan }
for _, a in ipairs(ns) do
  local row = {}
  for _, b in ipairs(ns) do
    row[#row + 1] = (a < b and "<" or "") .. (a <= b and "l" or "") .. (a > b and ">" or "") ..
    (a >= b and "g" or "") .. (a == b and "=" or "") .. (a ~= b and "~" or "")
  end
  print(table.concat(row, " "))
end
local ss = { "", "\0", "\0a", "a", "a\0", "a\0b", "ab", "b", "A", "Z", "z", "10", "9", "\127",
  "\128", "\255", "aa", " a" }
for _, a in ipairs(ss) do
  local row = {}
  for _, b in ipairs(ss) do row[#row + 1] = a < b and "<" or a > b and ">" or "=" end
  print(table.concat(row, ""))
end
local things = { 1, "1", true, false, {}, print, coroutine.create(print), newproxy() }
local names = { "1", "'1'", "true", "false", "{}", "print", "thread", "proxy" }
things[9] = nil names[9] = "nil"
for i = 1, 9 do
  for j = 1, 9 do
    local a, b = things[i], things[j]
    print(names[i], names[j], a == b, select(2, pcall(function() return a < b end)),
      select(2, pcall(function() return a >= b end)))
  end
end
print(nan == nan, nan ~= nan, nan < nan, not (nan < 1), not (nan >= 1), rawequal(nan, nan),
  rawequal(0, -0.0), rawequal("a", "a"))
local x = 5
print(x < 6, 6 > x, x < 5, 5 > x, x <= 5, 5 >= x, x == 5, 5 == x, x ~= 5, x == "5", x == nil,
  x == true)
print("a" < "b", not ("a" < "b"), "b" <= "a", ("a"):rep(5) == "aaaaa", "a" .. "b" == "ab",
  pcall(function() return 1 < "2" end))
print(pcall(function() return {} < 1 end)) print(pcall(function() return "x" <= 1 end))
print(pcall(function() return nil > 1 end))
