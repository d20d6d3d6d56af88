-- %s %q %% %p and errors of format.
print(("%s %s %s %s"):format("a", 1, true, nil),
  ("%5s|%-5s|%.2s|%5.1s|%-6.3s|"):format("abc", "abc", "abc", "abc", "abcdef"),
  ("%s"):format(setmetatable({}, { __tostring = function() return "obj" end })),
  ("%10s|"):format(setmetatable({}, { __tostring = function() return "obj" end })))
print(("%q"):format "simple", ("%q"):format 'with "quotes" and \\', ("%q"):format "new\nline",
  ("%q"):format "tab\tret\rnul\0end\0001", ("%q"):format "\1\31\127\128\255", ("%q"):format(""),
  ("%q"):format(12), ("%q"):format(1.5), ("%q"):format "\r\n")
print(pcall(string.format, "%q", nil)) print(pcall(string.format, "%q", true))
print(pcall(string.format, "%q")) print(pcall(string.format, "%10q", "x"))
print(("%-5q|"):format "a")
print(("%%"):format(), ("100%%"):format(), pcall(string.format, "%5%"), ("%% %d %%"):format(5))
for _, f in ipairs { "%", "%z", "%y", "%k", "%w", "% ", "%-", "%5", "%.", "%5.", "%.5", "%ll",
  "%ld", "%hd", "%*d", "%1$d", "%v", "%n", "%D", "%S", "%b", "%100d", "%99d", "%.100d", "%.99d",
  "%-100s", "%0100d", "%#-+ 05d", "%#-+ 0#5d", "%------d", "%5.5.5d", "%d%", "a%", "%\0", "%\n",
  "%&", "%+s", "% s", "%#s", "%05s", "%+q", "%#c", "%.3c", "%0c" } do
  print((f:gsub("[%z\n]", "?")), pcall(string.format, f, 5)) end
print(pcall(string.format, "%s")) print(pcall(string.format, "%s %s", 1))
print(pcall(string.format)) print(pcall(string.format, {}))
print(pcall(string.format, "no conversions", 1, 2))
print(("%s"):format(("x"):rep(1000)):len(), pcall(string.format, "%.500s", "x"),
  ("%99s"):format("x"):len(), ("%.99s"):format(("x"):rep(200)):len())
print(("%s\0%s"):format("a", "b") == "a\0b", ("%s"):format("a\0b") == "a\0b",
  #("%5s"):format "a\0b", #("%.2s"):format "a\0b", ("\0%d"):format(5) == "\0005")
print(("%s %s"):format(12, 1.50), ("%d %s"):format("10", "10"),
  ("%x %X %#x %o"):format(255, 255, 255, 8), ("%-10s|%10s|"):format("left", "right"),
  ("%3d|%-3d|%03d"):format(5, 5, 5), ("%+d % d"):format(5, 5), ("%s"):format(2 ^ 53),
  ("%s"):format(-0.0))
local one, other = {}, {}
print(("%p"):format(print) == ("%p"):format(print), ("%p"):format(one) ~= ("%p"):format(other),
  pcall(string.format, "%p", 1) , ("%p"):format(one):match "^0x%x+$" ~= nil)
local t = {} for i = 1, 50 do t[i] = "%" .. (i % 10 + 1) .. "d" end
print(table.concat(t):format(unpack((function() local r = {} for i = 1, 50 do r[i] = i * i end
          return r end)())))
local rt = { "a\"b", "x\ny", "\\", "\0", "1\0002", "\r", "\26", ("long"):rep(100) }
for i, s in ipairs(rt) do print(i, loadstring("return " .. ("%q"):format(s))() == s) end
local all = {} for i = 0, 255 do all[i + 1] = string.char(i) end all = table.concat(all)
print(loadstring("return " .. ("%q"):format(all))() == all)
print((("%q"):format(all):gsub("[\128-\255]", "?")))
