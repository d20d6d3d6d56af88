-- String patterns: find, match, gmatch and gsub with captures, classes and anchors.

local n = tonumber(arg[1]) or 650

local lines = {}
for i = 1, 40 do
  lines[i] = string.format("2026-%02d-%02d %02d:%02d:%02d host%d app[%d]: user=%s level=%d \"%s\"",
    i % 12 + 1, i % 28 + 1, i % 24, i % 60, i * 7 % 60, i % 5, 1000 + i,
    ("abcdefgh"):sub(i % 5 + 1), i % 7, ("the quick  brown fox "):rep(i % 3 + 1))
end

local function scan(line)
  local year, month, day = line:match("^(%d+)-(%d+)-(%d+)")
  local from, to, process = line:find("%[(%d+)%]:")
  local sum = year + month + day + process + from + to
  for key, value in line:gmatch("(%a+)=(%w+)") do
    sum = sum + #key * #value
  end
  for _ in line:gmatch("%S+") do
    sum = sum + 1
  end
  return sum
end

local function rewrite(line)
  local trimmed = line:gsub("%s+", " "):gsub("^%s*(.-)%s*$", "%1")
  local swapped, count = trimmed:gsub("(%w+)=(%w+)", "%2=%1")
  local upper = swapped:gsub("%f[%a]%a", string.upper)
  local masked = upper:gsub("%d", { ["0"] = "o", ["1"] = "l" })
  return #masked + count + (masked:find("Fox", 1, true) or 0)
end

local total = 0
for _ = 1, n do
  for _, line in ipairs(lines) do
    total = total + scan(line) + rewrite(line)
  end
end
print(string.format("%d", total))
