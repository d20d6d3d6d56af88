-- bit: every function over edge values.
local vals = { 0, 1, -1, 2, 255, 256, 0x7fffffff, -0x80000000, 0x80000000, 0xffffffff, 2 ^ 32,
  2 ^ 32 + 5, -2 ^ 32 - 7, 2 ^ 40 + 3, 2 ^ 51 + 1, -2 ^ 51 - 1, 0x12345678, 0xdeadbeef, 1.4, 1.5,
  2.5, -1.5, 3.7, "10", "0xff" }
for _, a in ipairs(vals) do print(a, bit.tobit(a), bit.bnot(a), bit.bswap(a), bit.tohex(a),
    bit.band(a), bit.bor(a), bit.bxor(a)) end
for _, a in ipairs(vals) do local row = {}
  for _, b in ipairs(vals) do row[#row + 1] = bit.band(a, b) .. "," .. bit.bor(a, b) .. "," ..
    bit.bxor(a, b) end print(a, table.concat(row, " ")) end
for _, a in ipairs { 1, -1, 0x12345678, 0x80000000, 0xff00ff00, 5 } do
  for _, n in ipairs { 0, 1, 4, 8, 15, 31, 32, 33, 63, -1, -31, 1.5, "3", 2 ^ 32 + 1 } do
    print(a, n, bit.lshift(a, n), bit.rshift(a, n), bit.arshift(a, n), bit.rol(a, n), bit.ror(a, n))
  end end
for n = -10, 10 do print(n, bit.tohex(0x89abcdef, n), bit.tohex(10, n), bit.tohex(-1, n)) end
print(bit.band(1, 3, 5, 7), bit.bor(1, 2, 4, 8), bit.bxor(1, 2, 3, 4, 5), bit.band(-1, "255", 15.9))
print(bit.band(0xffffffff), bit.bor(unpack((function() local t = {}
          for i = 1, 31 do t[i] = 2 ^ i end return t end)())))
for _, f in ipairs { "tobit", "bnot", "bswap", "tohex", "band", "bor", "bxor", "lshift", "rshift",
  "arshift", "rol", "ror" } do print(f, pcall(bit[f])) print(f, pcall(bit[f], "x"))
  print(f, pcall(bit[f], {})) print(f, pcall(bit[f], 1, "y")) print(f, pcall(bit[f], 1, nil)) end
local h = 2166136261 for c in ("hash this text"):gmatch "." do h = bit.bxor(h, c:byte())
  h = bit.tobit(bit.band(h, 0xffff) * 16777 + bit.lshift(bit.rshift(h, 16) * 403 % 65536, 16)) end
print(h, bit.tohex(h)) local function popcount(x) local n = 0
  for i = 0, 31 do n = n + bit.band(bit.rshift(x, i), 1) end return n end
print(popcount(0), popcount(-1), popcount(0x12345678), popcount(0x80000001)) local x = 123456789
for i = 1, 20 do x = bit.bxor(x, bit.lshift(x, 13)) x = bit.bxor(x, bit.rshift(x, 17))
  x = bit.bxor(x, bit.lshift(x, 5)) io.write(x, " ") end print() print(bit == require "bit", bit32)
