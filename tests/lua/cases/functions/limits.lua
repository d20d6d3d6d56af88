-- Sizes: many constants, long jumps, many arguments and results, deep nesting of everything.
-- not under stress: allocates for very large functions
local function build(n, f) local t = {} for i = 1, n do t[i] = f(i) end return t end
local src = "local t = {} " .. table.concat(build(3000,
    function(i) return "t.k" .. i .. " = " .. i .. ".5 " end)) .. "return t"
local t = loadstring(src)()
print(t.k1, t.k1500, t.k3000)
src = "local x = ... if x then " .. ("x = x + 1 "):rep(5000) .. " end return x"
print(loadstring(src)(1), loadstring(src)(nil))
src = "local n = 0 for i = 1, 3 do " .. ("n = n + i "):rep(4000) .. "end return n"
print(loadstring(src)())
src = "local n = 0 while n < 3 do " .. ("local a = 1 "):rep(100) .. " n = n + 1 end return n"
print(loadstring(src)())
print(loadstring("return " .. ("("):rep(150) .. "1" .. (")"):rep(150))())
print(loadstring("return " .. ("-"):rep(1) .. (" -"):rep(99) .. "1")())
print(loadstring("return " .. ("not "):rep(101) .. "1")())
print(loadstring("return " .. ("1 + "):rep(2000) .. "1")())
print(loadstring("return " .. ("2 ^ "):rep(90) .. "1")())
print(#loadstring("return " .. ("'a' .. "):rep(150) .. "'b'")())
print(loadstring(("do "):rep(150) .. "x = 1 " .. ("end "):rep(150) .. "return x")())
print(loadstring(("if true then "):rep(100) .. "y = 2 " .. ("end "):rep(100) .. "return y")())
print(loadstring("return " .. ("function() return "):rep(100) .. "5" .. (" end"):rep(100)) ~= nil)
local args = table.concat(build(240, tostring), ",")
print(select("#", loadstring("return " .. args)()))
print(select("#", loadstring("local function f(...) return ... end return f(" .. args .. ")")()))
print(loadstring("local " .. table.concat(build(200, function(i) return "a" .. i end), ",") ..
    " = " .. args .. " return a1 + a200")())
print(loadstring("local function f(" ..
    table.concat(build(180, function(i) return "p" .. i end), ",") ..
    ") return p180 end return f(" .. args .. ")")())
src = build(120, function(i) return "elseif x == " .. i .. " then return " .. i * i end)
print(loadstring("local x = ... if false then " .. table.concat(src, " ") ..
    " end return 'none'")(77))
src = build(500, function(i) return ("f[%d] = function() return %d end"):format(i, i) end)
print(loadstring("local f = {} " .. table.concat(src, " ") .. " return f[1]() + f[500]()")())
src = build(2000, function(i) return "'s" .. i .. "'" end)
local big = loadstring("return {" .. table.concat(src, ",") .. "}")()
print(#big, big[1], big[2000])
print(loadstring("return '" .. ("long"):rep(50000) .. "'")():len())
print(loadstring("x" .. (".y"):rep(300) .. " = 1") ~= nil,
  loadstring("return x" .. ("[1]"):rep(300)) ~= nil, loadstring("f" .. ("()"):rep(300)) ~= nil)
