-- %e %f %g %a and capitals with flags, widths and precisions; exactness.
local values = { 0, -0.0, 1, -1, 0.5, 1 / 3, -2 / 3, 100, 123456.789, 1e-5, 1e10, 1e15, 1e16, 1e100,
  1e-100, 1e308, 5e-324, 2 ^ 53, 0.1, 1.5, 2.5, 3.5, 0.05, 9.995, 99.5, 999999.5, 1 / 0, -1 / 0 }
for _, conv in ipairs { "f", "e", "g", "E", "G", "F" } do
  for _, flags in ipairs { "", ".0", ".1", ".3", ".10", "10.2", "-10.2", "010.2", "+", " ", "#",
    "#.0", "+.2", "-+12.3", "0+12.3", ".14", ".17", "5", ".20" } do
    local row = {}
    for _, v in ipairs(values) do local ok, s = pcall(string.format, "%" .. flags .. conv, v)
      row[#row + 1] = s end
    print("%" .. flags .. conv, table.concat(row, "|"))
  end
end
for _, v in ipairs { 0, 1, -1, 0.5, 10, 255.5, 1e-10, 2 ^ 53, 5e-324, 1 / 3, 1 / 0 } do
  print(("%a %A %.0a %.3a %20a %-20a| %+a"):format(v, v, v, v, v, v, v)) end
for p = 0, 25 do print(p, ("%." .. p .. "f"):format(math.pi), ("%." .. p .. "e"):format(1 / 3),
    ("%." .. p .. "g"):format(2 / 3), ("%." .. p .. "g"):format(1e20 / 3)) end
print((("%.99f"):format(1 / 3))) print((("%.99f"):format(2 ^ -80)))
print(("%.0f %.0f %.0f %.0f %.0f"):format(0.5, 1.5, 2.5, 3.5, 4.5),
  ("%.2f %.2f %.1f"):format(2.675, 1.005, 0.25)) print(("%f"):format(1e300))
print(("%.50e"):format(0.1)) print(("%g %g %g %g"):format(100000, 1000000, 1e-4, 1e-5),
  ("%#g %#.3g"):format(1, 100))
print(("%5.1f|%-8.3f|%08.3f|%+.1e"):format(3.14159, 2.71828, -1.5, 12345.678),
  ("%s %s"):format(1e15, 0.1), ("%f"):format("1.5"), ("%g"):format("0x10"))
print((("%f %e %g"):format(0 / 0, 0 / 0, 0 / 0):gsub("-", "")))
print(pcall(string.format, "%f", "x")) print(pcall(string.format, "%g", nil))
print(pcall(string.format, "%f"))
local x = 1 for i = 1, 30 do x = x * 1.7 + 0.1
  print(("%.3f %.5e %.6g %.17g %.14g"):format(x, x, x, x, 1 / x)) end
