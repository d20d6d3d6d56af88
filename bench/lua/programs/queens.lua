-- Eight queens for any board: backtracking over arrays of booleans.

local n = tonumber(arg[1]) or 12

local columns, rising, falling = {}, {}, {}
for i = 1, 2 * n do
  columns[i], rising[i], falling[i] = false, false, false
end

-- How many ways there are to fill the rows from `row` on.
local function place(row)
  if row > n then
    return 1
  end
  local count = 0
  for column = 1, n do
    local up, down = row + column - 1, row - column + n
    if not (columns[column] or rising[up] or falling[down]) then
      columns[column], rising[up], falling[down] = true, true, true
      count = count + place(row + 1)
      columns[column], rising[up], falling[down] = false, false, false
    end
  end
  return count
end

print(string.format("%d queens: %d solutions", n, place(1)))
