-- io.lines and file:lines, with formats, closing, errors.
local name = "lines.txt" local f = io.open(name, "w") f:write "one\ntwo\n\nfour 4 4.5\nfive"
f:close()
for l in io.lines(name) do io.write("[", l, "]") end print()
for a in io.lines(name, 2) do io.write("[", a, "]") end print()
for a, b in io.lines(name, 1, "*l") do io.write("[", a, ",", tostring(b), "]") end print()
for a in io.lines(name, "*a") do io.write("[", #a, "]") break end print()
for l in io.lines(name, "*L") do io.write("[", l, "]") end print()
f = io.open(name) for l in f:lines() do io.write("[", l, "]") if l == "two" then break end end
print(f:read()) for l in f:lines() do io.write("[", l, "]") end print(io.type(f), f:read())
f:close() print(io.type(f)) local it = io.lines(name) print(it(), it(), it(), it(), it())
print(it()) print(pcall(it)) f = io.open(name) it = f:lines() f:close() print(pcall(it))
print(pcall(io.lines, "missing")) print(pcall(io.lines, {})) print(pcall(f.lines)) f = io.open(name)
it = f:lines "*n" print(pcall(it)) f:close() f = io.open(name, "w") f:write "1 2 3\n4" f:close()
for n in io.lines(name, "*n") do io.write(n, ";") end print()
print(pcall(function() for x in io.lines(name, "*x") do end end))
io.input(name) for l in io.lines() do io.write("{", l, "}") end print(io.type(io.input()))
print(io.read()) io.close(io.input()) print(pcall(io.read)) print((pcall(io.lines)))
io.input(io.stdin) print(io.read "*a" == "", io.read(), io.read(0), io.read "*n")
f = io.open(name, "w") for i = 1, 3000 do f:write("line ", i, "\n") end f:close()
local n, last = 0, nil for l in io.lines(name) do n, last = n + 1, l end print(n, last)
f = io.open(name) local total = 0 for a, b in f:lines(5, "*l") do total = total + (tonumber(b) or 0)
end print(total) f:close() local open = {} for i = 1, 20 do open[i] = io.lines(name) end
for i = 1, 20 do io.write(open[i](), " ") end print() open = nil collectgarbage() os.remove(name)
