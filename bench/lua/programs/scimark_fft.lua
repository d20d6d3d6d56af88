-- SciMark FFT: a radix-2 complex transform in place, and back.

local n = tonumber(arg[1]) or 20
local size = 2 ^ 14
local sin, pi, floor = math.sin, math.pi, math.floor

local seed = 113
local function random()
  seed = seed * 16807 % 2147483647
  return seed / 2147483647
end

-- Reorder complex numbers (pairs re, im from index 1) by their bit-reversed index.
local function bit_reverse(data, n)
  local j = 0
  for i = 0, n - 2 do
    if i < j then
      local a, b = 2 * i + 1, 2 * j + 1
      data[a], data[b] = data[b], data[a]
      data[a + 1], data[b + 1] = data[b + 1], data[a + 1]
    end
    local k = n / 2
    while k <= j do
      j, k = j - k, k / 2
    end
    j = j + k
  end
end

local function butterfly(data, i, j, wr, wi)
  local xr, xi = data[j], data[j + 1]
  local tr, ti = wr * xr - wi * xi, wr * xi + wi * xr
  data[j], data[j + 1] = data[i] - tr, data[i + 1] - ti
  data[i], data[i + 1] = data[i] + tr, data[i + 1] + ti
end

-- direction -1: forward, 1: backward (not normalised).
local function transform(data, n, direction)
  bit_reverse(data, n)
  local dual = 1
  while dual < n do
    local theta = direction * pi / dual
    local s, half = sin(theta), sin(theta / 2)
    local s2 = 2 * half * half
    local wr, wi = 1, 0
    for a = 0, dual - 1 do
      for b = a, n - 1, 2 * dual do
        butterfly(data, floor(2 * b + 1), floor(2 * (b + dual) + 1), wr, wi)
      end
      wr, wi = wr - s * wi - s2 * wr, wi + s * wr - s2 * wi
    end
    dual = dual * 2
  end
end

local data = {}
for i = 1, 2 * size do
  data[i] = random()
end
local first, mean = data[1], 0
for _ = 1, n do
  transform(data, size, -1)
  mean = mean + data[1] / size
  transform(data, size, 1)
  for i = 1, 2 * size do
    data[i] = data[i] / size
  end
end
local worst = 0
seed = 113
for i = 1, 2 * size do
  worst = math.max(worst, math.abs(data[i] - random()))
end
print(string.format("%.9f %.9f %s", first, mean, tostring(worst < 1e-9)))
