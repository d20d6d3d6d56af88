-- Reverse complement: strings reversed and translated through a table, cut into lines.

local n = tonumber(arg[1]) or 380
local WIDTH = 60

local complement = {}
for from, to in ("ATCGGCTAUAMKRYWWSSYRKMVBHDDHBVNN"):gmatch("(.)(.)") do
  complement[from], complement[from:lower()] = to, to
end

local function sequence(length, seed)
  local letters, out = "ACGTacgtNMRYKVHDB", {}
  for i = 1, length do
    seed = seed * 16807 % 2147483647
    local at = seed % #letters + 1
    out[i] = letters:sub(at, at)
  end
  return table.concat(out)
end

local function reverse_complement(text)
  local turned = text:reverse():gsub(".", complement)
  local lines = {}
  for at = 1, #turned, WIDTH do
    lines[#lines + 1] = turned:sub(at, at + WIDTH - 1)
  end
  return table.concat(lines, "\n")
end

local function checksum(text)
  local a, b = 1, 0
  for i = 1, #text, 13 do
    a = (a + text:byte(i)) % 65521
    b = (b + a) % 65521
  end
  return b * 65536 + a
end

local total = 0
local text = sequence(20000, 42)
for round = 1, n do
  local result = reverse_complement(text)
  total = (total + checksum(result) * round) % 2147483647
  text = result:gsub("\n", "")
end
print(string.format("%d", total))
