"""What Python's values are in Lua, and the way back."""

from __future__ import annotations

import enum
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

EXACT = st.integers(-2**53, 2**53)
NUMBERS = st.one_of(EXACT, st.floats(allow_nan=False))
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, st.text(), st.binary())


@pytest.fixture(scope="module")
def echo():
    from wrought.lua import LuaRuntime

    return LuaRuntime().eval("function(...) return ... end")


@pytest.fixture(scope="module")
def echo_bytes():
    from wrought.lua import LuaRuntime

    return LuaRuntime(encoding=None).eval("function(...) return ... end")


@given(EXACT)
def test_ints_come_back(echo, n):
    back = echo(n)
    assert type(back) is int and back == n


@given(st.floats())
def test_floats_come_back_as_int_where_integral(echo, x):
    back = echo(x)
    if math.isnan(x):
        assert math.isnan(back)
    else:
        assert back == x and math.copysign(1, back) == math.copysign(1, x)
        whole = x.is_integer() and -2**63 <= x < 2**63 and (x or math.copysign(1, x) > 0)
        assert type(back) is (int if whole else float)


@given(st.text())
def test_texts_come_back(echo, text):
    if any("\ud800" <= c <= "\udfff" for c in text):
        with pytest.raises(UnicodeEncodeError):
            echo(text)
    else:
        assert echo(text) == text


@given(st.binary())
def test_bytes_come_back_without_an_encoding(echo_bytes, data):
    assert echo_bytes(data) == data


@given(st.lists(st.one_of(st.booleans(), EXACT, st.text(st.characters(codec="utf-8"))),
                min_size=2, max_size=60))
def test_lists_of_arguments_come_back(echo, values):
    assert echo(*values) == tuple(values)


@given(st.dictionaries(st.one_of(EXACT, st.text(st.characters(codec="utf-8"))),
                       st.one_of(st.booleans(), EXACT), max_size=40))
def test_dicts_become_tables(values):
    from wrought.lua import LuaRuntime

    table = LuaRuntime().table_from(values)
    assert dict(table.items()) == values
    assert sorted(map(repr, table.keys())) == sorted(map(repr, values))


def test_no_and_several_results(both):
    assert both.execute("return") is None
    assert both.execute("return nil") is None
    assert both.execute("return 1, nil") == (1, None)
    assert both.execute("return ...", 1, None, "x") == (1, None, "x")


def test_numbers_beyond_ints(both):
    assert both.eval("2^53") == 2**53 and type(both.eval("2^53")) is int
    assert both.eval("2^63") == 2.0**63 and type(both.eval("2^63")) is float
    assert both.eval("...", 2**62) == 2**62
    assert both.eval("1/0") == math.inf
    with pytest.raises(OverflowError):
        both.eval("...", 2**63)
    with pytest.raises(OverflowError):
        both.eval("...", -2**63 - 1)


def test_minus_zero_keeps_its_sign(lua):
    assert math.copysign(1, lua.eval("-0.0 * 1")) == -1
    assert lua.eval("1 / ...", -0.0) == -math.inf


def test_an_overflow_handler_converts(either):
    lua = either.LuaRuntime(overflow_handler=float)
    assert lua.eval("...", 2**70) == 2.0**70
    lua.set_overflow_handler(lambda n: "large")
    assert lua.eval("...", -2**70) == "large"
    lua.set_overflow_handler(None)
    with pytest.raises(OverflowError):
        lua.eval("...", 2**70)


def test_an_overflow_handler_that_does_not_help(lua):
    lua.set_overflow_handler(lambda n: n)
    with pytest.raises(OverflowError, match="handler"):
        lua.eval("...", 2**70)


def test_derived_types_are_what_they_are_derived_from(lua):
    class Colour(enum.IntEnum):
        RED = 3

    class Text(str):
        pass

    class Number(float):
        pass

    assert lua.eval("type(...)", Colour.RED) == "number"
    assert lua.eval("...", Text("x")) == "x" and lua.eval("...", Number(0.5)) == 0.5
    assert lua.eval("...", True) is True


def test_encodings(either):
    lua = either.LuaRuntime(encoding="latin-1")
    assert lua.eval("'\\255'") == "ÿ" and lua.eval("#...", "ÿ") == 1
    with pytest.raises(UnicodeEncodeError):
        lua.eval("...", "€")
    plain = either.LuaRuntime(encoding=None)
    assert plain.eval("'\\255'") == b"\xff" and plain.eval("...", b"a\0b") == b"a\0b"
    text = either.LuaRuntime()
    with pytest.raises(UnicodeDecodeError):
        text.eval("'\\255'")


def test_unknown_encodings():
    from wrought.lua import LuaRuntime

    for wrong in ({"encoding": "no such"}, {"source_encoding": "no such"}):
        with pytest.raises(LookupError):
            LuaRuntime(**wrong)


def test_texts_are_utf8_where_strings_are_bytes():
    """lupa passes them on as objects that Lua can do nothing with."""
    from wrought.lua import LuaRuntime

    assert LuaRuntime(encoding=None).eval("...", "ä") == "ä".encode()


def test_source_encoding(either):
    lua = either.LuaRuntime(encoding=None, source_encoding="latin-1")
    assert lua.eval("'ÿ'") == b"\xff"


def test_python_objects_keep_their_identity(both):
    thing = object()
    assert both.eval("...", thing) is thing
    both.globals()["kept"] = thing
    assert both.eval("kept") is thing
    assert both.eval("type(kept)") == "userdata"
    both.globals()["again"] = thing
    assert both.eval("rawequal(kept, again)") and both.execute(
        "local t = {[kept] = 1} return t[again]") == 1


def test_a_lua_object_has_equal_proxies(lua):
    table = lua.eval("{}")
    lua.globals()["t"] = table
    again = lua.eval("t")
    assert again == table and hash(again) == hash(table) and not again != table
    assert lua.eval("{}") != table
    assert len({table, again, lua.eval("t")}) == 1
    assert table != 1 and (table == "x") is False


def test_objects_of_another_runtime_are_refused(either):
    one, two = either.LuaRuntime(), either.LuaRuntime()
    with pytest.raises(either.LuaError, match="different Lua runtimes"):
        two.eval("...", one.eval("{}"))


def test_lua_type(either):
    lua = either.LuaRuntime()
    source = {"table": "{}", "function": "print", "userdata": "newproxy()"}
    for name, code in source.items():
        assert either.lua_type(lua.eval(code)) == name
    assert either.lua_type(lua.eval("function() end").coroutine()) == "thread"
    assert either.lua_type(1) is None and either.lua_type(lua) is None


def test_what_proxies_look_like(lua):
    assert repr(lua.eval("{}")).startswith("<Lua table at 0x")
    assert repr(lua.eval("print")).startswith("<Lua function at 0x")
    assert repr(lua.eval("io.stdout")).startswith("<Lua userdata at 0x")
