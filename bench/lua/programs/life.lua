-- Game of life on a torus: a grid of rows of 0 and 1, a new one each generation.

local generations = tonumber(arg[1]) or 220
local WIDTH, HEIGHT = 160, 120

local function grid(value)
  local rows = {}
  for y = 1, HEIGHT do
    local row = {}
    for x = 1, WIDTH do
      row[x] = value(x, y)
    end
    rows[y] = row
  end
  return rows
end

local function step(cells)
  local out = {}
  for y = 1, HEIGHT do
    local above, row, below = cells[(y - 2) % HEIGHT + 1], cells[y], cells[y % HEIGHT + 1]
    local next_row = {}
    for x = 1, WIDTH do
      local left, right = (x - 2) % WIDTH + 1, x % WIDTH + 1
      local count = above[left] + above[x] + above[right] + row[left] + row[right]
        + below[left] + below[x] + below[right]
      if count == 3 or count == 2 and row[x] == 1 then
        next_row[x] = 1
      else
        next_row[x] = 0
      end
    end
    out[y] = next_row
  end
  return out
end

local function population(cells)
  local count = 0
  for _, row in ipairs(cells) do
    for _, cell in ipairs(row) do
      count = count + cell
    end
  end
  return count
end

local seed = 5
local cells = grid(function()
  seed = seed * 16807 % 2147483647
  return seed % 3 == 0 and 1 or 0
end)
local total = 0
for _ = 1, generations do
  cells = step(cells)
  total = total + population(cells)
end
print(string.format("%d alive, %d over time", population(cells), total))
