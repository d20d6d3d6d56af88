-- Counts words: `lua words.lua N` prints the N most frequent ones of what it reads.
local counts, order = {}, {}
for line in io.lines() do
  for word in line:lower():gmatch("%a+") do
    if not counts[word] then
      counts[word] = 0
      order[#order + 1] = word
    end
    counts[word] = counts[word] + 1
  end
end

table.sort(order, function(a, b)
  if counts[a] ~= counts[b] then return counts[a] > counts[b] end
  return a < b
end)

for i = 1, tonumber(arg[1]) do
  print(("%-6s %d"):format(order[i], counts[order[i]]))
end
