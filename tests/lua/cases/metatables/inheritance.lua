-- Classes as people write them: single and multiple inheritance, super calls, accessors, changes later.
local Animal = {} Animal.__index = Animal
function Animal.new(name) local self = setmetatable({}, Animal) self.name = name return self end
function Animal:speak() return self.name .. " makes " .. self:sound() end
function Animal:sound() return "a noise" end
Animal.__tostring = function(a) return "<" .. a.name .. ">" end
local Dog = setmetatable({}, { __index = Animal }) Dog.__index = Dog
Dog.__tostring = Animal.__tostring
function Dog.new(name) local self = Animal.new(name) return setmetatable(self, Dog) end
function Dog:sound() return "woof, not " .. Animal.sound(self) end
local a, d = Animal.new "cat", Dog.new "rex"
print(a:speak(), d:speak(), tostring(a), tostring(d))
function Animal:late() return "late " .. self.name end print(d:late())
function Dog:late() return "own " .. Animal.late(self) end print(d:late(), a:late())
Dog.late = nil print(d:late())
local function class(...) local bases = { ... } local c = {} c.__index = c
  setmetatable(c, { __index = function(_, k)
        for _, b in ipairs(bases) do local v = b[k] if v ~= nil then return v end end
      end, __call = function(c, ...) local o = setmetatable({}, c) if o.init then o:init(...) end
        return o end })
  return c end
local Named = class() function Named:init(n) self.n = n end
function Named:getname() return self.n end function Named:who() return "named" end
local Counted = class() Counted.count = 0
function Counted:inc() self.count = self.count + 1 return self.count end
function Counted:who() return "counted" end
local NC = class(Named, Counted) local CN = class(Counted, Named)
local x, y = NC "x", CN "y" print(x:getname(), x:inc(), x:inc(), y:inc(), x:who(), y:who(),
  Counted.count)
local function property(get, set) return { get = get, set = set } end
local P = { area = property(function(s) return s.w * s.h end, function(s, v) s.w = v / s.h end) }
local obj = setmetatable({ w = 2, h = 3 },
  { __index = function(t, k) local p = P[k] if p then return p.get(t) end
    end, __newindex = function(t, k, v) local p = P[k]
      if p then p.set(t, v) else rawset(t, k, v) end end })
print(obj.area) obj.area = 12 print(obj.w, obj.area) obj.z = 5
print(rawget(obj, "z"), rawget(obj, "area"))
local V = {} V.__index = V local function vec(x, y) return setmetatable({ x = x, y = y }, V) end
V.__add = function(a, b) return vec(a.x + b.x, a.y + b.y) end
V.__sub = function(a, b) return vec(a.x - b.x, a.y - b.y) end
V.__mul = function(a, b) if type(a) == "number" then return vec(a * b.x, a * b.y)
  elseif type(b) == "number" then return vec(a.x * b, a.y * b) end return a.x * b.x + a.y * b.y end
V.__unm = function(a) return vec(-a.x, -a.y) end
V.__eq = function(a, b) return a.x == b.x and a.y == b.y end
V.__lt = function(a, b) return a.x < b.x or a.x == b.x and a.y < b.y end
V.__le = function(a, b) return not (b < a) end
V.__tostring = function(v) return "(" .. v.x .. "," .. v.y .. ")" end
V.__concat = function(a, b) return tostring(a) .. tostring(b) end
V.__call = function(v, k) return v[k] end
local p, q = vec(1, 2), vec(3, 4)
print(tostring(p + q), tostring(p - q), p * q, tostring(2 * p), tostring(p * 2), tostring(-p),
  p == vec(1, 2), p ~= q, p < q, p >= q, p .. q, p .. "!", p "x", p("y"))
local vs = {} for i = 1, 6 do vs[i] = vec(i * 7 % 4, i * 5 % 3) end table.sort(vs)
for i = 1, 6 do io.write(tostring(vs[i]), " ") end print()
local counts = setmetatable({}, { __index = function() return 0 end })
for w in ("a b a c b a"):gmatch "%a" do counts[w] = counts[w] + 1 end
print(counts.a, counts.b, counts.c, counts.d)
local strict = setmetatable({}, { __index = function(_, k) error("undeclared " .. k, 2)
    end, __newindex = function(_, k) error("assign to undeclared " .. k, 2) end })
print(pcall(function() return strict.foo end)) print(pcall(function() strict.bar = 1 end))
for i = 1, 4 do local C = i % 2 == 0 and Dog or Animal print(C.new("n" .. i):speak()) end
setmetatable(d, Animal) print(d:speak()) setmetatable(d, nil)
print(pcall(function() return d:speak() end))
