"""Texts that are not Lua, each wrong in its own way; and what others are made of."""

from __future__ import annotations

WORDS = (
    "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in",
    "local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while", "a", "b",
    "x", "f", "1", "2.5", "+", "-", "*", "/", "%", "^", "#", "==", "~=", "<=", ">=", "<", ">",
    "=", "(", ")", "{", "}", "[", "]", ";", ":", ",", ".", "..", "...", "::", "'str'", '"two"',
    "[[long]]", "[=[\nlines\n]=]", "--[[ comment ]]", "-- rest\n", "\n",
)

PROGRAM = """
local t, n = { 1, 2, x = "y", [3] = {}; }, 0x10
local function f(a, b, ...)
  if a then return b, ... elseif not b then return end
  for i = 1, #t, 1 do n = n + i if i == 2 then break end end
  for k, v in pairs(t) do t[k] = v .. "s" .. k end
  while n > 0 do n = n - 1 goto continue ::continue:: end
  repeat local z = n until z == 0 or z ~= 1
  do t.f = function(self) return self[1]:m "str" { a } (1) end end
end
function t.a.b:c(x, ...) return f(x, -x ^ 2, ...) end
"""

BLOCKS = (
    "if", "if x", "if x then", "if x then else", "if x then elseif",
    "if x then else elseif y then end", "if x then end end", "if x\n\nthen\n\n", "while",
    "while x", "while x do", "while x do\n\n", "while do end", "repeat", "repeat until",
    "repeat x() until", "repeat\n\n end", "do", "do do end", "for", "for i", "for i =",
    "for i = 1", "for i = 1,", "for i = 1, 2", "for i = 1, 2 do", "for i = 1, 2, 3, 4 do end",
    "for i, j = 1, 2 do end", "for i in", "for i in f", "for i, in f do end",
    "for 1 = 2, 3 do end", "for i.j = 1, 2 do end", "for a.b in f do end",
    "for i = 1, 2 then end", "function", "function f", "function f(", "function f()",
    "function f(a", "function f(a,", "function f(a,)", "function f(a b)", "function f(1)",
    "function f(..., a)", "function f(...", "function f.", "function f.1()", "function f:",
    "function f:a.b()", "function f:a:b()", "function 1()", "function f[1]()", "function (a) end",
    "local function", "local function f.a() end", "local function 1", "function f()\n\n\n", "end",
    "else", "elseif", "until", "then", "in",
)

STATEMENTS = (
    "x", "x.y", "x[1]", "x y", "x =", "x = 1 2", "x, y", "x, y =", "x, 1 = 2", "x, f() = 1",
    "f() = 1", "f().x", "f() f", "(x)", "(x) = 1", "(x).y", "('a')", "'a'", "1", "1 = x",
    "nil = x", "x = }", "x = )", "x = ]", "x = y z", "x = = 1", "x == 1", "x += 1", "x != 1",
    "x := 1", "a.b:c", "a:b", "a:b = 1", "a:b.c()", "a:1()", "a.1", "a.end", "a.'x'", "a[]",
    "a[1", "a[1\n\n= 2", "a[1]]", "local", "local 1", "local x =", "local x y", "local x.y = 1",
    "local x, = 1", "local x, 1", "local x = 1,", "local a <const> = 1", "local function",
    "local end", ";", "x = 1;;", ";;x = 1", "return return", "return 1 2", "return 1,",
    "return = 1", "return; x = 1", "return 1; ;", "break", "break x", "do break end",
    "while 1 do break x end", "while 1 do break; break end", "f(", "f(1", "f(1,", "f(1,)",
    "f(\n\n1", "f(1\n\n2)", "f\n(x)", "f\n()", "a.b\n(x)", "f{", "f 1", "f'a' 'b' = 1", "f x",
    "!", "@", "$", "x = ?", "`", "\\", "&", "x | y", "~x", "x = ~1", "x = 1 // 2", "x = 1 & 2",
    "x = 1 << 2", "x = a ? b", "\x01", "\x7f", "x\0", "\0",
)

