"""Calls in both directions."""

from __future__ import annotations

import pytest


def test_lua_functions_are_called(both):
    f = both.eval("function(a, b) return b, a end")
    assert f(1, 2) == (2, 1) and f(1) == (None, 1) and f() == (None, None)
    assert both.eval("select('#', ...)", *range(250)) == 250
    with pytest.raises(TypeError):
        f(a=1)


def test_python_functions_are_called(both):
    seen = []
    both.globals().f = lambda *args: seen.append(args) or len(args)
    assert both.eval("f(1, nil, 'x', 2.5)") == 4
    assert both.eval("f()") == 0
    assert seen == [(1, None, "x", 2.5), ()]
    assert both.execute("local t = {} for i = 1, 100 do t[i] = i end return f(unpack(t))") == 100
    assert seen[-1] == tuple(range(1, 101))


def test_results_of_python_functions(either):
    lua = either.LuaRuntime()
    lua.globals().f = lambda: (1, 2)
    assert lua.eval("select('#', f())") == 1 and lua.eval("f()") == (1, 2)
    unpacking = either.LuaRuntime(unpack_returned_tuples=True)
    unpacking.globals().f = lambda: (1, None, 2)
    assert unpacking.eval("select('#', f())") == 3
    assert unpacking.eval("f()") == (1, None, 2)
    unpacking.globals().many = lambda: tuple(range(5000))
    assert unpacking.eval("select('#', many())") == 5000
    assert unpacking.eval("select(5000, many())") == 4999
    unpacking.globals().none = lambda: ()
    assert unpacking.eval("select('#', none())") == 0


def test_methods_know_their_object(both):
    class Counter:
        def __init__(self):
            self.n = 0

        def add(self, k=1):
            self.n += k
            return self.n

    counter = Counter()
    both.globals().c = counter
    assert both.eval("c:add(5)") == 5 and both.eval("c.add(2)") == 7 and both.eval("c:add()") == 8


def test_methods_of_c_know_their_object_too(lua):
    items = [3, 1, 2]
    lua.execute("local l = python.as_attrgetter(...) l:sort() l:append(9) l.append(8)", items)
    assert items == [1, 2, 3, 9, 8]


def test_attributes_and_items(both):
    class Thing:
        def __init__(self):
            self.x = 1

    thing, mapping, items = Thing(), {"x": 1, 2: "two"}, [10, 20]
    g = both.globals()
    g.o, g.d, g.l = thing, mapping, items
    assert both.execute("o.x = o.x + 1 return o.x") == 2 and thing.x == 2
    assert both.execute("d.y = d.x d[3] = d[2] return d.y, d[3]") == (1, "two")
    assert mapping == {"x": 1, 2: "two", "y": 1, 3: "two"}
    assert both.execute("l[0] = l[1] return l[0]") == 20
    for code, kind in (("o.no", AttributeError), ("d.no", KeyError), ("l[9]", IndexError)):
        with pytest.raises(kind):
            both.eval(code)


def test_protocols_can_be_chosen(either):
    lua = either.LuaRuntime()
    d = {"keys": "item"}
    lua.globals().d = d
    assert lua.eval("python.as_attrgetter(d).keys()") == d.keys()
    assert lua.eval("python.as_itemgetter(python.as_attrgetter(d)).keys") == "item"
    lua.globals().a = either.as_attrgetter(d)
    assert list(lua.eval("a.keys()")) == ["keys"] and lua.eval("a") is d
    lua.globals().i = either.as_itemgetter(d)
    assert lua.eval("i.keys") == "item"


def test_what_lua_can_do_with_objects(lua):
    class Thing:
        def __len__(self):
            return 7

        def __str__(self):
            return "a thing"

        def __eq__(self, other):
            return True

        __hash__ = None

    g = lua.globals()
    g.a, g.b = Thing(), Thing()
    assert lua.eval("#a") == 7 and lua.eval("tostring(a)") == "a thing"
    assert lua.eval("a == b") is True and lua.eval("a ~= b") is False
    assert lua.eval("a == 1") is False
    assert lua.eval("getmetatable(a)") == "Python object"
    g.o = object()
    with pytest.raises(TypeError, match="len"):
        lua.eval("#o")


def test_as_function(both):
    both.globals().f = lambda *args: args
    assert both.eval("type(f)") == "userdata"
    assert both.eval("type(python.as_function(f))") == "function"
    assert both.eval("python.as_function(f)(1, 2)") == (1, 2)
    assert both.execute("return coroutine.wrap(python.as_function(f))(3)") == (3,)
    f = both.eval("f")
    assert both.eval("python.as_function(...)", f) is f


