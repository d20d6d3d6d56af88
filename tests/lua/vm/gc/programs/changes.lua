-- Random changes of a graph of objects that are old: what has no barrier gets lost.

local seed = 42
local function random(n)
  seed = (seed * 1103515245 + 12345) % 2147483648
  return seed % n + 1
end

local objects = {}
for i = 1, 60 do objects[i] = { id = i } end

local function check(o, depth)
  if type(o) == "function" then o = o() end
  if type(o) ~= "table" then return end
  assert(type(o.id) == "number")
  if depth > 0 then
    for k, v in pairs(o) do
      check(k, depth - 1)
      check(v, depth - 1)
    end
  end
end

local changes = {
  function(_, r) objects[random(60)] = { id = r } end,
  function(o, r) o.x = { id = r } end,
  function(o, r) o[random(10)] = { id = r } end,
  function(o, r) o["k" .. random(20)] = { id = r } end,
  function(o, r) o[{ id = r }] = r end,
  function(o, r)
    local up = { id = r }
    o.f = function(v)
      if v then up = v end
      return up
    end
  end,
  function(o, r) if o.f then o.f({ id = r }) end end,
  function(o, r) setmetatable(o, { __index = { id = r }, id = r }) end,
  function(o)
    for k in pairs(o) do
      if k ~= "id" and random(3) == 1 then o[k] = nil end
    end
  end,
  function(o, r)
    o.s = "s" .. r
    o["t" .. r] = true
  end,
  function(o, r) rawset(o, "raw", { id = r }) end,
  function(o, r) o[random(40) + random(3) * 0.5] = { id = r } end,
}

for r = 1, 5000 do
  changes[random(#changes)](objects[random(60)], r)
  if r % 500 == 0 then
    for i = 1, 60 do check(objects[i], 3) end
  end
end
