-- Ackermann function: deep recursion, most of it in tail position.

local n = tonumber(arg[1]) or 60

local function ackermann(m, i)
  if m == 0 then
    return i + 1
  elseif i == 0 then
    return ackermann(m - 1, 1)
  end
  return ackermann(m - 1, ackermann(m, i - 1))
end

local sum = 0
for i = 1, n do
  sum = sum + ackermann(3, i % 2 + 6)
end
print(string.format("%d", sum))
