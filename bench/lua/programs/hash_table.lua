-- Hash tables: sparse integer, string and object keys, inserted, found, deleted, traversed.

local n = tonumber(arg[1]) or 300000

local seed = 42
local function random()
  seed = seed * 16807 % 2147483647
  return seed
end

local function integers(count)
  local t, sum = {}, 0
  for i = 1, count do
    t[random()] = i
  end
  for key, value in pairs(t) do
    sum = (sum + key % 1000 * value) % 1000003
    if value % 2 == 0 then
      t[key] = nil
    end
  end
  for key in pairs(t) do
    sum = sum + key % 10
  end
  return sum
end

local function strings(count)
  local t, hits = {}, 0
  for i = 1, count do
    t["key" .. random() % count] = i
  end
  for i = 1, count do
    if t["key" .. i] then
      hits = hits + 1
    end
  end
  return hits
end

local function objects(count)
  local list, weights, sum = {}, {}, 0
  for i = 1, count do
    list[i] = {}
    weights[list[i]] = i
  end
  for i = count, 1, -1 do
    sum = (sum + weights[list[i]] * i) % 1000003
  end
  return sum
end

print(string.format("%d %d %d", integers(n), strings(n), objects(n)))
