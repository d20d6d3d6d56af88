-- K-means: floating-point distances of points in records to a few centres.

local n = tonumber(arg[1]) or 100000
local CLUSTERS, ROUNDS = 12, 10

local seed = 42
local function random()
  seed = seed * 16807 % 2147483647
  return seed / 2147483647
end

local function nearest(point, centres)
  local best, least = 1, math.huge
  for i = 1, #centres do
    local c = centres[i]
    local dx, dy = point.x - c.x, point.y - c.y
    local d = dx * dx + dy * dy
    if d < least then
      best, least = i, d
    end
  end
  return best, least
end

local function assign(points, centres)
  local sums, cost = {}, 0
  for i = 1, #centres do
    sums[i] = { x = 0, y = 0, count = 0 }
  end
  for _, p in ipairs(points) do
    local i, d = nearest(p, centres)
    local s = sums[i]
    s.x, s.y, s.count = s.x + p.x, s.y + p.y, s.count + 1
    cost = cost + d
  end
  return sums, cost
end

local points, centres = {}, {}
for i = 1, n do
  local group = i % CLUSTERS
  points[i] = { x = group % 4 * 10 + random() * 6, y = math.floor(group / 4) * 10 + random() * 6 }
end
for i = 1, CLUSTERS do
  centres[i] = { x = points[i].x, y = points[i].y }
end
local cost
for _ = 1, ROUNDS do
  local sums
  sums, cost = assign(points, centres)
  for i, s in ipairs(sums) do
    if s.count > 0 then
      centres[i] = { x = s.x / s.count, y = s.y / s.count }
    end
  end
end
print(string.format("%.6f", cost))
for i = 1, CLUSTERS, 4 do
  print(string.format("%.6f %.6f", centres[i].x, centres[i].y))
end
