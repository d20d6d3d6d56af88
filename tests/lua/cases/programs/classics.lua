-- Small well-known programs with checkable results.
local function queens(n) local c, d1, d2, count = {}, {}, {}, 0
  local function place(r) if r > n then count = count + 1 return end
    for i = 1, n do if not (c[i] or d1[r + i] or d2[r - i]) then
        c[i], d1[r + i], d2[r - i] = true, true, true place(r + 1)
        c[i], d1[r + i], d2[r - i] = nil, nil, nil end end end place(1) return count end
for n = 1, 7 do io.write(queens(n), " ") end print()
local function hanoi(n, a, b, c) if n == 0 then return 0 end
  return hanoi(n - 1, a, c, b) + 1 + hanoi(n - 1, c, b, a) end print(hanoi(12, "a", "b", "c"))
local function ack(m, n) if m == 0 then return n + 1 elseif n == 0 then return ack(m - 1, 1) end
  return ack(m - 1, ack(m, n - 1)) end print(ack(2, 6))
local function gcd(a, b) while b ~= 0 do a, b = b, a % b end return a end
print(gcd(1071, 462), gcd(2 ^ 40, 6 ^ 20))
local function collatz(n) local s = 0
  while n ~= 1 do n = n % 2 == 0 and n / 2 or 3 * n + 1 s = s + 1 end return s end
print(collatz(27), collatz(97), collatz(871)) local sieve, ps = {}, {}
for i = 2, 200 do if not sieve[i] then ps[#ps + 1] = i for j = i * i, 200, i do sieve[j] = true end
  end end print(#ps, table.concat(ps, " "))
local function perm(a, n, f) n = n or #a
  if n == 1 then f(a) else for i = 1,
    n do perm(a, n - 1, f) if n % 2 == 1 then a[1], a[n] = a[n], a[1] else a[i], a[n] = a[n], a[i]
      end end end end local cnt, mx = 0, ""
perm({ 1, 2, 3, 4, 5 }, nil, function(a) cnt = cnt + 1 local s = table.concat(a)
    if s > mx then mx = s end end) print(cnt, mx)
local function life(rows, gens) local h, w = #rows, #rows[1] local g = {}
  for y = 1, h do g[y] = {} for x = 1, w do g[y][x] = rows[y]:sub(x, x) == "#" and 1 or 0 end end
  for _ = 1, gens do local n = {} for y = 1,
    h do n[y] = {} for x = 1, w do local s = 0
        for dy = -1, 1 do for dx = -1, 1 do
            if dy ~= 0 or dx ~= 0 then s = s + g[(y + dy - 1) % h + 1][(x + dx - 1) % w + 1] end end
        end n[y][x] = (s == 3 or s == 2 and g[y][x] == 1) and 1 or 0 end end g = n end
  for y = 1, h do local r = {} for x = 1, w do r[x] = g[y][x] == 1 and "#" or "." end
    print(table.concat(r)) end end life({ ".#......", "..#.....", "###.....", "........",
    "........", "......##", "......##" }, 10)
local function mandel(w, h) for y = 0,
  h - 1 do local r = {} for x = 0, w - 1 do
      local cr, ci, zr, zi, n = x / w * 3 - 2, y / h * 2 - 1, 0, 0, 0
      while n < 50 and zr * zr + zi * zi < 4 do
        zr, zi, n = zr * zr - zi * zi + cr, 2 * zr * zi + ci, n + 1 end
      r[#r + 1] = n == 50 and "*" or n > 5 and "+" or "." end print(table.concat(r)) end end
mandel(60, 20) local function pidigits(n) local q, r, t, k, m, x, out = { 1 }, 0, 1, 1, 3, 3, {}
  local a, len = {}, math.floor(10 * n / 3) + 1 for i = 1, len do a[i] = 2 end
  local nines, pre = 0, 0 for j = 1, n do local carry = 0
    for i = len, 1, -1 do local v = 10 * a[i] + carry * i a[i] = v % (2 * i - 1)
      carry = math.floor(v / (2 * i - 1)) end a[1] = carry % 10 carry = math.floor(carry / 10)
    if carry == 9 then nines = nines + 1
    elseif carry == 10 then out[#out + 1] = pre + 1 for _ = 1, nines do out[#out + 1] = 0 end
      pre, nines = 0, 0 else out[#out + 1] = pre pre = carry
      for _ = 1, nines do out[#out + 1] = 9 end nines = 0 end end return table.concat(out) end
print(pidigits(40)) local function lcs(a, b) local m = {}
  for i = 0, #a do m[i] = {} for j = 0,
    #b do m[i][j] = (i == 0 or j == 0) and "" or a:byte(i) == b:byte(j) and m[i - 1][j - 1] ..
      a:sub(i, i) or (#m[i - 1][j] >= #m[i][j - 1] and m[i - 1][j] or m[i][j - 1]) end end
  return m[#a][#b] end print(lcs("the quick brown fox", "a quack brawn ox"))
local function qsort(t, lo, hi) if lo < hi then local p, i = t[hi], lo
    for j = lo, hi - 1 do if t[j] < p then t[i], t[j] = t[j], t[i] i = i + 1 end end
    t[i], t[hi] = t[hi], t[i] qsort(t, lo, i - 1) qsort(t, i + 1, hi) end return t end
print(table.concat(qsort({ 5, 3, 9, 1, 7, 2, 8, 6, 4, 0 }, 1, 10))) local words = {}
for w in ("it was the best of times it was the worst of times"):gmatch "%a+" do
  words[w] = (words[w] or 0) + 1 end local ks = {} for w in pairs(words) do ks[#ks + 1] = w end
table.sort(ks, function(a, b) if words[a] ~= words[b] then return words[a] > words[b] end
    return a < b end) for _, w in ipairs(ks) do io.write(w, "=", words[w], " ") end print()
