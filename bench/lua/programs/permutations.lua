-- Permutations from a recursive generator: coroutine.wrap as an iterator.

local n = tonumber(arg[1]) or 10
local yield, wrap = coroutine.yield, coroutine.wrap

local function generate(list, count)
  if count <= 1 then
    yield(list)
    return
  end
  for i = 1, count do
    list[i], list[count] = list[count], list[i]
    generate(list, count - 1)
    list[i], list[count] = list[count], list[i]
  end
end

local function permutations(count)
  local list = {}
  for i = 1, count do
    list[i] = i
  end
  return wrap(function() generate(list, count) end)
end

local count, sum = 0, 0
for list in permutations(n) do
  count = count + 1
  sum = (sum + list[1] * list[n] * count) % 1000003
end
print(string.format("%d permutations, %d", count, sum))
