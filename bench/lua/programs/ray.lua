-- Ray tracer: spheres over a chequered floor; vectors as small tables, reflections by recursion.

local n = tonumber(arg[1]) or 320
local sqrt, floor, max = math.sqrt, math.floor, math.max

local function vec(x, y, z) return { x = x, y = y, z = z } end
local function add(a, b) return vec(a.x + b.x, a.y + b.y, a.z + b.z) end
local function sub(a, b) return vec(a.x - b.x, a.y - b.y, a.z - b.z) end
local function scale(a, k) return vec(a.x * k, a.y * k, a.z * k) end
local function dot(a, b) return a.x * b.x + a.y * b.y + a.z * b.z end
local function unit(a) return scale(a, 1 / sqrt(dot(a, a))) end

local Sphere = {}
Sphere.__index = Sphere

function Sphere:distance(from, direction)
  local between = sub(self.centre, from)
  local along = dot(between, direction)
  local d = self.radius * self.radius - dot(between, between) + along * along
  if d < 0 then
    return nil
  end
  local near = along - sqrt(d)
  return near > 1e-4 and near or nil
end

function Sphere:normal(point)
  return unit(sub(point, self.centre))
end

function Sphere:colour()
  return self.shade
end

local Floor = {}
Floor.__index = Floor

function Floor:distance(from, direction)
  if direction.y >= -1e-6 then
    return nil
  end
  local d = (self.height - from.y) / direction.y
  return d > 1e-4 and d or nil
end

function Floor:normal()
  return vec(0, 1, 0)
end

function Floor:colour(point)
  return (floor(point.x) + floor(point.z)) % 2 == 0 and 0.9 or 0.2
end

local scene = { setmetatable({ height = -1, mirror = 0.1 }, Floor) }
for i = 1, 6 do
  scene[#scene + 1] = setmetatable({ centre = vec(i * 1.1 - 4, i % 3 * 0.8 - 0.5, 4 + i % 2),
    radius = 0.4 + i % 2 * 0.3, shade = 0.3 + i * 0.1, mirror = 0.4 }, Sphere)
end
local light = unit(vec(-1, 2, -1))

local function nearest(from, direction)
  local best, least
  for i = 1, #scene do
    local d = scene[i]:distance(from, direction)
    if d and (not least or d < least) then
      best, least = scene[i], d
    end
  end
  return best, least
end

local function trace(from, direction, depth)
  local object, d = nearest(from, direction)
  if not object then
    return 0.5 + 0.3 * direction.y
  end
  local point = add(from, scale(direction, d))
  local normal = object:normal(point)
  local lit = nearest(point, light) and 0 or max(0, dot(normal, light))
  local result = object:colour(point) * (0.2 + 0.8 * lit)
  if depth > 0 then
    local reflected = sub(direction, scale(normal, 2 * dot(direction, normal)))
    result = result * (1 - object.mirror) + object.mirror * trace(point, reflected, depth - 1)
  end
  return result
end

local total, eye = 0, vec(0, 0.5, -4)
for y = 1, n do
  for x = 1, n do
    total = total + trace(eye, unit(vec(2 * x / n - 1, 1 - 2 * y / n, 2)), 2)
  end
end
print(string.format("%.6f", total / n / n))
