-- string.dump and loading what it gives.
local function roundtrip(f, ...) return pcall(assert(loadstring(string.dump(f), "=dumped")), ...)
end
print(roundtrip(function() return 1, "two", nil, true end))
print(roundtrip(function(...) return select("#", ...), ... end, 1, nil, 3))
print(roundtrip(function(n) local s = 0 for i = 1, n do s = s + i end return s end, 100))
print(roundtrip(function() local t = { 1, 2, x = { y = "z" } } return t.x.y, #t end))
print(roundtrip(function() local function f(n) if n < 2 then return n end return f(n - 1) + f(n - 2)
      end return f(15) end)) print(roundtrip(function() return 0.1, -0.0, 1e300, 2 ^ 31, -5, 1 / 0
    end)) print(roundtrip(function() return "\0\1\255", ("x"):rep(300) end))
print(roundtrip(function() error "with position" end)) print(roundtrip(function() return x.y.z end))
local up = 5 local function withup() return up end print(withup())
local f = loadstring(string.dump(withup)) print(pcall(f)) print(debug.getupvalue(f, 1))
debug.setupvalue(f, 1, "set") print(f())
print(pcall(string.dump, print)) print(pcall(string.dump, 5)) print(pcall(string.dump))
print(type(string.dump(function() end)), string.dump(function() end):sub(1, 1) == "\27")
local d, s = string.dump(withup), string.dump(withup, true) print(#s < #d, pcall(loadstring(s)))
print(pcall(loadstring(string.dump(function() local a; return a.b end, true))))
print(pcall(loadstring(string.dump(loadstring("local a; return a.b", "=named")))))
print(load(string.dump(function() return 1 end), "x", "t"))
print(pcall(load(string.dump(function() return 1 end), "x", "b"))) print(load("return 1", "x", "b"))
print(pcall(load(string.dump(function() return y end), "x", "bt", { y = "env" })))
local pieces, code = {}, string.dump(function() return "in pieces" end)
for i = 1, #code, 7 do pieces[#pieces + 1] = code:sub(i, i + 6) end local i = 0
print(load(function() i = i + 1 return pieces[i] end)())
local file = io.open("dumped.out", "wb")
file:write(string.dump(function(...) return "from file", ... end)) file:close()
print(loadfile "dumped.out"(1)) print(dofile "dumped.out") print(loadfile("dumped.out", "t"))
print(type(loadfile("dumped.out", "b"))) os.remove "dumped.out"
print(loadstring "\27") print(loadstring "\27LJ") print(loadstring "\27Lua")
print((loadstring(code:sub(1, 10)))) local bad = 0
for n = 1, #code - 1 do local ok, f = pcall(loadstring, code:sub(1, n))
  if ok and not f then bad = bad + 1 end end print(bad == #code - 1)
print(string.dump(function() return 1 end) == string.dump(function() return 1 end),
  string.dump(loadstring "return 1") == string.dump(loadstring "return 1"))
local nested = loadstring(string.dump(function(a) return function(b) a = a + b return a end end))
local g = nested(10) print(g(1), g(2)) local big = {}
for i = 1, 400 do big[i] = "t[" .. i .. "] = 'k" .. i .. "' .. " .. i .. ".5" end
local h = loadstring("local t = {} " .. table.concat(big, " ") .. " return t[1] .. t[400]")
print(h(), loadstring(string.dump(h))())
print(roundtrip(function() goto l do return "skipped" end ::l:: return "goto" end))
print(roundtrip(function() local co =
      coroutine.wrap(function(a) local b = coroutine.yield(a) return b end) return co(1), co(2)
    end)) print(roundtrip(function() for k, v in pairs { 5 } do return k, v end end))
print(roundtrip(function(...) return ({ ... })[2] end, 1, 2))
