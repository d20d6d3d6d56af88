-- Concatenation: strings that grow piece by piece, and short keys that are made anew.

local n = tonumber(arg[1]) or 900

local function grow(pieces)
  local text = ""
  for i = 1, pieces do
    text = text .. "x" .. i % 10
  end
  return text
end

local function keys(count, round)
  local seen, hits = {}, 0
  for i = 1, count do
    local key = "user:" .. i % 97 .. ":" .. (i + round) % 13
    if seen[key] then
      hits = hits + 1
    else
      seen[key] = true
    end
  end
  return hits
end

local length, hits = 0, 0
for round = 1, n do
  length = length + #grow(round % 500 + 500)
  hits = hits + keys(2000, round)
end
print(string.format("%d characters, %d hits", length, hits))
