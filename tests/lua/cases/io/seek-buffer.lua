-- seek, setvbuf, flush and mixing of reading and writing.
local name = "seek.bin" local f = io.open(name, "w+b") f:write "0123456789"
print(f:seek(), f:seek "cur", f:seek "set", f:seek "end", f:seek("set", 3), f:read(2),
  f:seek("cur", -1), f:read(1), f:seek("end", -2), f:read "*a", f:seek("set", 20), f:read(1))
print(f:seek("set", -1)) print(f:seek("cur", -100)) print(f:seek "cur") f:seek("set", 2)
f:write "AB" f:seek("set", 0) print(f:read "*a") f:seek("set", 15) f:write "Z" f:seek "set"
print((f:read "*a":gsub("%z", "."))) print(pcall(f.seek, f, "bad"))
print(pcall(f.seek, f, "set", "x")) print(pcall(f.seek, f, "set", 1.5)) print(pcall(f.seek, f, 5))
print(pcall(f.seek, f, {})) print(f:seek("set", 4), f:read(1)) print(pcall(f.seek, f, nil, nil))
print(pcall(f.seek, f, "set", "4"))
print(f:setvbuf "no", f:setvbuf("full", 1024), f:setvbuf "line", f:setvbuf("full"))
print(pcall(f.setvbuf, f, "x")) print(pcall(f.setvbuf, f))
print(f:flush() == f or f:flush(), io.flush() ~= nil) f:close() f = io.open(name, "w")
f:setvbuf "no" f:write "unbuffered" local g = io.open(name) print(g:read "*a") g:close()
f:setvbuf("full", 4096) f:write " buffered" g = io.open(name) print(#g:read "*a") f:flush()
print(g:read "*a") g:close() f:close() f = io.open(name, "a+") f:write "|appended" f:seek("set", 0)
print(f:read(10)) f:write "|again" f:seek("set", 0) print(f:read "*a") f:close()
print(io.stdout:seek "cur" == nil or true) f = io.open(name, "w+")
for i = 1, 2000 do f:write(("%05d"):format(i)) end local ok = true
for i = 1, 2000, 97 do f:seek("set", (i - 1) * 5) ok = ok and tonumber(f:read(5)) == i end
print(ok, f:seek "end") f:close() os.remove(name)
