-- Constant expressions must give what the same expression gives at run time.
local function show(x)
  if type(x) ~= "number" then return tostring(x) end
  if x ~= x then return "nan" elseif x == 0 then return 1 / x > 0 and "0" or "-0" end
  return ("%.17g"):format(x)
end
local atoms = { "0", "1", "2", "3", "7", "0.5", "1e308", "0x7fffffff", "2147483648",
  "9007199254740992", "(-1)", "(-0)", "(1/0)", "1e-320" }
local ops = { "+", "-", "*", "/", "%", "^" }
local wrong, n = 0, 0
local lines = {}
for _, a in ipairs(atoms) do
  for _, b in ipairs(atoms) do
    local row = { a, b }
    for _, op in ipairs(ops) do
      local folded = loadstring("return " .. a .. op .. b)()
      local run = loadstring("local a, b = " .. a .. "," .. b .. " return a" .. op .. "b")()
      local half = loadstring("local a = " .. a .. " return a" .. op .. b)()
      local other = loadstring("local b = " .. b .. " return " .. a .. op .. "b")()
      local want = show(folded)
      for _, x in ipairs { run, half, other } do n = n + 1
        if show(x) ~= want then wrong = wrong + 1 row[#row + 1] = "differs" .. op end end
      row[#row + 1] = want
    end
    print(table.concat(row, " "))
  end
end
print(n, wrong)
print(show(-0), show(- -0), show(0 * -1), show(-(0)), show(1 / -0), show(1 / (0 * -1)),
  show(2 ^ 53 + 1), show(-2 ^ 63))
print(1 == 1.0, "a" == "a", nil == nil, 1 < 2, "a" .. "b" .. 1, not 1, not nil, #"abc", -"5",
  5 % 3 == 2)
