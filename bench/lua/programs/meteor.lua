-- Meteor contest: ten pieces of five hexagons fill a board of 50 cells; branchy backtracking.

local limit = tonumber(arg[1]) or 180
local WIDTH, HEIGHT = 5, 10
local CELLS = WIDTH * HEIGHT

-- Axial coordinates: q along a row, r down and to the right.
local STEPS = { E = { 1, 0 }, W = { -1, 0 }, SE = { 0, 1 }, NW = { 0, -1 }, SW = { -1, 1 },
  NE = { 1, -1 } }
local PIECES = { "E E E SE", "SE SW W SW", "W W SW SE", "E E SW SE", "NW W NW SE SW",
  "E E NE W", "NW NE NE W", "NE SE E NE", "SE SE E SE", "E NW NW NW" }

local function cell_of(q, r)
  local x = q + math.floor(r / 2)
  if x >= 0 and x < WIDTH and r >= 0 and r < HEIGHT then
    return r * WIDTH + x + 1
  end
end

local function shape_of(path)
  local q, r, cells = 0, 0, { { 0, 0 } }
  local seen = { ["0,0"] = true }
  for step in path:gmatch("%a+") do
    q, r = q + STEPS[step][1], r + STEPS[step][2]
    local key = string.format("%d,%d", q, r)
    if not seen[key] then
      seen[key] = true
      cells[#cells + 1] = { q, r }
    end
  end
  return cells
end

local function transformed(cells, turns, mirror)
  local out = {}
  for i, cell in ipairs(cells) do
    local q, r = cell[1], cell[2]
    if mirror then
      q, r = r, q
    end
    for _ = 1, turns do
      q, r = -r, q + r
    end
    out[i] = { q, r }
  end
  return out
end

local function placed(cells, q, r)
  local out = {}
  for i, cell in ipairs(cells) do
    out[i] = cell_of(cell[1] + q, cell[2] + r)
    if not out[i] then
      return nil
    end
  end
  table.sort(out)
  return out
end

-- places[first cell][piece]: the ways to put the piece so that this is its first cell.
local places = {}
for cell = 1, CELLS do
  places[cell] = {}
  for piece = 1, #PIECES do
    places[cell][piece] = {}
  end
end
for piece, path in ipairs(PIECES) do
  local seen = {}
  for turn = 0, 11 do
    local cells = transformed(shape_of(path), turn % 6, turn > 5)
    for r = 0, HEIGHT - 1 do
      for q = -HEIGHT, WIDTH do
        local at = placed(cells, q, r)
        local key = at and table.concat(at, ",")
        if at and not seen[key] then
          seen[key] = true
          local list = places[at[1]][piece]
          list[#list + 1] = at
        end
      end
    end
  end
end

local neighbours = {}
for r = 0, HEIGHT - 1 do
  for x = 0, WIDTH - 1 do
    local list = {}
    for _, name in ipairs { "E", "W", "SE", "SW", "NE", "NW" } do
      local step = STEPS[name]
      list[#list + 1] = cell_of(x - math.floor(r / 2) + step[1], r + step[2])
    end
    neighbours[r * WIDTH + x + 1] = list
  end
end

local board, used = {}, {}
local solutions, least, greatest = 0, nil, nil

-- Every empty region has to have room for whole pieces.
local function hopeless(from)
  local seen, stack = {}, {}
  for cell = from, CELLS do
    if not board[cell] and not seen[cell] then
      local size, top = 0, 1
      stack[1], seen[cell] = cell, true
      while top > 0 do
        local list = neighbours[stack[top]]
        top, size = top - 1, size + 1
        for i = 1, #list do
          local other = list[i]
          if not board[other] and not seen[other] then
            top = top + 1
            stack[top], seen[other] = other, true
          end
        end
      end
      if size % 5 ~= 0 then
        return true
      end
    end
  end
  return false
end

local function put(at, piece)
  for i = 1, 5 do
    board[at[i]] = piece
  end
end

local function fits(at)
  return not (board[at[2]] or board[at[3]] or board[at[4]] or board[at[5]])
end

local function found()
  local text = table.concat(board)
  solutions = solutions + 1
  least = (not least or text < least) and text or least
  greatest = (not greatest or text > greatest) and text or greatest
end

local function solve(cell)
  while board[cell] do
    cell = cell + 1
  end
  if cell > CELLS then
    return found()
  end
  for piece = 1, #PIECES do
    local list = used[piece] and {} or places[cell][piece]
    for i = 1, #list do
      if solutions < limit and fits(list[i]) then
        used[piece] = true
        put(list[i], piece - 1)
        if not hopeless(cell) then
          solve(cell)
        end
        put(list[i], nil)
        used[piece] = nil
      end
    end
  end
end

solve(1)
print(string.format("%d solutions", solutions))
print(least)
print(greatest)