EXPRESSIONS = (
    "x = ", "x = +1", "x = 1 +", "x = * 2", "x = 1 + + 2", "x = not", "x = -", "x = #", "x = and",
    "x = a and", "x = a or or b", "x = a ..", "x = .. a", "x = a b", "x = (1", "x = (1\n\n2)",
    "x = ()", "x = (a, b)", "x = {", "x = {1", "x = {1 2}", "x = {1\n\n2}", "x = {a.b = 1}",
    "x = {[1 = 2}", "x = {[1] 2}", "x = {[] = 2}", "x = {a = }", "x = {,}", "x = {1,,2}",
    "x = {1;;2}", "x = {a b}", "x = {1 = 2}", "x = {'a' = 2}", "x = {...,", "x = function",
    "x = function(", "x = function() ", "x = function f() end", "x = function() return 1 2 end",
    "x = ... ..", "x = ....", "x = a.b.", "x = a:b", "x = a.b:c.d", "x = a[", "x = a[1]b",
    "function f() return ... end", "function f() x = function(...) end return ... end",
    "x = nil.y", "x = 1.y", "x = 'a'.b", "x = {}.y", "x = {}[1]", "x = 'a':b()", "x = 1()",
    "x = function() end()", "x = true()",
)

LABELS = (
    "goto", "goto 1", "goto x", "goto x y", "::", "::x", "::x:", ":: x", "::1::", "::x:: ::x::",
    "::end::", "goto end", "do goto x end", "do ::x:: end goto x", "goto x; do ::x:: end",
    "goto x; local a ::x:: f()", "goto x; local a ::x:: ::y:: f()", "goto x; local a ::x::",
    "goto x; local a ::x:: local b", "do goto x; local a ::x:: ::y:: end", "::x:: do ::x:: end",
    "::a::\n\n\n::a::", "\n\ngoto nowhere\n\n", "function f() goto x end ::x::",
    "repeat goto x; local z ::x:: until z", "repeat goto x; local z ::x:: f() until 1",
    "while 1 do goto continue; local z ::continue:: end", "goto = 1", "goto.x = 1", "goto()",
    "local goto = 1 goto x", "x = goto", "break ::x::", "::x:: break", "if a then goto x end",
    "if a then goto x end local b ::x:: f()", "for i = 1, 2 do goto i end",
    "x = { goto = 1, goto }", "function goto() end", "function f.goto:goto() end goto()",
    "local function goto(goto) end",
)

LITERALS = (
    "x = 'a", 'x = "a', "x = 'a\n'", "x = 'a\\", "x = 'a\\\n", "x = 'a\\\r\n b", "x = '\\q'",
    "x = 'ab\\q'", "x = '\\xg'", "x = '\\x1'", "x = '\\x1g'", "x = '\\256'", "x = 'abc\\999'",
    "x = '\\u'", "x = '\\u{'", "x = '\\u{}'", "x = '\\u{g}'", "x = '\\u{110000}'",
    "x = '\\u{d800}'", "x = '\\u{12'", "x = '\\z \n q\\q'", "x = '\\z", "x = 'a\\tb' 'c'",
    "x = f 'a\\tb' 1", "x = f 'a\\0b' 1", "f 'a\\65\\066\\x43\\u{44}' 'next' = 2", "x = [[a",
    "x = [==[a]=]", "x = [=a", "x = [=", "x = [==", "x = [[\n\n", "f [[a]] [=[\nb]=] = 1",
    "f [[a\r\nb\n\rc\rd]] = 1", "--[[", "--[==[ ]]", "--[=", "--[=a\n=", "-- a\n=",
    "--[[ a\n]] =", "x = 3x", "x = 0x", "x = 0xg", "x = 1e", "x = 1e+", "x = 1..2", "x = 1.2.3",
    "x = .5.", "x = 0x1p", "x = 0x1p+", "x = 12abc", "x = 1_000", "x = 0b2", "x = 0b",
    "x = 1e5000 y", "x = 5 6", "x = 0x.p1", "x = 1e+5+", "x = 08 y", "x = 0x1.8p1 y",
    "x = 5 .. 5.. 5", "x = 100000000000000000000 y", "x = caf\xe9 y", "\xff\xfe = 1 2",
    "\r\n\n\r\r\n=", "x = 'a\0b' c d",
)

PIECES = (
    "\x00", "\n", "\r", "\\", "'", '"', "[", "]", "=", "[[", "]]", "--", "a", "x", "z", "u{", "1",
    "0x", "e", "+", "-", ".", ":", "\xff", "\x80", "local ", "x = ", "end", "{", "}", "\t", "\x0b",
    "\\x4", "\\u{7f}", "\\65", "\\z ", "9", "p", "goto ", "::a::", "f",
)
"""What random texts are made of to reach the corners of the lexer."""

TEXTS = BLOCKS + STATEMENTS + EXPRESSIONS + LABELS + LITERALS
