-- math.random: ranges and errors; the sequence itself is each VM's own.
math.randomseed(42) local a = {} for i = 1, 5 do a[i] = math.random() end math.randomseed(42)
local same = true for i = 1, 5 do same = same and a[i] == math.random() end print(same)
local lo, hi, ok = 1, 0, true for i = 1,
2000 do local x = math.random() ok = ok and x >= 0 and x < 1
  lo, hi = math.min(lo, x), math.max(hi, x) end print(ok, lo < 0.05, hi > 0.95) local counts = {}
for i = 1, 6000 do local d = math.random(6) counts[d] = (counts[d] or 0) + 1 end
for d = 1, 6 do print(d, counts[d] > 700 and counts[d] < 1300) end print(counts[0], counts[7])
for _, r in ipairs { { 1, 1 }, { 5, 10 }, { -5, 5 }, { -10, -5 }, { 0, 0 }, { 1, 2 ^ 31 - 1 },
  { -2 ^ 31, 2 ^ 31 - 1 }, { 1, 2 ^ 40 } } do local good = true
  for i = 1, 200 do local x = math.random(r[1], r[2])
    good = good and x >= r[1] and x <= r[2] and x == math.floor(x) end print(r[1], r[2], good) end
print(math.random(1), math.random(1, 1), math.random("1"), math.random(1.5) == 1)
print(pcall(math.random, "x")) print(pcall(math.random, {})) print(pcall(math.random, 1, "x"))
print(pcall(math.randomseed, "x")) print(select("#", math.randomseed(1))) math.randomseed(1)
local x = math.random(1e9) math.randomseed(2) local y = math.random(1e9) print(x ~= y)
math.randomseed(0.5) math.randomseed(-1) math.randomseed(1e300) math.randomseed(1 / 0)
print(type(math.random()))
