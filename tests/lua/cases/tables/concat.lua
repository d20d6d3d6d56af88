-- table.concat: ranges, separators, numbers, errors.
print(table.concat {}, table.concat { "a" }, table.concat { "a", "b" },
  table.concat({ "a", "b" }, ","), table.concat({ 1, 2.5, "x" }, "-"), table.concat({ 1, 2, 3 }, 0),
  table.concat({ "a", "b" }, nil))
local t = { "a", "b", "c", "d" } for i = -1,
6 do for j = -1, 6 do local ok, r = pcall(table.concat, t, ",", i, j)
    io.write(ok and r or "!" .. r:match "index.*", " ") end print() end
print(table.concat(t, ",", 2), table.concat(t, ",", 2, nil), table.concat(t, ",", "2", "3"),
  table.concat(t, ",", 1.9, 2.9), table.concat(t, ", "), table.concat(t, "\0") == "a\0b\0c\0d",
  table.concat({ [0] = "z", "a" }, ",", 0), table.concat({ [-1] = "m", [0] = "z" }, ",", -1, 0))
for i, bad in ipairs { true, {}, print, false } do print(i, pcall(table.concat, { "a", bad, "c" }))
end print(pcall(table.concat, { 1, nil, 3 }, "", 1, 3)) print(pcall(table.concat, { "a" }, true))
print(pcall(table.concat, { "a" }, "", {})) print(pcall(table.concat))
print(pcall(table.concat, "x")) print(pcall(table.concat, {}, "", 1, 1))
print(pcall(table.concat, {}, "", 2, 1))
local big = {} for i = 1, 5000 do big[i] = i end
print(#table.concat(big), #table.concat(big, ", "), table.concat(big, "", 4990))
