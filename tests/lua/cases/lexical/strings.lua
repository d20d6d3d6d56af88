-- Manual 2.1: quoted strings and every escape, LuaJIT's \x \z \u{} included.
local function bytes(s) return #s .. ":" ..
  (s:gsub(".", function(c) return ("%02x"):format(c:byte()) end)) end
print(bytes "\a\b\f\n\r\t\v\\\"\'")
print(bytes '\a\b\f\n\r\t\v\\\"\'')
print(bytes "\0\1\01\001\0011\2559\10a\065")
print(bytes "a\
b", bytes 'x\
\
y')
print(bytes "\x00\x41\xff\xAb\x7f")
print(bytes "a\z   b", bytes "a\z

   	b\z", bytes "\z\z  x")
print(bytes "\u{0}\u{41}\u{7f}\u{80}\u{7ff}\u{800}\u{ffff}\u{10000}\u{10FFFF}")
for _, s in ipairs { [["\q"]], [["\256"]], [["\300"]], [["\999"]], [["\xg0"]], [["\x1"]], [["\x"]],
  [["\u"]], [["\u{"]], [["\u{}"]], [["\u{110000}"]], [["\u{g}"]], [["\u{41"]], [["\u{d800}"]],
  [["\u{0000000041}"]], '"a\nb"', "'a\nb'", '"abc', "'abc", "'abc\"", '"', "'\\", '"\\', "'a\\'",
  [["\-1"]], [["\12x"]], [["\1x"]], [["\*"]], [["\$"]], [["\ "]], '"\\\r\n"', '"\\\n\r"', '"\\\r"',
  '"a\rb"',
  '"\0"', '"a\0b"', '"\\z', '"\\z"', [["\u{7FFFFFFF}"]], [["\u{FFFFFFFFFF}"]], [["\xFg"]],
  [["\u41"]] } do
  local f, message = loadstring("return " .. s)
  print(f and bytes(f()) or message)
end
