-- K-nucleotide: substrings as keys of a table that counts them.

local n = tonumber(arg[1]) or 350000

local function sequence(length)
  local seed, letters, out = 42, { "a", "c", "g", "t" }, {}
  for i = 1, length do
    seed = seed * 16807 % 2147483647
    -- The smaller of two digits: letters that are not equally frequent.
    local a, b = seed % 4, math.floor(seed / 4) % 4
    out[i] = letters[math.min(a, b) + 1]
  end
  return table.concat(out)
end

local function count(text, length)
  local counts = {}
  for i = 1, #text - length + 1 do
    local key = text:sub(i, i + length - 1)
    counts[key] = (counts[key] or 0) + 1
  end
  return counts
end

local function show(text, length)
  local counts, keys = count(text, length), {}
  for key in pairs(counts) do
    keys[#keys + 1] = key
  end
  table.sort(keys, function(a, b)
    if counts[a] == counts[b] then
      return a < b
    end
    return counts[a] > counts[b]
  end)
  for i = 1, math.min(4, #keys) do
    local share = counts[keys[i]] * 100 / (#text - length + 1)
    print(string.format("%s %.3f", keys[i]:upper(), share))
  end
end

local text = sequence(n)
show(text, 1)
show(text, 2)
for _, key in ipairs { "ggt", "ggta", "ggtatt", "ggtattttaatt", "ggtattttaatttatagt" } do
  print(string.format("%d %s", count(text, #key)[key] or 0, key:upper()))
end
