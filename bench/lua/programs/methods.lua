-- Objects: method calls through one, two and three levels of inheritance.

local n = tonumber(arg[1]) or 2000000

local function class(base)
  local c = {}
  c.__index = c
  return setmetatable(c, base and { __index = base })
end

local Shape = class()

function Shape.new(class_of, fields)
  return setmetatable(fields, class_of)
end

function Shape:move(dx, dy)
  self.x, self.y = self.x + dx, self.y + dy
  return self
end

function Shape:area()
  return 0
end

function Shape:describe()
  return self:area() + self.x - self.y
end

local Rectangle = class(Shape)

function Rectangle:area()
  return self.width * self.height
end

local Square = class(Rectangle)

function Square:resize(size)
  self.width, self.height = size, size
end

local Circle = class(Shape)

function Circle:area()
  return 3 * self.radius * self.radius
end

local shapes = {
  Shape.new(Rectangle, { x = 0, y = 0, width = 3, height = 4 }),
  Shape.new(Square, { x = 1, y = 2, width = 2, height = 2 }),
  Shape.new(Circle, { x = 5, y = 5, radius = 2 }),
  Shape.new(Shape, { x = 9, y = 1 }),
}
local total = 0
for i = 1, n do
  local shape = shapes[i % #shapes + 1]
  shape:move(1, 2):move(-1, -1)
  shapes[2]:resize(i % 10)
  total = total + shape:describe()
end
print(string.format("%d", total))
