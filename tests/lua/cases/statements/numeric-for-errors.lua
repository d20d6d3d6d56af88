-- What the numeric for refuses.
local bad = { "x", "1", {}, print, true, false, nil }
local function try(a, b, c) for i = a, b, c do return i end return "none" end
for i = 1, 7 do
  print("init", i, pcall(try, bad[i], 1, 1))
  print("limit", i, pcall(try, 1, bad[i], 1))
  print("step", i, pcall(try, 1, 1, bad[i]))
end
print(pcall(try, 1, 2))
print(pcall(function() for i = 1, nil do end end))
print(pcall(function() for i = nil, 1 do end end))
print(pcall(function() for i = 1, 2, {} do end end))
print(pcall(function() for i = setmetatable({}, { __add = print }), 2 do end end))
print(pcall(try, "a", "b", "c"))
print(pcall(function() local t = {} for i = t.x, 5 do end end))
print(pcall(function() for i = 1, 3 do error("in round " .. i) end end))
