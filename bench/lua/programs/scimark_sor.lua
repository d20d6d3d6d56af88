-- SciMark SOR: successive over-relaxation of a grid, neighbours in three rows.

local n = tonumber(arg[1]) or 1300
local SIZE = 100
local OMEGA = 1.25

local seed = 101
local function random()
  seed = seed * 16807 % 2147483647
  return seed / 2147483647
end

local function relax(grid, omega)
  local quarter, rest = omega / 4, 1 - omega
  for i = 2, #grid - 1 do
    local above, row, below = grid[i - 1], grid[i], grid[i + 1]
    for j = 2, #row - 1 do
      row[j] = quarter * (above[j] + below[j] + row[j - 1] + row[j + 1]) + rest * row[j]
    end
  end
end

local grid = {}
for i = 1, SIZE do
  grid[i] = {}
  for j = 1, SIZE do
    grid[i][j] = random()
  end
end
for _ = 1, n do
  relax(grid, OMEGA)
end
local sum = 0
for i = 1, SIZE do
  for j = 1, SIZE do
    sum = sum + grid[i][j]
  end
end
print(string.format("%.9f", sum))
