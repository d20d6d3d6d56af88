-- Edit distances of words: two rows of a dynamic-programming table, bytes of strings.

local n = tonumber(arg[1]) or 330
local byte, min = string.byte, math.min

local function distance(a, b)
  local previous, current = {}, {}
  for j = 0, #b do
    previous[j] = j
  end
  for i = 1, #a do
    current[0] = i
    local c = byte(a, i)
    for j = 1, #b do
      local replaced = previous[j - 1] + (c == byte(b, j) and 0 or 1)
      current[j] = min(previous[j] + 1, current[j - 1] + 1, replaced)
    end
    previous, current = current, previous
  end
  return previous[#b]
end

local seed, words = 42, {}
for i = 1, n do
  local letters = {}
  for k = 1, 8 + i % 9 do
    seed = seed * 16807 % 2147483647
    letters[k] = string.char(97 + seed % 6)
  end
  words[i] = table.concat(letters)
end
local total, least = 0, math.huge
for i = 1, n do
  for j = i + 1, n do
    local d = distance(words[i], words[j])
    total, least = total + d, min(least, d)
  end
end
print(string.format("%d in total, at least %d", total, least))
