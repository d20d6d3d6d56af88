-- Sudoku: backtracking over the cell with the fewest candidates, sets as tables of booleans.

local n = tonumber(arg[1]) or 3

local PUZZLES = {
  "..............3.85..1.2.......5.7.....4...1...9.......5......73..2.1........4...9",
  "8..........36......7..9.2...5...7.......457.....1...3...1....68..85...1..9....4..",
}

local function box_of(row, column)
  return math.floor((row - 1) / 3) * 3 + math.floor((column - 1) / 3) + 1
end

local function sets()
  local out = {}
  for i = 1, 9 do
    out[i] = {}
  end
  return out
end

local Grid = {}
Grid.__index = Grid

function Grid.new(text)
  local self = setmetatable({ cells = {}, rows = sets(), columns = sets(), boxes = sets(),
    tried = 0 }, Grid)
  for i = 1, 81 do
    local row, column = math.floor((i - 1) / 9) + 1, (i - 1) % 9 + 1
    self.cells[i] = { row = self.rows[row], column = self.columns[column],
      box = self.boxes[box_of(row, column)] }
    local digit = tonumber(text:sub(i, i))
    if digit then
      self:set(self.cells[i], digit)
    end
  end
  return self
end

function Grid:set(cell, digit)
  cell.digit = digit
  cell.row[digit], cell.column[digit], cell.box[digit] = true, true, true
  self.tried = self.tried + 1
end

function Grid:clear(cell)
  local digit = cell.digit
  cell.row[digit], cell.column[digit], cell.box[digit] = nil, nil, nil
  cell.digit = nil
end

function Grid:tightest()
  local best, least = nil, 10
  for i = 1, 81 do
    local cell = self.cells[i]
    if not cell.digit then
      local count = 0
      for digit = 1, 9 do
        if not (cell.row[digit] or cell.column[digit] or cell.box[digit]) then
          count = count + 1
        end
      end
      if count < least then
        best, least = cell, count
      end
    end
  end
  return best
end

function Grid:solve()
  local cell = self:tightest()
  if not cell then
    return true
  end
  for digit = 1, 9 do
    if not (cell.row[digit] or cell.column[digit] or cell.box[digit]) then
      self:set(cell, digit)
      if self:solve() then
        return true
      end
      self:clear(cell)
    end
  end
  return false
end

for i = 1, n do
  local grid = Grid.new(PUZZLES[i % #PUZZLES + 1])
  local solved, digits = grid:solve(), {}
  for k, cell in ipairs(grid.cells) do
    digits[k] = cell.digit
  end
  if i > n - #PUZZLES then
    print(tostring(solved), grid.tried, table.concat(digits))
  end
end
