-- %d %i %u %o %x %X %c with flags, widths and precisions.
local values = { 0, 1, -1, 42, -42, 255, 65535, 2147483647, -2147483648, 2147483648, 4294967295,
  4294967296, 2 ^ 53, -2 ^ 53, 1e15, 3.0, "17", "0x10" }
for _, conv in ipairs { "d", "i", "u", "o", "x", "X" } do
  for _, flags in ipairs { "", "5", "-5", "05", "+", " ", "#", "+5", "-+6", "0+6", " 6", ".0", ".3",
    "8.3", "-8.3", "08.3", "#8", "#08", "20", ".15" } do
    local row = {}
    for _, v in ipairs(values) do if not (conv ~= "d" and conv ~= "i" and tonumber(v) < 0) then
        row[#row + 1] = ("%" .. flags .. conv):format(v) end end
    print("%" .. flags .. conv, table.concat(row, "|"))
  end
end
for _, v in ipairs { 1.5, -1.5, 2.999, 0.1, -0.5, 1e10 + 0.5 } do
  print(v, ("%d"):format(v), ("%i"):format(v)) end
print(("%c%c%c"):format(72, 105, 33), ("%5c|%-5c|"):format(65, 66), #("%c"):format(0),
  ("%c"):format(256 + 65) == "A", ("%c"):format("65"))
print(pcall(string.format, "%d", "x")) print(pcall(string.format, "%d", "1.5"))
print(pcall(string.format, "%d", nil)) print(pcall(string.format, "%d", {}))
print(pcall(string.format, "%d")) print(pcall(string.format, "%x", "zz"))
print(pcall(string.format, "%c", {})) print(pcall(string.format, "%d", true))
print(("%x"):format(-1), ("%X"):format(-255), ("%o"):format(-8), ("%u"):format(-1),
  ("%x"):format(2 ^ 40), ("%d"):format(-0.0), ("%d"):format("-0"))
