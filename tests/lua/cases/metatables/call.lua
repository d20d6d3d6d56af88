-- __call: on tables, userdata and other types, chained, with varargs, as method and iterator.
local t = setmetatable({ n = 10 }, { __call =
    function(self, ...) return self.n, select("#", ...), ... end })
print(t()) print(t(1)) print(t(1, nil, 3)) print((t())) print(t "s", t { 1 } == 10)
local o = { m = t } print(o:m(5) == 10, select("#", o:m(5)))
print(pcall(t, 1, 2)) print(select(2, xpcall(function() return t(7) end, print)))
local two = setmetatable({}, { __call = t }) print(pcall(two, 1))
local three = setmetatable({}, { __call = two }) print(pcall(three, 1))
print(pcall(setmetatable({}, { __call = 5 }))) print(pcall(setmetatable({}, {})))
print(pcall(function() local x = setmetatable({}, { __call = 5 }) x() end))
local u = newproxy(true) getmetatable(u).__call = function(self, a, b) return "proxy", a, b end
print(u(1, 2, 3))
local function tail(x) return t(x) end print(tail(1))
local acc = setmetatable({ s = 0 },
  { __call = function(self, x) self.s = self.s + x return self end }) print(acc(1)(2)(3).s)
local Class = setmetatable({}, { __call =
    function(c, ...) local o = setmetatable({}, { __index = c }) o:init(...) return o end })
function Class:init(x, y) self.x, self.y = x, y end function Class:sum() return self.x + self.y end
print(Class(3, 4):sum())
for i in setmetatable({}, { __call =
    function(_, max, i) i = (i or 0) + 1 if i <= max then return i end end }), 3 do io.write(i, " ")
end print()
local co = coroutine.wrap(setmetatable == nil and print or
  function(...) return t(coroutine.yield(...)) end) print(co(1)) print(co(2))
print(pcall(coroutine.create, t)) print(pcall(table.sort, { 3, 1, 2 },
    setmetatable({}, { __call = function(_, a, b) return a < b end })))
print(pcall(string.gsub, "abc", "%w",
    setmetatable({}, { __call = function(_, c) return c:upper() end })))
print(pcall(string.gsub, "abc", "%w",
    setmetatable({}, { __index = function(_, c) return c:upper() end })))
print(pcall(xpcall, function() error "x"
    end, setmetatable({}, { __call = function(_, m) return "handled" end })))
print(pcall(pcall, t, "a")) print(pcall(pcall)) print(pcall(nil)) print(pcall(5)) print(pcall "x")
debug.setmetatable("", { __index = string, __call = function(s, ...) return s:format(...) end })
print(("%d-%s")(5, "x")) debug.setmetatable("", { __index = string })
debug.setmetatable(nil, { __call = function(_, a) return "nil called", a end })
print(undefined_function(3)) debug.setmetatable(nil, nil)
local deep = function(...) return select("#", ...) end
for i = 1, 20 do deep = setmetatable({}, { __call = deep }) end print(pcall(deep, "x"))
print(loadstring("return 1") and pcall(load, setmetatable({}, { __call = function() end })))
local rec = setmetatable({}, { __call =
    function(self, n) if n == 0 then return "end" end return self(n - 1) end }) print(rec(150))
local args = setmetatable({}, { __call = function(...) return select("#", ...) end })
print(args(unpack({}, 1, 200)))
