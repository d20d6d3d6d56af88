-- Manual 2.8: arithmetic events, which handler is taken, what it gets, what it may return.
local log
local function mt(name)
  local m = { name = name }
  for _, e in ipairs { "add", "sub", "mul", "div", "mod", "pow", "concat" } do
    m["__" .. e] = function(a, b, ...)
      local function s(x) return type(x) == "table" and x.n or tostring(x) end
      return name .. "." .. e .. "(" .. s(a) .. "," .. s(b) .. ")" .. select("#", ...),
      "second is dropped"
    end
  end
  m.__unm = function(a, ...) return name .. ".unm(" .. a.n .. ")" .. select("#", ...) ..
    tostring(rawequal(a, (...))) end
  return m
end
local A, B = mt "A", mt "B"
local a, a2, b = setmetatable({ n = "a" }, A), setmetatable({ n = "a2" }, A),
setmetatable({ n = "b" }, B)
local plain = { n = "plain" }
local ops = {
  { "+", function(x, y) return x + y end }, { "-", function(x, y) return x - y end },
  { "*", function(x, y) return x * y end },
  { "/", function(x, y) return x / y end }, { "%", function(x, y) return x % y end },
  { "^", function(x, y) return x ^ y end },
  { "..", function(x, y) return x .. y end } }
for _, op in ipairs(ops) do
  for _, p in ipairs { { a, a2 }, { a, b }, { b, a }, { a, 5 }, { 5, a }, { "s", b }, { b, "7" },
    { a, plain }, { plain, b }, { a, true }, { print, b } } do
    local ok, r, extra = pcall(op[2], p[1], p[2])
    print(op[1], ok, (r:gsub("builtin", "function"):gsub("function: .*,", "function,")), extra)
  end
  print(op[1], pcall(op[2], plain, plain))
  print(op[1], pcall(op[2], plain, 1))
  print(op[1], pcall(op[2], 1, plain))
end
print(-a, -b, pcall(function() return -plain end))
local k = setmetatable({}, { __add =
    function(x, y) return x == 5 and "left const" or y == 5 and "right const" end })
print(5 + k, k + 5)
local c = setmetatable({}, { __add = 5 })
print(pcall(function() return c + 1 end))
local d = setmetatable({}, { __add =
    setmetatable({}, { __call = function(self, x, y) return "callable handler", x == nil, y
        end }) })
print(d + 1)
local e = setmetatable({}, { __add = function() return nil end, __sub = function()
    end, __mul = function() error "in handler" end, __div = error })
print(e + 1, e - 1, pcall(function() return e * 1 end))
print(pcall(function() return e / 1 end) == false)
local inherit = setmetatable({}, setmetatable({},
    { __index = { __add = function() return "must not be found" end } }))
print(pcall(function() return inherit + 1 end))
