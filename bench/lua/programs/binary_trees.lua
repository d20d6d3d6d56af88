-- Binary trees: allocation and collection of many small tables.

local depth = tonumber(arg[1]) or 15

local function build(d)
  if d == 0 then
    return {}
  end
  return { build(d - 1), build(d - 1) }
end

local function count(tree)
  local left = tree[1]
  if left then
    return 1 + count(left) + count(tree[2])
  end
  return 1
end

local MIN = 4
local most = math.max(depth, MIN + 2)
print(string.format("stretch tree of depth %d, check %d", most + 1, count(build(most + 1))))
local kept = build(most)
for d = MIN, most, 4 do
  local trees = 2 ^ (most - d + MIN)
  local total = 0
  for _ = 1, trees do
    total = total + count(build(d))
  end
  print(string.format("%d trees of depth %d, check %d", trees, d, total))
end
print(string.format("long lived tree of depth %d, check %d", most, count(kept)))
