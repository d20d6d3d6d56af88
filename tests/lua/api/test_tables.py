"""Tables as mappings, sequences and namespaces."""

from __future__ import annotations

import pytest

from wrought.lua import LuaError


def test_items_and_attributes(both):
    t = both.eval("{10, 20, x = 'y'}")
    assert t[1] == 10 and t[2.0] == 20 and t[3] is None and t["x"] == "y" and t.x == "y"
    assert t.missing is None and t[None] is None
    t.x, t[3], t["new"] = 1, 30, True
    assert (t["x"], t[3], t.new, len(t)) == (1, 30, True, 3)
    del t.x, t["new"], t["never there"]
    assert list(t) == [1, 2, 3]
    t[1] = None
    assert t[1] is None


def test_names_of_python(both):
    t = both.eval("{keys = 1}")
    assert list(t.keys()) == ["keys"] and t["keys"] == 1
    with pytest.raises(AttributeError):
        _ = t.__no_such_thing__


def test_wrong_keys(lua):
    t = lua.table()
    with pytest.raises(LuaError, match="index is nil"):
        t[None] = 1
    with pytest.raises(LuaError, match="index is NaN"):
        t[float("nan")] = 1
    assert t[None] is None and list(t) == []


def test_iteration(both):
    t = both.eval("{1, 2, a = 3}")
    assert list(t) == list(t.keys()) == [1, 2, "a"]
    assert list(t.values()) == [1, 2, 3] and list(t.items()) == [(1, 1), (2, 2), ("a", 3)]
    assert "a" in t and 2 in t and "b" not in t
    assert list(both.table()) == []


def test_assigning_while_iterating_is_fine_and_adding_is_noticed(lua):
    t = lua.table_from({"a": 1, "b": 2})
    for key in t:
        t[key] = None if key == "a" else 5
    assert dict(t) == {"b": 5}
    with pytest.raises(RuntimeError, match="changed its size"):
        for key in t:
            for i in range(100):
                t[i + 1] = key


def test_every_table_is_true(both):
    assert both.table() and both.eval("print")


def test_metamethods(both):
    t = both.execute("""
        return setmetatable({}, {
            __index = function(t, k) return k .. "!" end,
            __newindex = function(t, k, v) rawset(t, k, v * 2) end,
            __call = function(self, a, b) return b, a end})""")
    assert t.abc == "abc!" and t["x"] == "x!"
    t.new = 4
    assert t.new == 8
    assert t(1, 2) == (2, 1)


def test_errors_in_metamethods(lua):
    t = lua.execute("""
        return setmetatable({}, {__index = function(t, k) error("no " .. k, 0) end,
                                 __newindex = function() error("read only", 0) end})""")
    with pytest.raises(LuaError, match="no x"):
        _ = t.x
    with pytest.raises(LuaError, match="read only"):
        t.x = 1


def test_loops_of_metatables(lua):
    t = lua.execute("local t = {} t.__index = t t.__newindex = t return setmetatable(t, t)")
    with pytest.raises(LuaError, match="loop in gettable"):
        _ = t.x
    with pytest.raises(LuaError, match="loop in settable"):
        t.x = 1


def test_making_tables(both):
    t = both.table(1, "b", x=3)
    assert list(t.items()) == [(1, 1), (2, "b"), ("x", 3)]
    t = both.table_from([1, 2], {"k": "v"}, (3,))
    assert sorted(t.items(), key=str) == [("k", "v"), (1, 1), (2, 2), (3, 3)] or dict(
        t.items()) == {1: 1, 2: 2, 3: 3, "k": "v"}
    assert list(both.table_from(t).items()) == list(t.items())
    with pytest.raises(TypeError):
        both.table_from(5)


def test_nested_tables(lua):
    data = {"a": [1, {"b": (2, 3)}], "n": None}
    t = lua.table_from(data, recursive=True)
    assert t.a[2].b[2] == 3 and t.n is None
    plain = lua.table_from(data)
    assert plain.a is data["a"]
    loop: dict = {}
    loop["self"] = loop
    t = lua.table_from(loop, recursive=True)
    assert t.self == t


def test_functions_have_no_fields(both):
    f = both.eval("print")
    for wrong in (lambda: f.x, lambda: f["x"], lambda: len(iter(f))):
        with pytest.raises((AttributeError, TypeError)):
            wrong()
    with pytest.raises((AttributeError, TypeError)):
        f.x = 1


def test_userdata_is_indexed_through_its_metatable(both):
    stdout = both.eval("io.stdout")
    assert both.eval("rawequal(...)", stdout.write, both.eval("io.stdout.write"))
    with pytest.raises(TypeError):
        iter(stdout)
