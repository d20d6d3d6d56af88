-- table.insert and table.remove: a stack, a queue by shifting, and two indices instead.

local n = tonumber(arg[1]) or 900000
local insert, remove = table.insert, table.remove

local function stack(count)
  local list, sum = {}, 0
  for i = 1, count do
    insert(list, i)
    if i % 3 == 0 then
      sum = sum + remove(list) - remove(list)
    end
  end
  return sum + #list
end

local function shifting(count)
  local list, sum = {}, 0
  for i = 1, count do
    insert(list, i)
    if #list > 40 then
      sum = sum + remove(list, 1)
      insert(list, 20, i)
      sum = sum - remove(list, 10)
    end
  end
  return sum
end

local function indexed(count)
  local items, first, last, sum = {}, 1, 0, 0
  for i = 1, count do
    last = last + 1
    items[last] = i
    if last - first > 100 then
      sum = sum + items[first]
      items[first] = nil
      first = first + 1
    end
  end
  return sum
end

print(string.format("%d %d %d", stack(n), shifting(n / 4), indexed(n)))
