-- tonumber with a base, 2 to 36.
for _, s in ipairs { "10", "ff", "FF", "zz", "Zz", "7", "8", "9", "a", " 11 ", "-11", "+11", "",
  " ", "1.0", "0x10", "1e1", "ffffffff", "100000000", "1 1", "-", "z", "1010101010", "\t77\n" } do
  local row = {}
  for _, base in ipairs { 2, 3, 7, 8, 10, 11, 16, 20, 35, 36 } do
    row[#row + 1] = tostring(tonumber(s, base))
  end
  print(("%q"):format(s), table.concat(row, " "))
end
for base = -1, 38 do print(base, pcall(tonumber, "1", base)) end
print(pcall(tonumber, nil, 16))
print(pcall(tonumber, {}, 16))
print(pcall(tonumber, 10, 16))
print(pcall(tonumber, 99, 8))
print(pcall(tonumber, "1", "x"))
print(pcall(tonumber, "1", {}))
print(tonumber("11", "2"), tonumber("11", 2.9), tonumber("7fffffffffffffff", 16),
  tonumber("-ffffffff", 16))
for i = 0, 40 do print(i, tonumber(("1"):rep(i + 1), 2), tonumber(("z"):rep(i % 12 + 1), 36)) end
