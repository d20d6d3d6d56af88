-- Every function of math over many arguments.
local inf, nan = math.huge, 0 / 0
local xs = { 0, -0.0, 1, -1, 0.5, -0.5, 1.5, -1.5, 2.5, 3.7, -3.7, 10, 100.25, 1e10, -1e10, 2 ^ 31,
  2 ^ 52 + 0.5, 2 ^ 53, 1e300, 1e-300, 5e-324, inf, -inf, nan, math.pi }
local function show(x) if type(x) ~= "number" then return tostring(x)
  elseif x ~= x then return "nan" elseif x == 0 then return 1 / x > 0 and "0" or "-0" end
  return ("%.12g"):format(x) end
for _, f in ipairs { "abs", "ceil", "floor", "sqrt", "exp", "log", "log10", "sin", "cos", "tan",
  "asin", "acos", "atan", "sinh", "cosh", "tanh", "deg", "rad", "modf", "frexp" } do
  for _, x in ipairs(xs) do local big = math.abs(x) > 1e9 and
    (f == "sin" or f == "cos" or f == "tan")
    if not big then local a, b = math[f](x) print(f, show(x), show(a), b ~= nil and show(b) or "")
    end end
end
for _, f in ipairs { "pow", "fmod", "atan2" } do
  for _, x in ipairs(xs) do for _, y in ipairs { 0, -0.0, 1, -1, 0.5, 3, -2, inf, -inf, nan,
      1e300 } do print(f, show(x), show(y), show(math[f](x, y))) end end end
