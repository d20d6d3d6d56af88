"""Which variables closures hold by value, and what the code says about them."""

from __future__ import annotations

import pytest

from lua.front.chunks import Code, load

CAPTURES = (
    ("local x = 1 return function() return x end", ["local 0 value"]),
    ("local x return function() return x end", ["local 0 value"]),
    ("local x = 1 x = 2 return function() return x end", ["local 0 shared"]),
    ("local x = 1 local f = function() return x end x = 2", ["local 0 shared"]),
    ("local x = 1 return function() x = 2 end", ["local 0 shared"]),
    ("local x, y = 1 y, x = 2 return function() return x, y end",
     ["local 0 shared", "local 1 shared"]),
    ("local function f() return f() end", ["local 0 self"]),
    ("local function f() return f() end f = 1", ["local 0 shared"]),
    ("local function f() f = nil end", ["local 0 shared"]),
    ("local f f = function() return f end", ["local 0 shared"]),
    ("local f = 1 function f() return f end", ["local 0 shared"]),
    ("local t = {} function t.f() return t end", ["local 0 value"]),
    ("local t = {} t.x = 1 return function() return t end", ["local 0 value"]),
    ("for i = 1, 2 do f(function() return i end) end", ["local 3 value"]),
    ("for i = 1, 2 do f(function() return i end) i = 3 end", ["local 3 shared"]),
    ("for k, v in f do g(function() return v, k end) end", ["local 5 value", "local 4 value"]),
    ("local a local b for i = 1, 2 do a = i f(function() return a, b end) end",
     ["local 0 shared", "local 1 value"]),
    ("repeat local x = 1 until f(function() return x end)", ["local 0 value"]),
    ("do ::top:: local x = f(function() return x end) goto top end", []),
)


@pytest.mark.parametrize(("source", "captures"), CAPTURES)
def test_captures(source: str, captures: list[str]):
    [child] = load(source).children
    assert child.captures == captures


@pytest.mark.parametrize(("source", "captures"), CAPTURES)
def test_the_code_agrees(source: str, captures: list[str]):
    [child] = load(source).children
    for ins in child.code:
        if ins.name == "UVAL":
            assert not captures[ins.operands[1]].endswith("shared")
        elif ins.name == "UGET":
            assert captures[ins.operands[1]].endswith("shared")
    assert any(i.name in ("UVAL", "UGET", "USET") for i in child.code) == bool(captures)


def descend(code: Code, depth: int) -> Code:
    """The only function inside, `depth` times."""
    for _ in range(depth):
        [code] = code.children
    return code


def test_what_is_known_reaches_all_functions_inside():
    source = ("local a, b = 1, 2 b = 3 return function() return function() return function() "
              "return a, b end end end")
    code = load(source)
    assert descend(code, 1).captures == ["local 0 value", "local 1 shared"]
    for depth in (2, 3):
        assert descend(code, depth).captures == ["upvalue 0 value", "upvalue 1 shared"]
    assert descend(code, 3).text() == ["UVAL 0 0", "UGET 1 1", "RET 0 2"]


def test_an_assignment_deep_inside_counts():
    source = ("local a = 1 return function() "
              "return function() a = 2 end, function() return a end end")
    [middle] = load(source).children
    assert middle.captures == ["local 0 shared"]
    assert [inner.captures for inner in middle.children] == [["upvalue 0 shared"]] * 2
    assert middle.children[1].text() == ["UGET 0 0", "RET1 0"]


def test_self_is_only_the_function_itself():
    """An inner function takes it from the closure around, a sibling from the register."""
    code = load("local function f() return function() return f end end "
                "local function g() return f end")
    f, g = code.children
    assert (f.captures, g.captures) == (["local 0 self"], ["local 0 value"])
    assert descend(f, 1).captures == ["upvalue 0 value"]


def test_only_shared_variables_are_closed():
    assert "UCLO" not in load("do local x = 1 f(function() return x end) end g()").names()
    assert "UCLO 0 0" in load("do local x x = 1 f(function() return x end) end g()").text()
    assert "UCLO 1 0" in load("do local y, x x = 1 f(function() return x, y end) end g()").text()


def test_a_return_before_the_capture_closes_as_well():
    """In a loop the variable of the round before may be captured where the text comes later."""
    [code] = load("return function() local x while a do if b then return x end "
                  "f(function() x = 1 end) end end").children
    returns = [i for i, ins in enumerate(code.code) if ins.name == "RET1"]
    diverted = [i for i, ins in enumerate(code.code)
                if ins.name == "UCLO" and i + 1 + ins.operands[1] in returns]
    assert len(returns) == len(diverted) == 1
    assert code.lines[returns[0]] == 1


def test_shadowed_names_are_different_variables():
    [f, g] = load("local x = 1 local function f() return x end local x = 2 x = 3 "
                  "local function g() return x end").children
    assert (f.captures, g.captures) == (["local 0 value"], ["local 2 shared"])


def test_a_variable_is_captured_once():
    [child] = load("local a, b = 1, 2 return function() return a, b, a, b, a end").children
    assert child.upvalues == ["a", "b"]