def test_keyword_arguments(either):
    lua = either.LuaRuntime()

    @either.unpacks_lua_table
    def f(a, b=2, *rest, **named):
        return [a, b, rest, named]

    class Thing:
        @either.unpacks_lua_table_method
        def m(self, a, b=5):
            return [a, b]

    g = lua.globals()
    g.f, g.thing, g.plain = f, Thing(), lambda *args, **named: [args, named]
    assert lua.eval("f{1, b = 3}") == [1, 3, (), {}]
    assert lua.eval("f{1, 2, 3, z = 4}") == [1, 2, (3,), {"z": 4}]
    assert lua.eval("f(1, 9)") == [1, 9, (), {}]
    assert lua.eval("thing:m{a = 1}") == [1, 5] and lua.eval("thing:m{1, b = 2}") == [1, 2]
    assert lua.eval("plain(python.args{1, 2, x = 3})") == [(1, 2), {"x": 3}]


def test_iterators_of_python(both):
    both.globals().d = {"a": 1, "b": None}
    both.globals().l = [5, None, 7]
    loop = "local r = {} for %s do r[#r + 1] = tostring(x) end return table.concat(r, ' ')"
    assert both.execute(loop % "x in python.iter(l)") == "5 None 7"
    assert both.execute(loop % "x in python.iter(d)") == "a b"
    assert both.execute(loop % "i, x in python.enumerate(l)") == "5 nil 7"
    assert both.execute(loop % "x, i in python.enumerate(l, 10)") == "10 11 12"
    assert both.execute(loop % "k, x in python.iterex(python.as_attrgetter(d).items())") == "1 nil"
    with pytest.raises(TypeError):
        both.eval("python.iter(...)", object())


def test_an_iterator_that_fails(both):
    def numbers():
        yield 1
        raise KeyError("end")

    both.globals().n = numbers()
    with pytest.raises(KeyError):
        both.execute("for x in python.iter(n) do end")


def test_the_python_table(both):
    assert both.eval("python.eval('1 + 1')") == 2
    assert both.eval("python.builtins.len('abc')") == 3
    assert both.eval("type(python.none)") == "userdata" and both.eval("python.none") is None
    assert both.eval("python.none == nil") is False
    local = [1]
    assert both.eval("python.eval('local')") is local


def test_what_is_not_registered_is_not_there(either):
    lua = either.LuaRuntime(register_eval=False, register_builtins=False)
    assert lua.eval("python.eval") is None and lua.eval("python.builtins") is None
    assert lua.eval("python.iter") is not None


def test_an_attribute_filter(either):
    seen = []

    def check(thing, name, setting):
        seen.append((name, setting))
        if name.startswith("_"):
            raise AttributeError("private")
        return name.lower()

    class Thing:
        x = 1
        _y = 2

    lua = either.LuaRuntime(attribute_filter=check)
    lua.globals().o = Thing()
    assert lua.eval("o.X") == 1
    lua.execute("o.Z = 3")
    assert lua.globals().o.z == 3
    with pytest.raises(AttributeError, match="private"):
        lua.eval("o._y")
    assert seen == [("X", False), ("Z", True), ("_y", False)]


def test_attribute_handlers(either):
    stored = {}

    def setter(thing, name, value):
        stored[name] = value

    lua = either.LuaRuntime(attribute_handlers=(lambda thing, name: name * 2, setter))
    lua.globals().o = object()
    assert lua.eval("o.ab") == "abab"
    lua.execute("o.x = 5")
    assert stored == {"x": 5}
    for wrong in (5, (1, 2), (len,)):
        with pytest.raises(ValueError):
            either.LuaRuntime(attribute_handlers=wrong)
    with pytest.raises(ValueError):
        either.LuaRuntime(attribute_filter=lambda *a: a, attribute_handlers=(len, len))


def test_chunks(either):
    lua = either.LuaRuntime()
    assert lua.compile("return 1 + ...")(2) == 3
    assert lua.execute(b"return 'x'") == "x"
    assert lua.lua_version == (5, 1) and isinstance(lua.lua_implementation, str)
    assert lua.require("string")["rep"]("ab", 2) == "abab"
    with pytest.raises(either.LuaSyntaxError):
        lua.compile("x x")
    with pytest.raises(either.LuaSyntaxError):
        lua.eval("1 +")


def test_names_of_chunks(lua):
    from wrought.lua import LuaError, LuaSyntaxError

    with pytest.raises(LuaError, match="^here.lua:2: hey"):
        lua.execute("\nerror('hey')", name="@here.lua")
    with pytest.raises(LuaSyntaxError, match="mode"):
        lua.execute("return 1", mode="b")


def test_bytecode_is_code():
    from wrought.lua import LuaRuntime, LuaSyntaxError

    lua = LuaRuntime(encoding=None)
    code = lua.eval("string.dump(function(a) return a * 2 end)")
    assert lua.execute(code, 21) == 42
    with pytest.raises(LuaSyntaxError, match="mode"):
        lua.execute(code, mode="t")
    with pytest.raises(LuaSyntaxError):
        lua.execute(code[:20])
