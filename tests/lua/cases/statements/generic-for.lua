-- The generic for: protocol, closing over variables, errors, changing while walking.
local function iter(s, c) if c < s then return c + 1, c * 2 end end
for i, d in iter, 4, 0 do io.write(i, ":", d, " ") end print()
for a, b, c in function(s, c) if c == nil then return 1 end end do print(a, b, c) end
for w in ("a bc def"):gmatch "%a+" do io.write(w, ".") end print()
local t = setmetatable({ n = 3 }, { __call =
    function(self, s, c) c = c + 1 if c <= self.n then return c end end })
for i in t, nil, 0 do io.write(i, " ") end print()
print(pcall(function() for i in 5 do end end))
print(pcall(function() for i in nil do end end))
print(pcall(function() for i in {} do end end))
print(pcall(function() local x for i in x do end end))
print(pcall(function() local x = {} for i in x.y do end end))
print(pcall(function() for i in pairs(nil) do end end))
print(pcall(function() for i in ipairs() do end end))
print(pcall(function() for i in "text" do end end))
print(pcall(function() for i in function() error "inside" end do end end))
print(pcall(function() for i in function() error({}) end do end end) == false)
local fs = {}
for i, x in ipairs { "a", "b", "c" } do
  fs[i] = function(y) local old = x x = y or x return i, old end end
fs[1]("z")
print(fs[1]()) print(fs[2]()) print(fs[3]())
local u = {}
for i = 1, 20 do u[i] = i u["k" .. i] = i end
local n = 0
for k, v in pairs(u) do n = n + v u[k] = nil end
print(n, next(u))
for i = 1, 20 do u[i] = i end
for k, v in pairs(u) do u[k] = v * 2 end
print(u[1], u[20])
for i, v in ipairs { 1, 2, nil, 4 } do io.write(v, " ") end print()
for i, v in ipairs(setmetatable({}, { __index = function(_, i) if i < 4 then return i end end })) do
  print(i, v) end
for k, v in next, { 10 } do print(k, v) end
for k, v in next, { 10, 20 }, 1 do print(k, v) end
for k in next, {}, nil do print(k) end
local co = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i, i * i) end end)
for a, b in co do io.write(a, "/", b, " ") end print()
for i in (function() local n = 0 return function() n = n + 1 if n < 3 then return n end end
  end)() do print(i) end
for k, v in pairs { x = false } do print(k, v) end
for v in function(_, c) if not c then return false end
end do print "never ends on nil only" if v == false then break end end
for i, a in ipairs { 1, 2, 3 } do if a == 2 then break end print(a) end
local s = 0
for _, x in ipairs { 1, 2, 3 } do for _, y in ipairs { 10, 20 } do s = s + x * y end end
print(s)
print(pcall(next, {}, "nokey"))
print(pcall(next, { 1, 2 }, 3))
print(pcall(next, { 1, 2 }, 1.5))
print(pcall(next))
print(pcall(pairs))
print(select("#", pairs {}), select("#", ipairs {}), select(3, ipairs {}), select(3, pairs {}))
