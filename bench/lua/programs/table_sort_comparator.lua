-- table.sort with a comparator: calls from the library back into Lua.

local n = tonumber(arg[1]) or 170000

local seed = 42
local function random(limit)
  seed = seed * 16807 % 2147483647
  return seed % limit
end

local records = {}
for i = 1, n do
  records[i] = { age = random(90), name = "n" .. random(1000), id = i }
end
table.sort(records, function(a, b)
  if a.age ~= b.age then
    return a.age > b.age
  elseif a.name ~= b.name then
    return a.name < b.name
  end
  return a.id < b.id
end)
local sum = 0
for i, record in ipairs(records) do
  sum = (sum + record.id * (i % 1009)) % 1000003
end
local first, last = records[1], records[n]
print(string.format("%d %s, %d %s, %d", first.age, first.name, last.age, last.name, sum))
