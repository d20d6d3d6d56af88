-- string.format and tostring: integers, floats, padding, quoting, and numbers read back.

local n = tonumber(arg[1]) or 180000
local format = string.format

local function line(i)
  local x = i / 7
  return format("%5d|%-8s|%08.3f|%x|%g|%c|%q|%+d|%.14g", i, "n" .. i % 100, x, i, x * 1000,
    65 + i % 26, 'a "b"', i - 500, x)
end

local length, sum = 0, 0
for i = 1, n do
  local text = line(i)
  length = length + #text
  sum = sum + tonumber(format("%d", i)) + tonumber(text:match("(%d+%.%d+)|"))
  sum = sum + #tostring(i + 0.25)
end
print(format("%d characters, sum %.3f", length, sum))
