-- Arithmetic, concatenation, comparison and calls on wrong operands in every position.
local function run(text) local f, m = loadstring(text, "=t") if not f then print(text, m) return end
  print(text, pcall(f)) end
local bad = { "nil", "true", "{}", "print", "'x'", "''", "a", "t.b", "t[1]", "g", "('y')", "a.b" }
local pre = "local a local t = {} local s, n = 'str', 5 "
for _, op in ipairs { "+", "-", "*", "/", "%", "^", "..", "<", "<=", ">", ">=" } do
  for _, b in ipairs(bad) do
    for _, e in ipairs { b .. op .. "1", "1 " .. op .. b, b .. op .. "n", "n" .. op .. b,
      b .. op .. b, "s" .. op .. b } do
      local f = loadstring(pre .. "return " .. e, "=t")
      if f then local ok, m = pcall(f) if not ok then print(e, m)
        else print(e, ok, (tostring(m):gsub("0x%x+", ""))) end else print(e, "syntax") end
    end
  end
end
for _, b in ipairs(bad) do run(pre .. "return -" .. b) run(pre .. "return #" .. b .. " + 0") end
run "local a = {} a.x.y.z = 1" run "local a = {} a.x.y = 1" run "local a = {} a.x = a.y.z"
run "local a = 'x' a.b.c = 1" run "local a = 5 a[1] = 2" run "x.y = 1" run "x[1] = 2"
run "local a = {} a[nil] = 1" run "local a = {} a[0/0] = 1" run "local k local a = {} a[k] = 1"
run "local a = {} a[a.b] = 1"
run "local a = 1 a()" run "a()" run "a.b()" run "local t = {} t.x()" run "local t = {} t:x()"
run "local t = {} t.x.y()" run "('x')()" run "(1)()" run "({})()" run "(nil)()"
run "local t = {} t[1]()" run "local t = {} t['x']()" run "local i = 1 local t = {} t[i]()"
run "string.nope()" run "string.nope.x()" run "local s = 'x' s:nope()" run "local s = 'x' s.nope()"
run "local n = 5 n:x()" run "print 'a' ()" run "local f = function() end f()()"
run "local f = function() return {} end f()()" run "local t = { f = 5 } return t.f(1)"
run "for i = 1, 'x' do end" run "for k in 5 do end" run "local t = {} for k in t.x do end"
run "local t = {} for k, v in pairs(t.x) do end" run "for k in pairs() do end"
