-- Heap sort: comparisons and moves within one array of numbers.

local n = tonumber(arg[1]) or 550000

local function sift(a, root, last)
  local value = a[root]
  local child = 2 * root
  while child <= last do
    if child < last and a[child] < a[child + 1] then
      child = child + 1
    end
    if value >= a[child] then
      break
    end
    a[root] = a[child]
    root, child = child, 2 * child
  end
  a[root] = value
end

local function heap_sort(a)
  local count = #a
  for root = math.floor(count / 2), 1, -1 do
    sift(a, root, count)
  end
  for last = count, 2, -1 do
    a[1], a[last] = a[last], a[1]
    sift(a, 1, last - 1)
  end
end

local seed, numbers = 42, {}
for i = 1, n do
  seed = seed * 16807 % 2147483647
  numbers[i] = seed / 2147483647
end
heap_sort(numbers)
for i = 2, n do
  assert(numbers[i - 1] <= numbers[i])
end
print(string.format("%.9f %.9f %.9f", numbers[1], numbers[math.floor(n / 2) + 1], numbers[n]))
