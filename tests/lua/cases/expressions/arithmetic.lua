-- Manual 2.5.1: division, modulo and power with signs, zeros, infinities and NaN.
local inf, nan = math.huge, 0 / 0
local values = { 0, -0.0, 1, -1, 2, -2, 3, -3, 0.5, -0.5, 5.3, -5.3, 1e300, -1e300, inf, -inf, nan,
  2 ^ 53, 7, -7 }
local function show(x)
  if x ~= x then return "nan" elseif x == 0 then return 1 / x > 0 and "0" or "-0" end
  return ("%.14g"):format(x)
end
for _, a in ipairs(values) do
  for _, b in ipairs(values) do
    print(show(a), show(b), show(a / b), show(a % b), show(a ^ b), show(a * b), show(a + b),
      show(a - b))
  end
end
for _, a in ipairs(values) do print(show(-a), show(a * 0), show(a - a), show(a / a), show(a % 1),
    show(a ^ 0.5), show(a ^ 2)) end
