-- table.sort without a comparator: numbers, then strings.

local n = tonumber(arg[1]) or 600000

local seed = 42
local function random(limit)
  seed = seed * 16807 % 2147483647
  return seed % limit
end

local numbers, strings = {}, {}
for i = 1, n do
  numbers[i] = random(1000000)
end
for i = 1, n / 3 do
  strings[i] = string.format("%05d-%d", random(100000), i)
end
table.sort(numbers)
table.sort(strings)
local sum = 0
for i = 1, n, 97 do
  sum = (sum + numbers[i] * i) % 1000003
end
print(string.format("%d %d %d", numbers[1], numbers[n], sum))
print(strings[1], strings[#strings])
