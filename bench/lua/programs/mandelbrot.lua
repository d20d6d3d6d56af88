-- Mandelbrot set: a tight loop of floating-point arithmetic on locals.

local n = tonumber(arg[1]) or 1100
local LIMIT = 50

local function escapes(cr, ci)
  local zr, zi, r2, i2 = 0, 0, 0, 0
  for step = 1, LIMIT do
    zi = 2 * zr * zi + ci
    zr = r2 - i2 + cr
    r2, i2 = zr * zr, zi * zi
    if r2 + i2 > 4 then
      return step
    end
  end
  return nil
end

local inside, steps = 0, 0
for y = 0, n - 1 do
  local ci = 2 * y / n - 1
  for x = 0, n - 1 do
    local step = escapes(2 * x / n - 1.5, ci)
    if step then
      steps = steps + step
    else
      inside = inside + 1
    end
  end
end
print(string.format("%d inside, %d steps outside", inside, steps))
