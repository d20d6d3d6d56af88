-- Spectral norm: calls of a small arithmetic function in nested loops over arrays.

local n = tonumber(arg[1]) or 600

-- An entry of the infinite matrix, indices from 0.
local function entry(i, j)
  local ij = i + j
  return 1 / (ij * (ij + 1) / 2 + i + 1)
end

local function multiply(v, out)
  for i = 1, n do
    local sum = 0
    for j = 1, n do
      sum = sum + entry(i - 1, j - 1) * v[j]
    end
    out[i] = sum
  end
end

local function multiply_transposed(v, out)
  for i = 1, n do
    local sum = 0
    for j = 1, n do
      sum = sum + entry(j - 1, i - 1) * v[j]
    end
    out[i] = sum
  end
end

local u, v, t = {}, {}, {}
for i = 1, n do
  u[i] = 1
end
for _ = 1, 10 do
  multiply(u, t)
  multiply_transposed(t, v)
  multiply(v, t)
  multiply_transposed(t, u)
end
local vbv, vv = 0, 0
for i = 1, n do
  vbv = vbv + u[i] * v[i]
  vv = vv + v[i] * v[i]
end
print(string.format("%.9f", math.sqrt(vbv / vv)))
