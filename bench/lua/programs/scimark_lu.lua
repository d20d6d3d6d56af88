-- SciMark LU: factorisation of dense matrices with partial pivoting.

local n = tonumber(arg[1]) or 70
local SIZE = 100
local abs = math.abs

local seed = 101
local function random()
  seed = seed * 16807 % 2147483647
  return seed / 2147483647
end

local function pivot_row(a, column)
  local best, largest = column, abs(a[column][column])
  for i = column + 1, SIZE do
    local value = abs(a[i][column])
    if value > largest then
      best, largest = i, value
    end
  end
  return best
end

local function factor(a)
  local sign = 1
  for j = 1, SIZE do
    local p = pivot_row(a, j)
    if p ~= j then
      a[p], a[j] = a[j], a[p]
      sign = -sign
    end
    local top = a[j]
    local inverse = 1 / top[j]
    for i = j + 1, SIZE do
      local row = a[i]
      local f = row[j] * inverse
      row[j] = f
      for k = j + 1, SIZE do
        row[k] = row[k] - f * top[k]
      end
    end
  end
  return sign
end

local total = 0
for _ = 1, n do
  local a = {}
  for i = 1, SIZE do
    a[i] = {}
    for j = 1, SIZE do
      a[i][j] = random()
    end
  end
  local logarithm, sign = 0, factor(a)
  for i = 1, SIZE do
    logarithm = logarithm + math.log(abs(a[i][i]))
  end
  total = total + sign * logarithm
end
print(string.format("%.6f", total))
