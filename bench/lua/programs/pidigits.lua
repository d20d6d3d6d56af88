-- Digits of pi by Gibbons' spigot, on big integers of its own (limbs of seven digits).

local n = tonumber(arg[1]) or 600
local BASE = 10000000
local floor, max = math.floor, math.max

local function trimmed(a)
  local top = #a
  while top > 1 and a[top] == 0 do
    a[top] = nil
    top = top - 1
  end
  return a
end

-- a * k + b * m for small k and m of either sign, where the result is not negative.
local function combine(a, k, b, m)
  local out, carry = {}, 0
  for i = 1, max(#a, #b) do
    local t = (a[i] or 0) * k + (b[i] or 0) * m + carry
    local high = floor(t / BASE)
    out[i] = t - high * BASE
    carry = high
  end
  while carry > 0 do
    local high = floor(carry / BASE)
    out[#out + 1] = carry - high * BASE
    carry = high
  end
  return trimmed(out)
end

local ZERO = { 0 }

local function less(a, b)
  if #a ~= #b then
    return #a < #b
  end
  for i = #a, 1, -1 do
    if a[i] ~= b[i] then
      return a[i] < b[i]
    end
  end
  return false
end

-- floor(a / b), known to be a digit.
local function digit_of(a, b)
  local low, high = 0, 9
  while low < high do
    local middle = floor((low + high + 1) / 2)
    if less(a, combine(b, middle, ZERO, 0)) then
      high = middle - 1
    else
      low = middle
    end
  end
  return low
end

-- The state is the transformation x -> (numerator * x + (upper - 3 * numerator)) / denominator:
-- `upper` is its value at 3 and never negative, as the offset itself may be.
local function digits(count, emit)
  local numerator, upper, denominator = { 1 }, { 3 }, { 1 }
  local k = 0
  while count > 0 do
    k = k + 1
    upper = combine(upper, 2 * k + 1, numerator, k - 1)
    numerator = combine(numerator, k, ZERO, 0)
    denominator = combine(denominator, 2 * k + 1, ZERO, 0)
    if not less(upper, combine(numerator, 4, ZERO, 0)) then
      local digit = digit_of(upper, denominator)
      if digit == digit_of(combine(upper, 1, numerator, 1), denominator) then
        emit(digit)
        count = count - 1
        upper = combine(combine(upper, 1, denominator, -digit), 10, ZERO, 0)
        numerator = combine(numerator, 10, ZERO, 0)
      end
    end
  end
end

local text, sum = {}, 0
digits(n, function(digit)
  sum = sum + digit
  text[#text + 1] = string.format("%d", digit)
end)
print(table.concat(text, "", 1, math.min(n, 30)), table.concat(text, "", math.max(1, n - 9)))
print(string.format("digit sum %d", sum))
