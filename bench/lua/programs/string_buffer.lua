-- String buffers: pieces gathered in a table and joined, and a rope that joins neighbours.

local n = tonumber(arg[1]) or 150000
local concat, remove = table.concat, table.remove

local function hash(text)
  local h = 0
  for i = 1, #text, 101 do
    h = (h * 33 + text:byte(i)) % 16777213
  end
  return h
end

local function gathered(count)
  local out = {}
  for i = 1, count do
    out[#out + 1] = "item"
    out[#out + 1] = i % 1000
    out[#out + 1] = ";"
  end
  return concat(out)
end

-- A stack of strings whose lengths fall, like the towers of Hanoi.
local Rope = {}
Rope.__index = Rope

function Rope.new()
  return setmetatable({ parts = {} }, Rope)
end

function Rope:add(text)
  local parts = self.parts
  parts[#parts + 1] = text
  while #parts > 1 and #parts[#parts - 1] < 2 * #parts[#parts] do
    local last = remove(parts)
    parts[#parts] = parts[#parts] .. last
  end
end

function Rope:text()
  return concat(self.parts)
end

local function roped(count)
  local rope = Rope.new()
  for i = 1, count do
    rope:add("<" .. i % 1000 .. ">")
  end
  return rope:text()
end

local total, length = 0, 0
for _ = 1, 5 do
  local a, b = gathered(n), roped(n)
  total = total + hash(a) + hash(b)
  length = length + #a + #b
end
print(string.format("%d characters, hash %d", length, total))
