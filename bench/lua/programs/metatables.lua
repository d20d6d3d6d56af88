-- Metatables: vectors with arithmetic operators, __index and __newindex functions, __call.

local n = tonumber(arg[1]) or 400000
local setmetatable, rawset = setmetatable, rawset

local Vector = {}

local function vector(x, y)
  return setmetatable({ x = x, y = y }, Vector)
end

Vector.__index = function(v, key)
  if key == "length2" then
    return v.x * v.x + v.y * v.y
  end
  return Vector[key]
end
Vector.__add = function(a, b) return vector(a.x + b.x, a.y + b.y) end
Vector.__sub = function(a, b) return vector(a.x - b.x, a.y - b.y) end
Vector.__mul = function(a, k) return vector(a.x * k, a.y * k) end
Vector.__unm = function(a) return vector(-a.x, -a.y) end
Vector.__eq = function(a, b) return a.x == b.x and a.y == b.y end
Vector.__lt = function(a, b) return a.length2 < b.length2 end
Vector.__call = function(v, dx, dy) return v.x * dx + v.y * dy end
Vector.__concat = function(a, b) return a.x .. "," .. b.x end

function Vector:turn()
  return vector(-self.y, self.x)
end

local written = 0
local watched = setmetatable({}, {
  __newindex = function(t, key, value)
    written = written + 1
    rawset(t, key, value)
  end,
})

local position, sum, equal = vector(1, 2), 0, 0
for i = 1, n do
  local step = vector(i % 7, i % 5)
  position = (position + step) - step:turn() * 2
  if position.length2 > 100000 then
    position = -vector(i % 3, 1)
  end
  if step == vector(3, 3) then
    equal = equal + 1
  end
  sum = sum + position(1, 2) + (step < position and 1 or 0)
  watched[i % 1000] = i
end
print(string.format("%d %d %d %d", sum, equal, written, #(vector(10, 1) .. vector(20, 2))))
