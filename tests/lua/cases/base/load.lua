-- load, loadstring: text, functions, modes, environments, chunk names, errors of readers.
print(load("return 1, 2")()) print(load("return ...", "=c")(5, 6))
print(load("syntax error here", "=c")) print(load("return x", "=c", "t", { x = "env" })())
print(pcall(load("return x.y", "=c", nil, {}))) print(load("return 1", "=c", "b"))
print(load("return 1", "=c", "q")) print(load("return 1", "=c", ""))
print(load("return 1", "=c", "bt")())
local function reader(...) local t, i = { ... }, 0 return function() i = i + 1 return t[i] end end
print(load(reader("return ", "1 ", "+ 2"))()) print(load(reader("re", "turn", " 'a", "b'"))())
print(load(reader("return 1", "", " + ignored"))())
print(load(reader("return 1", nil, " + ignored"))()) print(load(reader("x ="), "=r"))
print(load(reader("return 1", 5), "=r")())
for _, bad in ipairs { {}, true } do print((select(2, load(reader(bad), "=r")):gsub("\n.*", "")))
end print((select(2, load(function() error "in reader" end, "=r")):gsub("\n.*", "")))
print(load(function() error({ 1 }) end, "=r") == nil) print(type(load(function() end)))
print(pcall(load)) print(pcall(load, {})) print(pcall(load, nil)) print((pcall(load, print)))
print(load(5)) print(pcall(loadstring, {})) print(pcall(loadstring))
print(loadstring "return 'ls'"()) print(loadstring("x = = 1", "=ls")) print(loadstring("x = = 1"))
print(loadstring("x = = 1", "@ls.lua")) print(loadstring("return 1", nil)())
a = 10 print(loadstring "a = a + 1; return a"(), a)
local f = loadstring "local x = ...; return function() x = x + 1; return x end"
local c1, c2 = f(1), f(10) print(c1(), c1(), c2()) print(getfenv(loadstring "") == _G)
print(load("a = 'set in env'", "=c", "t",
    setmetatable({}, { __newindex = function(_, k, v) print("newindex", k, v) end }))())
print(load("return _ENV", "=c", "t", {})())
for i = 1, 3 do print(assert(loadstring("return " .. i .. " * 2"))()) end local long = {}
for i = 1, 2000 do long[i] = "t[" .. i .. "] = " .. i end
print(#loadstring("local t = {} " .. table.concat(long, "\n") .. " return t")())
print(select("#", loadstring ""()), select("#", loadstring "return"()),
  select("#", loadstring "return nil"())) print(pcall(assert, loadstring "x +"))
local src = "return 1 + 2 * 3 -- comment\n"
for n = 1, 5 do local pos = 1 print(load(function() local s = src:sub(pos, pos + n - 1)
        pos = pos + n if s ~= "" then return s end end)()) end print(load("\27notbytecode"))
print(loadstring("return '\0'")() == "\0") print(loadstring "#!line\nreturn 'shebang'"())
print(loadstring("\n\n\nerror 'line 4'", "=l") and pcall(loadstring("\n\n\nerror 'line 4'", "=l")))
print(load("return function() return debug.getinfo(1, 'S').short_src end", "@from/file")()())
