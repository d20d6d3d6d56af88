-- Variable arguments: select, {...}, passing on, unpack.

local n = tonumber(arg[1]) or 900000
local select = select
local unpack = table.unpack or unpack

local function sum_select(...)
  local sum = 0
  for i = 1, select("#", ...) do
    sum = sum + (select(i, ...))
  end
  return sum
end

local function sum_table(...)
  local sum, values = 0, { ... }
  for i = 1, #values do
    sum = sum + values[i]
  end
  return sum
end

local function sum_recursive(first, ...)
  if not first then
    return 0
  end
  return first + sum_recursive(...)
end

local function pass(f, ...)
  return f(...)
end

local function bind(f, ...)
  local bound = { ... }
  return function(x) return f(x, unpack(bound)) end
end

local total = 0
local partial = bind(sum_select, 1, 2, 3)
for i = 1, n do
  total = total + sum_select(i, 2, 3, 4) + sum_table(i, i, 1) + pass(sum_recursive, i, 1, 2, 3)
    + partial(i)
end
print(string.format("%d", total))
