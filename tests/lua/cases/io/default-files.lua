-- io.input, io.output, io.read, io.write, io.close, io.tmpfile, io.popen.
local name = "default.txt" local out = io.output() print(out == io.stdout, io.input() == io.stdin)
print(io.output(name) ~= nil, io.type(io.output())) io.write("written ", 1, "\n", "second")
io.close() print(pcall(io.write, "x")) print(pcall(io.close)) io.output(out)
print(io.input(name) ~= nil, io.read(), io.read "*a") io.close(io.input()) print(pcall(io.read))
io.input(io.stdin) local f = io.open(name, "w") io.output(f) io.write "via handle"
print(io.output() == f) io.output(io.stdout) f:close() for l in io.lines(name) do print(l) end
print(pcall(io.input, "missing")) print(pcall(io.output, "missing/x")) print(pcall(io.input, {}))
print(pcall(io.output, 5) and os.remove "5", io.output(io.stdout) == io.stdout)
print(pcall(io.close, {})) print(pcall(io.close, f)) print(io.type(io.stdin), io.type(io.stderr))
local t = io.tmpfile() t:write "temporary" t:seek "set" print(t:read "*a", io.type(t))
print(t:close(), io.type(t)) print(io.write("chain") == io.stdout)
print(io.stdout:write(" of", " ", "writes") == io.stdout) print(pcall(io.write, {}))
print(pcall(io.write, "ok", nil)) print(pcall(io.read, "*x"))
local p = io.popen "echo from popen; exit 3" print(p:read "*a", io.type(p)) print(p:close())
p = io.popen("cat > piped.txt", "w") p:write "to popen" print(p:close())
print(io.open "piped.txt":read "*a") os.remove "piped.txt" p = io.popen "printf 'a\\nb\\n'"
for l in p:lines() do io.write("<", l, ">") end print(p:close())
print(pcall(io.popen, "true", "rw")) print(io.popen "exit 0":close())
print(io.popen "kill -9 $$":close()) print(pcall(io.popen)) print(io.lines(name)() ) os.remove(name)
print(getmetatable(io.stdout).__index == getmetatable(io.stdout) or
  type(getmetatable(io.stdout).__index), getmetatable(io.stdout).__name)
print(pcall(io.stdout.nosuch)) print(pcall(function() return io.stdout + 1 end))
print(pcall(getmetatable(io.stdout).__tostring, 5)) local keys = {}
for k in pairs(io) do keys[#keys + 1] = k end table.sort(keys) print(table.concat(keys, " "))
keys = {} for k in pairs(getmetatable(io.stdout).__index) do keys[#keys + 1] = k end
table.sort(keys) print(table.concat(keys, " "))
