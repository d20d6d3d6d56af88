-- What counts as false: nil and false only; and/or give operands, not booleans.
local vs = { { "nil", nil }, { "false", false }, { "true", true }, { "0", 0 }, { "''", "" },
  { "nan", 0 / 0 }, { "x", "x" } }
for _, a in ipairs(vs) do
  for _, b in ipairs(vs) do
    local x, y = a[2], b[2]
    print(a[1], b[1], tostring(x and y), tostring(x or y), tostring(not x and y),
      tostring(not (x or y)), tostring(x and y or "z"), tostring((x or y) and "w"))
  end
end
local function f(x) if x then return "then" elseif x == nil then return "nil" else return "else" end
end
for _, a in ipairs(vs) do print(a[1], f(a[2])) end
local n = 0
local function count(v) n = n + 1 return v end
local _ = count(false) and count(true)
_ = count(true) or count(true)
_ = count(nil) or count(false) and count(1)
_ = not count(1) or count(2)
print(n)
while not (n < 0) do n = n - 1 end
print(n)
repeat n = n + 1 until n and n > 3 or n == 99
print(n)
print(1 and 2 and nil and 3, nil or false or nil, false or nil, nil and 1)
print((nil == false) == false, not nil == true, not 0 == false)
