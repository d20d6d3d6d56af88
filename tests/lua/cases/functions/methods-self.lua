-- self in methods, with parameters, varargs, nested functions and colon calls on expressions.
local o = { v = 1 }
function o:get() return self.v end
function o:set(v, ...) self.v = v return self, select("#", ...), ... end
function o:nested() return (function() return self.v end)() end
function o:replace(self) return self end
print(o:get(), o.get({ v = 2 }), (o):get(), ({ v = 3, get = o.get }):get())
print(o:set(5, nil, nil) == o, select(2, o:set(6, 1, 2, 3)), o:get(), o:nested())
print(o:replace("shadowed"))
print(pcall(o.get)) print(pcall(o.get, nil)) print(pcall(o.get, 5)) print(o.get "string")
print(pcall(function() return o:missing() end)) print(pcall(function() return o.v:get() end))
local function self_named(self, x) return self, x end
o.f = self_named
print(o:f(1) == o, o.f(1, 2))
local count = 0
local function once() count = count + 1 return o end
once():set(9) print(count, o.v)
once().v = once():get() + 1 print(count, o.v)
local s = "abc"
print(s:len(), ("x"):rep(2), #s:rep(3), s:upper():lower():len(), -s:len(), not s:find "z")
print(s:gsub("b", { b = "B" }), s:format(), ("%s"):format "x", ("%s%s"):format("a", "b"))
local m = setmetatable({}, { __index =
    function(_, name) return function(self, ...) return name, ... end end })
print(m:anything(1), m.other(m, 2), m:a():rep(2))
local chain = {} chain.add = function(c, x) c[#c + 1] = x return c end
print(table.concat(chain:add(1):add "b":add(3), "-"))
local a = { b = { c = { d = function(self, x) return self.n, x end, n = "deep" } } }
print(a.b.c:d(1), a.b["c"]:d(2), a["b"].c.d(a.b.c, 3))
print((function(...) return ... end)(o:get(), o:get()))
local Account = { balance = 0 } Account.__index = Account
function Account:new(b) return setmetatable({ balance = b }, self) end
function Account:deposit(v) self.balance = self.balance + v return self end
function Account:withdraw(v) if v > self.balance then error("insufficient funds", 2) end
  self.balance = self.balance - v return self end
local acc = Account:new(100)
print(acc:deposit(50).balance, acc:withdraw(30).balance, pcall(function() acc:withdraw(1000) end))
print(pcall(acc.withdraw, acc, 1000)) print(Account.balance, rawget(acc, "balance"))
