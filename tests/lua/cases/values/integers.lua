-- The borders where an int32 inside the VM would show: 2^31, 2^32, 2^53 and -0.
local edges = { 0, 1, -1, 2 ^ 15, 2 ^ 16, 2 ^ 30, 2 ^ 31 - 1, 2 ^ 31, -2 ^ 31, -2 ^ 31 - 1,
  2 ^ 32 - 1,
  2 ^ 32, 2 ^ 52, 2 ^ 53 - 1, 2 ^ 53, -2 ^ 53, 2147483647, -2147483648, 0.5, -0.5 }
local function show(x) if x == 0 then return 1 / x > 0 and "0" or "-0" end
  return ("%.17g"):format(x) end
for _, a in ipairs(edges) do
  for _, b in ipairs(edges) do
    print(show(a), show(b), show(a + b), show(a - b), show(a * b), a < b, a <= b, a == b)
  end
end
local i = 2147483645
for _ = 1, 5 do i = i + 1 print(i) end
i = -2147483646
for _ = 1, 5 do i = i - 1 print(i) end
local z = 0
print(show(-z), show(z * -1), show(-1 * z), show(0 * -5), show(z - z), show(-z + z), show(-z - z))
print(show(0 / -3), show(-0.0), show(- -0.0), show(z / 5), show(-5 * z), show(5 * -z))
local m = -2147483648
print(show(-m), show(m * -1), show(m / -1), show(m % -1), show(m - 1), show(math.abs(m)))
