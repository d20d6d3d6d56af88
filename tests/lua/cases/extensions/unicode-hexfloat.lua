-- LuaJIT's lexer extensions in detail.
local function hex(s) return (s:gsub(".", function(c) return ("%02x"):format(c:byte()) end)) end
for _, cp in ipairs { 0, 1, 0x7f, 0x80, 0x7ff, 0x800, 0xfff, 0x1000, 0xd7ff, 0xe000, 0xfffd, 0xffff,
  0x10000, 0x10ffff } do print(("%x"):format(cp),
    hex(loadstring(("return '\\u{%x}'"):format(cp))())) end
for _, s in ipairs { "0x0", "0x1", "0x1p0", "0x1p1", "0x1p-1", "0x.1", "0x1.8", "0xA.Bp3",
  "0xa.bP-3", "0x1p+10", "0x1p1023", "0x1p1024", "0x1p-1074", "0x1p-1075", "0x1.fffffffffffffp0",
  "0x1.fffffffffffff8p0", "0x1.fffffffffffff7p0", "0x10000000000000", "0x20000000000001",
  "0x1fffffffffffff", "0x3fffffffffffff", "0x123456789abcdef", "0x0.0000000001p40",
  "0xffffffffffffffffff", "0x.p1", "0x1.p1", "0x1p", "0x1p1.5", "0x1e5", "0x1e+5", "0x1g",
  "0x1p99999", "0x1p-99999" } do local f, m = loadstring("return " .. s)
  print(s, f and ("%.17g"):format(f()) or m, tostring(tonumber(s))) end
print(#"\z     \z   x", "a\z
   b\z
   c", "\x41\x42\x43", "\065\066\067", "\u{48}\u{49}", '\'"', "\'\"", hex "\a\b\f\n\r\t\v\\", hex "\
", #"\z") print("line1\
line2") print(hex "\x00\xff\0\255", #"\x00\0", "\0651") print([[
\x41 \u{41} \z]]) local t = { ["\x6b"] = 1, ['\u{6b}2'] = 2 } print(t.k, t.k2)
