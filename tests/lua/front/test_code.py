"""The code that is made of small programs, instruction for instruction."""

from __future__ import annotations

import pytest

from lua.front.chunks import load

ARITHMETIC = (
    ("local a, b a = a + b",
     "KNIL 0 1; ADD_RR 0 0 1; RET0"),
    ("local a a = a + 1 a = 1 + a a = a - -5 a = a * 2.5 a = a + 32768",
     "KPRI 0 0; ADD_RI 0 0 1; ADD_KR 0 0 0; SUB_RI 0 0 -5; MUL_RK 0 0 1; ADD_RK 0 0 2; RET0"),
    ("local a, b = 1, 2.5",
     "KINT 0 1; KNUM 1 0; RET0"),
    ("x = 2 ^ 53 + 1 - 3 * 4 / 2 % 5",
     "KNUM 0 0; GSET 0 1; RET0"),
    ("x = 1 / 0 - 0 / 0",
     "KINT 0 0; DIV_RI 0 0 0; SUB_KR 0 0 0; GSET 0 1; RET0"),
    ("x = -0 y = - -3 z = -2147483648",
     "KINT 0 0; UNM 0 0; GSET 0 0; KINT 0 3; GSET 0 1; KINT 0 -2147483648; GSET 0 2; RET0"),
    ("local a, b local c = -a local d = #b",
     "KNIL 0 1; UNM 2 0; LEN 3 1; RET0"),
    ("local a, b, c local d = a .. b .. c .. \"x\"",
     "KNIL 0 2; MOVE 3 0; MOVE 4 1; MOVE 5 2; KSTR 6 0; CAT 3 3 6; RET0"),
)
CONDITIONS = (
    ("local a, b local c = not a local d = not (a == b)",
     "KNIL 0 1; NOT 2 0; JNE 0 1 2; KPRI 3 1; JMP 1; KPRI 3 2; RET0"),
    ("local a, b local c = a < b local d = a >= b",
     "KNIL 0 1; JLT 0 1 2; KPRI 2 1; JMP 1; KPRI 2 2; JLE 1 0 2; KPRI 3 1; JMP 1; KPRI 3 2; RET0"),
    ("local a if a > 5 then f() end",
     "KPRI 0 0; JNGTI 0 5 2; GGET 1 0; CALL 1 0 1; RET0"),
    ("local a if 5 > a then f() end",
     "KPRI 0 0; JNLTI 0 5 2; GGET 1 0; CALL 1 0 1; RET0"),
    ("local a if a == nil or a ~= true then f() end",
     "KPRI 0 0; JEQP 0 0 1; JEQP 0 2 2; GGET 1 0; CALL 1 0 1; RET0"),
    ("local a if a == \"x\" and a ~= 2.5 then f() end",
     "KPRI 0 0; JNEK 0 0 3; JEQK 0 1 2; GGET 1 2; CALL 1 0 1; RET0"),
    ("local a, b if not (a and b) then f() end",
     "KNIL 0 1; JF 0 1; JT 1 2; GGET 2 0; CALL 2 0 1; RET0"),
    ("local a, b local c = a and b or 1",
     "KNIL 0 1; JF 0 1; JTC 2 1 1; KINT 2 1; RET0"),
    ("local a, b local c = a or b == 1",
     "KNIL 0 1; JTC 2 0 4; JEQI 1 1 2; KPRI 2 1; JMP 1; KPRI 2 2; RET0"),
    ("local a, b local c = not a or b",
     "KNIL 0 1; JF 0 2; MOVE 2 1; JMP 1; KPRI 2 2; RET0"),
    ("x = nil or y",
     "GGET 0 0; GSET 0 1; RET0"),
    ("x = false and y",
     "JMP 2; GGET 0 0; JMP 1; KPRI 0 1; GSET 0 1; RET0"),
    ("x = not a or b",
     "GGET 0 0; JF 0 2; GGET 0 1; JMP 1; KPRI 0 2; GSET 0 2; RET0"),
    ("local a, b local c = not a and b",
     "KNIL 0 1; JT 0 2; MOVE 2 1; JMP 1; KPRI 2 1; RET0"),
    ("local a, b local c = (a == 1) and b",
     "KNIL 0 1; JNEI 0 1 2; MOVE 2 1; JMP 1; KPRI 2 1; RET0"),
)
PLACES = (
    ("x = a.b.c[1][d][65536][-1]",
     "GGET 0 0; TGETS 0 0 1; TGETS 0 0 2; TGETI 0 0 1; GGET 1 3; TGETV 0 0 1; KINT 1 65536; "
     "TGETV 0 0 1; KINT 1 -1; TGETV 0 0 1; GSET 0 4; RET0"),
    ("a.b, c[1], d = 1, 2",
     "GGET 0 0; GGET 1 2; KINT 2 1; KINT 3 2; KPRI 4 0; GSET 4 3; TSETI 3 1 1; TSETS 2 0 1; RET0"),
    ("local a a.x, a = 1, 2",
     "KPRI 0 0; MOVE 1 0; KINT 2 1; KINT 0 2; TSETS 2 1 0; RET0"),
    ("local i, t i, t[i] = i + 1, 20",
     "KNIL 0 1; ADD_RI 2 0 1; KINT 3 20; TSETV 3 1 0; MOVE 0 2; RET0"),
    ("local a local b, c local d",
     "KNIL 0 3; RET0"),
)
CALLS = (
    ("f() f(1, 2) f(g()) f(...) f { } f \"x\"",
     "GGET 0 0; CALL 0 0 1; GGET 0 0; KINT 2 1; KINT 3 2; CALL 0 2 1; GGET 0 0; GGET 2 1; CALL 2 "
     "0 0; CALLM 0 0 1; GGET 0 0; VARG 2 0; CALLM 0 0 1; GGET 0 0; TNEW 2 0 0; CALL 0 1 1; GGET "
     "0 0; KSTR 2 2; CALL 0 1 1; RET0"),
    ("a:b(1) a.b:c(...)",
     "GGET 0 0; SELF 0 0 1; KINT 3 1; CALL 0 2 1; GGET 0 0; TGETS 0 0 1; SELF 0 0 2; VARG 3 0; "
     "CALLM 0 1 1; RET0"),
    ("local a, b = f() local c, d = ... local e = (f())",
     "GGET 0 0; CALL 0 0 3; VARG 2 3; GGET 4 0; CALL 4 0 2; RET0"),
    ("return",
     "RET0"),
    ("return 1",
     "KINT 0 1; RET1 0"),
    ("return 1, 2",
     "KINT 0 1; KINT 1 2; RET 0 2"),
    ("return f(1)",
     "GGET 0 0; KINT 2 1; CALLT 0 1"),
    ("return (f(1))",
     "GGET 0 0; KINT 2 1; CALL 0 1 2; RET1 0"),
    ("return f(), g()",
     "GGET 0 0; CALL 0 0 2; GGET 1 1; CALL 1 0 0; RETM 0 1"),
    ("return 1, ...",
     "KINT 0 1; VARG 1 0; RETM 0 1"),
)
LOOPS = (
    ("while x do y() end",
     "GGET 0 0; JF 0 3; GGET 0 1; CALL 0 0 1; LOOP -5; RET0"),
    ("while true do if x then break end end",
     "GGET 0 0; JT 0 1; LOOP -3; RET0"),
    ("repeat local x = f() until x",
     "GGET 0 0; CALL 0 0 2; JT 0 1; LOOP -4; RET0"),
    ("for i = 1, 10 do f(i) end",
     "KINT 0 1; KINT 1 10; KINT 2 1; FORPREP 0 4; GGET 4 0; MOVE 6 3; CALL 4 1 1; FORLOOP1 0 -4; "
     "RET0"),
    ("for i = 10, 1, -1 do f(i) end",
     "KINT 0 10; KINT 1 1; KINT 2 -1; FORPREP 0 4; GGET 4 0; MOVE 6 3; CALL 4 1 1; FORLOOP 0 -4; "
     "RET0"),
    ("for i = 1, 10, 1 do f(i) end",
     "KINT 0 1; KINT 1 10; KINT 2 1; FORPREP 0 4; GGET 4 0; MOVE 6 3; CALL 4 1 1; FORLOOP1 0 -4; "
     "RET0"),
    ("for k, v in pairs(t) do f(k, v) end",
     "GGET 1 0; GGET 3 1; CALL 1 1 4; ITERPREP 4 4; GGET 6 2; MOVE 8 4; MOVE 9 5; CALL 6 2 1; "
     "ITERCALL 4 3; ITERLOOP 4 -6; RET0"),
    ("goto l1 x() ::l1:: y() goto l1",
     "JMP 2; GGET 0 0; CALL 0 0 1; GGET 0 1; CALL 0 0 1; LOOP -3; RET0"),
    ("for i = 1, 2 do if i == 1 then goto continue end f() ::continue:: end",
     "KINT 0 1; KINT 1 2; KINT 2 1; FORPREP 0 4; JEQI 3 1 2; GGET 4 0; CALL 4 0 1; FORLOOP1 0 "
     "-4; RET0"),
    ("while a do if b then break end if c and d then break end if e or f then break end end",
     "GGET 0 0; JF 0 12; GGET 0 1; JT 0 10; GGET 0 2; JF 0 2; GGET 0 3; JT 0 6; GGET 0 4; JT 0 "
     "2; GGET 0 5; JF 0 1; JMP 1; LOOP -14; RET0"),
    ("for i = 1, 2 do if i == 1 then goto continue elseif x then break else y() end f() "
     "::continue:: end",
     "KINT 0 1; KINT 1 2; KINT 2 1; FORPREP 0 8; JEQI 3 1 6; GGET 4 0; JT 4 5; GGET 4 1; CALL 4 "
     "0 1; GGET 4 2; CALL 4 0 1; FORLOOP1 0 -8; RET0"),
    ("::top:: if a then goto top end",
     "GGET 0 0; JT 0 1; RET0; LOOP -4"),
)
SCOPES = (
    ("local x = 1 x = 2 local function f() return x end",
     "KINT 0 1; KINT 0 2; FNEW 1 0; UCLO 0 0; RET0"),
    ("do local x x = 1 local function f() return x end end g()",
     "KPRI 0 0; KINT 0 1; FNEW 1 0; UCLO 0 0; GGET 0 1; CALL 0 0 1; RET0"),
    ("while a do local x x = 1 f(function() return x end) if b then break end end",
     "GGET 0 0; JF 0 9; KPRI 0 0; KINT 0 1; GGET 1 1; FNEW 3 2; CALL 1 1 1; GGET 1 3; JT 1 3; "
     "UCLO 0 0; LOOP -11; RET0; UCLO 0 -2"),
    ("repeat local x x = 1 f(function() return x end) until x",
     "KPRI 0 0; KINT 0 1; GGET 1 0; FNEW 3 1; CALL 1 1 1; JT 0 2; UCLO 0 0; LOOP -8; UCLO 0 0; "
     "RET0"),
    ("while a do local x x = 1 f(function() return x end) if b == 1 then break end end",
     "GGET 0 0; JF 0 9; KPRI 0 0; KINT 0 1; GGET 1 1; FNEW 3 2; CALL 1 1 1; GGET 1 3; JEQI 1 1 "
     "3; UCLO 0 0; LOOP -11; RET0; UCLO 0 -2"),
    ("local function f() while true do local x = 1 if y then return x end if z then return f(x) "
     "end local function g() x = 2 end end end",
     "FNEW 0 0; RET0"),
)


@pytest.mark.parametrize(("source", "code"),
                         ARITHMETIC + CONDITIONS + PLACES + CALLS + LOOPS + SCOPES)
def test_code(source: str, code: str):
    assert "; ".join(load(source).text()) == code
