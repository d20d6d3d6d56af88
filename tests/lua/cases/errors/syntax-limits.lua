-- Nesting and sizes that must work, and ones that must be refused with a message instead of a crash.
-- not under stress: allocates for very large functions
local rep = string.rep
local shapes = {
  { "parens", function(n) return "return " .. rep("(", n) .. "1" .. rep(")", n) end },
  { "tables", function(n) return "return " .. rep("{", n) .. rep("}", n) end },
  { "do", function(n) return rep("do ", n) .. rep("end ", n) end },
  { "while", function(n) return rep("while x do ", n) .. rep("end ", n) end },
  { "if", function(n) return rep("if x then ", n) .. rep("end ", n) end },
  { "repeat", function(n) return rep("repeat ", n) .. rep("until x ", n) end },
  { "not", function(n) return "return " .. rep("not ", n) .. "x" end },
  { "minus", function(n) return "return " .. rep("- ", n) .. "x" end },
  { "power", function(n) return "return " .. rep("2 ^ ", n) .. "x" end },
  { "concat", function(n) return "return " .. rep("x .. ", n) .. "x" end },
  { "index", function(n) return "return " .. rep("x[", n) .. "1" .. rep("]", n) end },
  { "calls", function(n) return "return " .. rep("f(", n) .. rep(")", n) end },
  { "functions", function(n) return rep("return function() ", n) .. rep("end ", n) end },
  { "for", function(n) return rep("for i = 1, 2 do ", n) .. rep("end ", n) end },
}
local function limited(m)
  return (m:find "too many" or m:find "more than" or m:find "too complex" or m:find "too long") and
  "limited" or m
end
for _, n in ipairs { 10, 40, 80, 1000, 100000 } do
  for _, shape in ipairs(shapes) do
    local f, m = loadstring(shape[2](n), "=l")
    if n >= 1000 or not (shape[1] == "functions" or shape[1] == "for") then
      print(shape[1], n, f and "fine" or limited(m))
    elseif n < 30 then
      print(shape[1], n, f and "fine" or m)
    end
  end
end
local function names(n, form, sep)
  local t = {}
  for i = 1, n do t[i] = form:format(i) end
  return table.concat(t, sep)
end
local function try(name, s) local f, m = loadstring(s, "=l") print(name, f and "fine" or limited(m))
end
for _, n in ipairs { 199, 200, 5000 } do
  try("locals " .. n, "local " .. names(n, "a%d", ","))
  try("single locals " .. n, names(n, "local a%d", " "))
  try("parameters " .. n, "return function(" .. names(n, "a%d", ",") .. ") end")
end
for _, n in ipairs { 60, 5000 } do
  try("upvalues " .. n, "local t = {} " .. names(math.min(n, 150), "local a%d = t", " ")
    .. " return function() return " .. names(math.min(n, 60), "a%d", " or ") .. " end")
end
for _, n in ipairs { 100, 200, 100000 } do
  try("arguments " .. n, "f(" .. names(n, "x%d", ",") .. ")")
  try("results " .. n, "return " .. names(n, "x%d", ","))
end
for _, n in ipairs { 100, 300, 10000 } do
  try("list " .. n, "return { " .. names(n, "x%d", ",") .. " }")
  if n < 10000 then try("or " .. n, "return " .. names(n, "f(%d)", " or ")) end
  try("add " .. n, "return " .. names(n, "f(%d)", " + "))
end
try("elseifs", "if x then " .. rep("elseif x then ", 3000) .. "end")
try("long string", "return '" .. rep("x", 1000000) .. "'")
try("long name", "return " .. rep("x", 100000))
try("long number", "return " .. rep("1", 10000))
try("many lines", rep("\n", 70000) .. "x = = 1")
try("labels", rep("do goto l ::l:: end ", 1000))
local t = {}
for i = 1, 150 do t[i] = "::l" .. i .. ":: goto l" .. (i % 150 + 1) end
try("label ring", table.concat(t, " "))
