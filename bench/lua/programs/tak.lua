-- Takeuchi function: recursive calls with three arguments, and branches.

local n = tonumber(arg[1]) or 220

local function tak(x, y, z)
  if y >= x then
    return z
  end
  return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y))
end

local sum = 0
for i = 1, n do
  sum = sum + tak(18, 12, i % 2 + 5)
end
print(string.format("%d", sum))
