-- tonumber and coercion from strings: what is a numeral and what is not.
local texts = { "0", "00", "1", "-1", "+1", " 1 ", "\t1\n", "1 2", "", " ", "-", "+", "1.", ".1",
  ".", "-.5", "1e5", "1E5", "1e+5", "1e-5", "1e", "1e+", "e5", "0x10", "0X10", "0xff", "0xFF",
  "0x", "0xg", "-0x10", "+0x10", "0x1p4", "0x.8", "0x1.8p1", "0x1p-1", "0xA.8P0", "0x1p", "1p4",
  "inf", "-inf", "nan", "infinity", "1e400", "-1e400", "1e-400", "0b101", "1_000", "1,5", "1d",
  "0x7fffffff", "0x80000000", "0xffffffff", "0x100000000", "0xffffffffffffffff",
  "0x1ffffffffffffffff", "9007199254740993", "18446744073709551616", "1f", "1l",
  "12345678901234567890",
  "0.1", "0.10000000000000000555", "4.9e-324", "2.5e-324", "2.4e-324", "1.7976931348623157e308",
  "1.7976931348623159e308", "1\0", "\0001", "1\0002", "0e0", "-0", "0x-1", "--1", "- 1", "1 -",
  "0x 1",
  "1e1.5", "5LL", "5i", "\v\f\r5\v\f\r", "123456789012345678901234567890", ("0"):rep(400) .. "7",
  "1" .. ("0"):rep(300), "0." .. ("0"):rep(300) .. "1", "3." .. ("3"):rep(400) }
for i, s in ipairs(texts) do
  local n = tonumber(s)
  local ok, sum = pcall(function() return s + 0 end)
  print(i, #s, n, n and ("%.17g"):format(n), ok, ok and sum)
end
print(tonumber(5), tonumber(nil), tonumber({}), tonumber(true), tonumber(print), tonumber("5", 10))
print(pcall(tonumber))
print(1 / tonumber("-0"), 1 / tonumber("0"), 1 / tonumber("-0.0"), 1 / tonumber("-0x0"))
