-- Word frequencies: gmatch over a text, counts in a table, the most frequent sorted.

local n = tonumber(arg[1]) or 900000

local SYLLABLES = { "ka", "to", "mi", "ra", "ne", "so", "lu", "vi", "pe", "do" }

local function text_of(words)
  local seed, out = 7, {}
  for i = 1, words do
    seed = seed * 16807 % 2147483647
    local word, rank = {}, seed % 9 + 1
    for s = 1, rank % 3 + 1 do
      word[s] = SYLLABLES[(rank * s + math.floor(seed / 1000) % (rank * 3)) % 10 + 1]
    end
    out[i] = table.concat(word)
    if i % 11 == 0 then
      out[i] = out[i]:gsub("^%l", string.upper) .. "."
    end
  end
  return table.concat(out, " ")
end

local counts, order = {}, {}
for word in text_of(n):gmatch("%a+") do
  local key = word:lower()
  local count = counts[key]
  if not count then
    order[#order + 1] = key
  end
  counts[key] = (count or 0) + 1
end
table.sort(order, function(a, b)
  return counts[a] > counts[b] or counts[a] == counts[b] and a < b
end)
print(string.format("%d different words", #order))
for i = 1, math.min(5, #order) do
  print(string.format("%s %d", order[i], counts[order[i]]))
end
