"""Limits: what has none, and what happens at those that there are."""

from __future__ import annotations

import pytest

from lua.front.chunks import error, load
from wrought.lua.vm.bytecode import MAX_LOCALS, MAX_UPVALUES

LEVELS = 199
"""Of expressions in a statement of the main chunk, which is a level itself."""


@pytest.mark.parametrize(("before", "core", "after"), (
    ("x = " + "(" * 250, "1", ")" * 250), ("x = " + "{" * 250, "", "}" * 250),
    ("do " * 250, "", " end" * 250), ("x = " + "- " * 250, "1", ""),
    ("x = " + "not " * 250, "1", ""), ("x = " + "1 .. " * 250, "1", ""),
    ("x = " + "2 ^ " * 250, "1", ""), ("x = " + "function() return " * 250, "1", " end" * 250),
    ("x = " + "a[" * 250, "1", "]" * 250), ("f(" * 250, "1", ")" * 250),
    ("while a do " * 250, "", " end" * 250), ("if a then " * 250, "", " end" * 250),
    ("repeat " * 250, "", " until a" * 250), ("for i = 1, 2 do " * 70, "", " end" * 70),
    ("function f() " * 250, "", " end" * 250), ("::" + "::::".join(f"l{n}" for n in range(300)),
                                              "", "::"),
    ("x = " + "{{" * 100_000, "", ""), ("x = " + "(" * 1_000_000, "", ""),
))
def test_deep_nesting(before: str, core: str, after: str):
    expected = "too many syntax levels" if "for" not in before else "more than 250 local variables"
    assert expected in error(before + core + after)


def test_the_deepest_nesting():
    assert not error("x = " + "(" * (LEVELS - 2) + "1" + ")" * (LEVELS - 2))
    assert error("x = " + "(" * LEVELS + "1" + ")" * LEVELS)


def test_what_is_not_nested():
    """Long chains take no depth."""
    for source in ("x = 1" + " + y" * 5000, "x = a" + " and b" * 5000, "f" + "()" * 5000,
                   "x = a" + ".b" * 5000, "if a then " + "elseif b then " * 5000 + "end",
                   "x = y" + "[1]" * 5000):
        assert not error(source)


def test_local_variables():
    names = [f"a{n}" for n in range(MAX_LOCALS)]
    assert not error("local " + ",".join(names))
    assert error("local " + ",".join(names) + ", b") == (
        "c:1: main function has more than 250 local variables")
    assert error("\nfunction f()\n" + "local b " * (MAX_LOCALS + 1) + "end") == (
        "c:3: function at line 2 has more than 250 local variables")
    assert not error("do local " + ",".join(names) + " end " + "local " + ",".join(names))


def test_upvalues():
    outer = [f"a{n}" for n in range(200)]
    inner = [f"b{n}" for n in range(200)]

    def source(count: int) -> str:
        used = ",".join((outer + inner)[:count])
        return (f"local {','.join(outer)} return function() local {','.join(inner)} "
                f"return function() return {used} end end")

    [middle] = load(source(MAX_UPVALUES)).children
    assert len(middle.children[0].captures) == MAX_UPVALUES
    assert error(source(MAX_UPVALUES + 1)) == (
        "c:1: function at line 1 has more than 255 upvalues")


def test_assignment_targets():
    assert error(",".join(["a"] * 250) + " = 1") == (
        "c:1: main function has more than 200 variable names")
    assert not error(",".join(["a"] * 150) + " = 1")


def test_registers():
    assert not error("f(" + ",".join(["x"] * 990) + ")")
    assert error("f(" + ",".join(["x"] * 1000) + ")") == (
        "c:1: function or expression too complex near 'x'")
    assert "too complex" in error("local a = " + ",".join(["x"] * 1001))


def test_many_constants():
    """Beyond field c they come through a register; field d has room."""
    count = 70_000
    code = load("\n".join(f"x = {n}.5 .. 'k{n}'" for n in range(count))
                + "\nlocal t = {} y = t.last + 0.125 + t['k69999'] t.last2 = t:m() z = 9.75 - t")
    assert code.layout.nk > 2 * count
    tail = [i for i, line in zip(code.code, code.lines, strict=True) if line == count + 1]
    names = [i.name for i in tail]
    assert names == ["TNEW", "KSTR", "TGETV", "KNUM", "ADD_RR", "KSTR", "TGETV", "ADD_RR", "GSET",
                     "KSTR", "MOVE", "KSTR", "TGETV", "CALL", "TSETV", "KNUM", "SUB_RR", "GSET",
                     "RET0"]
    loaded = [code.constants[i.operands[1]] for i in tail if i.name in ("KSTR", "KNUM")]
    assert loaded == ["last", 0.125, "k69999", "last2", "m", 9.75]


def test_constants_are_shared():
    code = load("x = 0.5 + y x = 'a' .. 0.5 x = 'a' .. z.a")
    assert len(code.constants) == len(set(code.constants))


def test_constants_for_field_b():
    """Only the first 4,096 fit."""
    many = "".join(f"x = {n}.5 " for n in range(5000))
    assert load(many + "x = 4999.5 - y").names()[-4:] == ["KNUM", "SUB_RR", "GSET", "RET0"]
    assert load(many + "x = 4.5 - y").names()[-3:] == ["SUB_KR", "GSET", "RET0"]
    assert load(many + "if y == 4999.5 then x() end").names()[-4] == "JNE"
    assert load(many + "if y == 4.5 then x() end").names()[-4] == "JNEK"


def test_long_jumps():
    code = load("while a do " + "x = y " * 100_000 + "end")
    assert str(code.code[2]) == "JF 0 200001"
    assert str(code.code[-2]) == "LOOP -200003"


def test_many_lines():
    code = load("\n" * 300_000 + "x()")
    assert code.lines[-1] == 300_001
    assert error("\n" * 300_000 + "=") == "c:300001: unexpected symbol near '='"


def test_many_functions():
    code = load("f(function() end) " * 3000)
    assert len(code.children) == 3000
