"""Table constructors: what goes into the template, and what is stored afterwards."""

from __future__ import annotations

import pytest

from lua.front.chunks import Code, interned, item_of, load, state, value_of
from wrought.lua.vm.value import INTERNAL, TAG_INT


def template(code: Code) -> int:
    """The template table of the only constructor."""
    [ins] = [i for i in code.code if i.name == "TDUP"]
    return code.bits[ins.operands[1]]


def item(code: Code, key: str | int) -> object:
    """What the template has for a key; the text "absent" for nothing."""
    bits = TAG_INT | key if isinstance(key, int) else interned(state(), key.encode())
    found = item_of(state(), template(code), bits)
    return "absent" if found == INTERNAL else value_of(found)


@pytest.mark.parametrize(("source", "code"), (
    ("x = {}", "TNEW 0 0 0"),
    ("x = { a, b }", "TNEW 0 0 3; GGET 1 0; GGET 2 1; TLIST 0 2 1"),
    ("x = { [a] = b }", "TNEW 0 1 0; GGET 1 0; GGET 2 1; TSETV 2 0 1"),
    ("x = { [a] = 1, [b] = 2, [c] = 3 }",
     "TNEW 0 3 0; GGET 1 0; KINT 2 1; TSETV 2 0 1; GGET 1 1; KINT 2 2; TSETV 2 0 1; GGET 1 2; "
     "KINT 2 3; TSETV 2 0 1"),
    ("x = { 1, 2, 3 }", "TDUP 0 0"),
    ("x = { a = 1, b = a }", "TDUP 0 2; GGET 1 1; TSETS 1 0 0"),
    ("x = { 1, a, 3, b, c }", "TDUP 0 3; GGET 1 0; TLIST 0 1 2; GGET 1 1; GGET 2 2; TLIST 0 2 4"),
    ("x = { f() }", "TNEW 0 0 0; GGET 1 0; CALL 1 0 0; TLISTM 0 0 1"),
    ("x = { f(), }", "TNEW 0 0 0; GGET 1 0; CALL 1 0 0; TLISTM 0 0 1"),
    ("x = { (f()) }", "TNEW 0 0 2; GGET 1 0; CALL 1 0 2; TLIST 0 1 1"),
    ("x = { a, ... }", "TNEW 0 0 2; GGET 1 0; VARG 2 0; TLISTM 0 1 1"),
    ("x = { ..., a }", "TNEW 0 0 3; VARG 1 2; GGET 2 0; TLIST 0 2 1"),
    ("x = { [1] = f() }", "TNEW 0 1 0; GGET 1 0; CALL 1 0 2; TSETI 1 0 1"),
    ("x = { f = function() end }", "TDUP 0 2; FNEW 1 0; TSETS 1 0 1"),
    ("x = { { a }, { 1 } }",
     "TNEW 0 0 3; TNEW 1 0 2; GGET 2 0; TLIST 1 1 1; TDUP 2 1; TLIST 0 2 1"),
))
def test_code(source: str, code: str):
    text = load(source).text()
    assert text[-2].startswith("GSET 0") and text[-1] == "RET0"
    assert "; ".join(text[:-2]) == code


def test_constants_are_in_the_template():
    code = load("x = { 10, 'b', nil, true, x = 2.5, ['y'] = false, [7] = 8, [-1] = 'm', 11 }")
    assert [item(code, key) for key in (1, 2, 3, 4, 5, 7)] == [10, "b", None, True, 11, 8]
    assert [item(code, key) for key in ("x", "y", "z")] == [2.5, False, "absent"]
    assert code.names() == ["TDUP", "GSET", "RET0"]


def test_other_fields_have_their_nodes():
    """The name of a field whose value comes later is in the template, with nil."""
    code = load("x = { p = a, q = 1, r = b, s = c }")
    assert [item(code, key) for key in "pqrs"] == [None, 1, None, None]


@pytest.mark.parametrize(("source", "key", "value"), (
    ("x = { x = 1, x = 2 }", "x", 2), ("x = { x = 1, x = nil }", "x", None),
    ("x = { x = nil, x = 1 }", "x", 1), ("x = { 'b', [1] = 'a' }", 1, "a"),
    ("x = { [1] = 'a', 'b' }", 1, "b"), ("x = { x = 1, x = f() }", "x", None),
))
def test_the_last_one_counts(source: str, key: str | int, value: object):
    assert item(load(source), key) == value


def test_many_constants():
    code = load("x = {" + ",".join(map(str, range(100_000))) + "}")
    assert [item(code, n) for n in (1, 2, 50_000, 100_000)] == [0, 1, 49_999, 99_999]
    assert item(code, 100_001) == "absent"
    assert code.names() == ["TDUP", "GSET", "RET0"]


def test_many_values():
    """They are stored in batches, and the table has its size from the start."""
    code = load("x = {" + "f," * 100_000 + "}")
    stored = [i.operands for i in code.code if i.name == "TLIST"]
    assert stored == [(0, 50, 50 * n + 1) for n in range(2000)]
    assert code.text()[0] == "TNEW 0 0 65535"
    assert code.layout.framesize < 60


def test_many_fields():
    code = load("x = {" + ",".join(f"k{n} = {n}" for n in range(20_000)) + "}")
    assert [item(code, f"k{n}") for n in (0, 1, 19_999)] == [0, 1, 19_999]


def test_nested_constructors_share_nothing():
    code = load("x = { 1, { 2, x = 3 }, x = { x = 4 } }")
    inner = [code.bits[i.operands[1]] for i in code.code if i.name == "TDUP"]
    assert len(inner) == len(set(inner)) == 3
    firsts = [value_of(item_of(state(), t, TAG_INT | 1)) for t in inner[:2]]
    assert firsts == [1, 2]
