-- debug.getlocal and setlocal: names, temporaries, varargs, other levels and coroutines.
local function names(level) local out = {}
  for i = 1, 30 do local n, v = debug.getlocal(level + 1, i) if not n then break end
    if n:sub(1, 1) ~= "(" then out[#out + 1] = n .. "=" ..
      (type(v) == "table" and "table" or type(v) == "function" and "function" or tostring(v)) end
  end return table.concat(out, " ") end
local function f(a, b, ...) local c = 3 do local hidden = 4 end local d = 5
  do local inner = 6 local r = names(1) print(r) end local r = names(1) return r end
print((f(1, 2, "va1", "va2"))) print((f()))
local function loop() for i = 1, 2 do local x = i * 10 local r = names(1) print(r) end
  for k, v in pairs { z = 26 } do local r = names(1) print(r) end end loop()
local function set() local x, y = 1, 2 print(debug.setlocal(1, 1, "new x"))
  print(debug.setlocal(1, 2, nil)) print(debug.setlocal(1, 100, 1)) return x, y end print(set())
local function outer() local o = "outer"
  local function inner() local n, v = debug.getlocal(2, 1) debug.setlocal(2, 1, "changed")
    return n, v end local n, v = inner() return n, v, o end print(outer())
print(pcall(debug.getlocal, 100, 1)) print(pcall(debug.getlocal)) print(pcall(debug.getlocal, 1))
print(pcall(debug.getlocal, "x", 1)) print(pcall(debug.getlocal, {}, 1))
print(pcall(debug.setlocal, 100, 1, 1)) print(pcall(debug.setlocal, 1, 1))
print(debug.getlocal(1, 0), debug.getlocal(1, -100), debug.getlocal(1, 1000))
local co = coroutine.create(function(p) local q = p + 1 coroutine.yield() return p, q end)
coroutine.resume(co, 5) print(debug.getlocal(co, 1, 1)) print(debug.getlocal(co, 1, 2))
print(debug.getlocal(co, 1, 3)) print(debug.setlocal(co, 1, 2, "set")) print(coroutine.resume(co))
print(debug.getlocal(f, 1), debug.getlocal(f, 2), debug.getlocal(f, 3),
  debug.getlocal(function() end, 1)) print(pcall(debug.getlocal, print, 1))
local function va(...) return debug.getlocal(1, -1) end print(va(7, 8))
local function va2(...) return debug.getlocal(1, -2) end print(va2(7, 8))
local function va3(...) debug.setlocal(1, -1, "set vararg") return ... end print(va3(1, 2))
local function shadow() local a = 1 local a = 2 local r = names(1) return r end print((shadow()))
local function params(a, b, c) a = "x" local r = names(1) return r end print((params(1, 2, 3)))
