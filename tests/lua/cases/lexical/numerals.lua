-- Numerals in source text.
local texts = { "3", "3.0", "3.1416", "314.16e-2", "0.31416E1", "0xff", "0x56", ".5", "5.", "5.e1",
  "0x.1",
  "0x1.", "0x.8p1", "0xA.8p3", "0x1P+4", "0x1p-4", "1e308", "1e309", "1e-320", "0xffffffff",
  "0x7fffffffffffffff",
  "0xffffffffffffffff", "0x10000000000000000", "3x", "3..2", "3.2.1", "0x", "0xg", "1e", "1e+",
  "0x1p", "3e4x",
  "08", "1..2", "1...2", "1 ..2", "0x1..2", "1e5.", "1.e", "._1", "1_", "0b1", "1LL", "1ULL", "1i",
  "0x1LL",
  "1.5LL", "1L", "1U", "1e1e1", "0x0p0", "00.10", "1e0010", "9007199254740993",
  "123456789012345678",
  "0x3p+f", "2e-", "0xep1", "0xe+1", "0xe-1", "0xp1", "0x.p1", "..", "...", "1.2.3" }
for i, s in ipairs(texts) do
  local f, message = loadstring("return " .. s, "=n")
  if not f then
    print(i, s, message)
  elseif s:find("[LiU]") then
    print(i, s, "an FFI number")
  else
    local ok, v = pcall(f)
    print(i, s, ok, type(v) == "number" and ("%.17g"):format(v) or v)
  end
end
print(3 - -3, 3 --[[c]] - 3, 1 - 1e0, 0xe + 1, 0xep1 == 28)
