-- Functions that return open lists while variables are shared, dumped and loaded again.
local sources = {
  "local f, e = ... f = function() return e, f end e = 2 if f then return print((f())) end",
  "local f = ... local g = function() f = f + 1 return f end if g then return g(), select(2, ...) end",
  "local function h(f, ...) local x = f local function k() x = x * 2 return x end"
    .. " if x == 0 then return k(...) end return k(), ... end return h(...)",
  "for i = 1, 3 do local x = i local function s() x = x + 1 return x end"
    .. " if i == 2 then return s(), ... end end",
}
for i, source in ipairs(sources) do
  local f = assert(loadstring(source))
  local strip = i % 2 == 0
  local g = assert(loadstring(string.dump(f, strip)))
  print(i, pcall(f, 1, 2, 3))
  print(i, pcall(g, 1, 2, 3))
end
