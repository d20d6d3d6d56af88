-- Which name a message gives: local, upvalue, global, field, method, constant, none.
local up, upt = nil, { n = 5 }
local function run(text)
  local f = assert(loadstring("local up, upt = ... return function(p, q, ...) " .. text .. " end",
      "=t"))
  local ok, m = pcall(f(up, upt))
  print(text, ok, m)
end
local targets = { "up", "upt.x", "upt.n.x", "upt[1]", "upt['a b']", "upt[p]", "undef", "undef.x",
  "upt.x.y.z", "p", "q", "(p)", "(upt.x)", "(...)",
  "_G.undef", "_G.undef.x", "upt[1].x", "upt[1.5]", "upt[true]", "math.nosuch", "string.x.y",
  "(nil)", "(true)", "(5)", "('s')", "(function() end)()", "tostring()()", "upt[upt]", "upt.n",
  "upt:m()", "undef:m()", "upt.n:m()", "p:m()", "(p):m()", "(nil):m()", "(5):m()", "('s'):m()",
  "upt.a.b:m()" }
for _, t in ipairs(targets) do
  run("return " .. t .. ".field")
  run("local v = " .. t .. " return v.field")
  run("return " .. t .. "()")
  run("local v = " .. t .. " return v()")
  run("return " .. t .. " + 1")
  run("return 'x' .. " .. t)
  run("return #" .. t)
  run("return -" .. t)
  run("return " .. t .. " < 1")
  if not t:find "%)$" then run(t .. ".field = 1") run(t .. "[1][2] = 1") end
end
