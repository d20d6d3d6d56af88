-- Files: write, read in every format, at end of file, numbers.
local name = "data.txt" local function write(text) local f = assert(io.open(name, "wb"))
  f:write(text) f:close() end
write "line one\nline two\n\n  42 0x10 -1.5e2 nan\nlast without newline" local f = io.open(name)
print(f:read()) print(f:read "*l") print(f:read "*l") print(f:read("*n", "*n", "*n"))
print(f:read "*n") print(f:read "*l") print(f:read(4)) print(f:read(0)) print(f:read "*a")
print(f:read "*a", f:read "*l", f:read "*n", f:read(0), f:read(1)) f:close()
f = io.open(name) print(f:read("*l", 3, "*l", "*a")) f:close() f = io.open(name)
print(f:read(5), f:read(1000000):len(), f:read(5)) f:close() f = io.open(name)
print(f:read("*l", "*a", "*l", "*a")) f:close() f = io.open(name)
print(f:read "l", f:read "L", f:read "n", f:read "a" ~= nil) f:close()
for _, text in ipairs { "1 2 3", "1.5e3x", " \t\n7", "+5", "-", "- 5", "0x1F ", "1e", "1e+", ".5",
  ".", "5.", "abc", "", "1,2", "inf", "1e5000", "0x", "007", "1-2", "99999999999999999999",
  "1_000" } do write(text) f = io.open(name) local r = { f:read("*n", "*n") }
  print(("%q"):format(text):gsub("\n", "n"), tostring(r[1]), tostring(r[2]), f:read "*a") f:close()
end
write "" f = io.open(name) print(f:read "*a" == "", f:read "*a" == "", f:read "*l", f:read(0))
f:close() write "\n" f = io.open(name) print(f:read() == "", f:read()) f:close() write "no newline"
f = io.open(name) print(f:read(), f:read()) f:close() write "a\r\nb\r\n" f = io.open(name)
print(#f:read(), #f:read(), f:read()) f:close() write "nul\0in\0line\nnext" f = io.open(name, "rb")
print(#f:read(), f:read()) f:close() write(("x"):rep(100000) .. "\n" .. ("y"):rep(70000))
f = io.open(name) print(#f:read(), #f:read(), f:read()) f:close()
f = io.open(name, "w") print(f:write("a", 1, 2.5, "b") == f, f:write() == f, pcall(f.write, f, nil))
print(pcall(f.write, f, {})) print(pcall(f.write, f, true))
print(f:write(1e15, " ", 1e16, " ", -0.0, " ", 0.1, " ", 2 ^ 53) == f) f:close() f = io.open(name)
print(f:read "*a") f:close() f = io.open(name)
for _, bad in ipairs { "*x", "", "*", "x", "**l" } do print(bad, pcall(f.read, f, bad)) end
print(pcall(f.read, f, {})) print(pcall(f.read, f, -1)) print(pcall(f.read, f, true)) f:close()
print(pcall(f.read, f)) print(pcall(f.write, f, "x")) print(pcall(f.lines, f))
print(pcall(f.close, f)) print(pcall(f.seek, f)) print(pcall(f.flush, f))
print(pcall(f.setvbuf, f, "no")) print(tostring(f), io.type(f)) os.remove(name)
