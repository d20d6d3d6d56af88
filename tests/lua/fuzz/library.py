"""Random calls of library functions, with arguments of right and wrong types."""

from __future__ import annotations

from lua.fuzz import literals
from lua.fuzz.nodes import Node, line
from lua.fuzz.scope import Scope

CALLS = (
    ("string.sub", "sNN"), ("string.byte", "sNN"), ("string.rep", "sis"), ("string.len", "s"),
    ("string.upper", "s"), ("string.lower", "s"), ("string.reverse", "s"), ("string.char", "iiii"),
    ("string.find", "spNb"), ("string.match", "spN"), ("string.gsub", "spri"),
    ("string.format", "Fvvv"), ("string.gmatch", "sp"),
    ("table.concat", "tsii"), ("table.insert", "tiv"), ("table.insert", "tv"),
    ("table.remove", "tI"), ("table.remove", "t"), ("table.maxn", "t"), ("table.getn", "t"),
    ("table.move", "tIIIt"), ("table.sort", "t"), ("table.foreachi", "tf"), ("unpack", "tii"),
    ("math.floor", "N"), ("math.ceil", "N"), ("math.abs", "N"), ("math.sqrt", "N"),
    ("math.fmod", "NN"), ("math.modf", "N"), ("math.frexp", "N"), ("math.ldexp", "Ni"),
    ("math.max", "NNN"), ("math.min", "NNN"), ("math.deg", "N"), ("math.rad", "N"),
    ("bit.tobit", "n"), ("bit.bnot", "n"), ("bit.band", "nnn"), ("bit.bor", "nnn"),
    ("bit.bxor", "nn"), ("bit.lshift", "ni"), ("bit.rshift", "ni"), ("bit.arshift", "ni"),
    ("bit.rol", "ni"), ("bit.ror", "ni"), ("bit.bswap", "n"), ("bit.tohex", "ni"),
    ("tonumber", "S"), ("tonumber", "Si"), ("tonumber", "v"), ("tostring", "w"), ("type", "v"),
    ("select", "ivvv"), ("rawget", "tv"), ("rawequal", "vv"), ("rawset", "twv"), ("next", "tk"),
    ("ipairs", "t"), ("pairs", "t"), ("pcall", "fv"), ("xpcall", "ffv"), ("error", "wi"),
    ("assert", "vw"), ("setmetatable", "tt"), ("getmetatable", "t"), ("loadstring", "s"),
    ("coroutine.wrap", "f"), ("coroutine.status", "v"), ("coroutine.resume", "v"),
    ("io.type", "v"), ("getfenv", "i"), ("setfenv", "ft"))
"""Functions with the kinds of their arguments, by the letters of `_POOLS`."""

_STRINGS = ('"hello world"', '"abc"', '""', '"a,b,c"', '"10"', '"  x=1 "', '"a\\0b"', '"%d"', "12",
            '"-0x1F"', '"THE end"')
_SMALL = ("0", "1", "2", "3", "-1", "-2", "5", "8", "1.5", '"2"', "2.99", "-0.5")
_TABLES = ("{}", "{ 1, 2, 3 }", '{ "c", "a", "b" }', '{ 3, 1, 2, x = "y" }', '{ "x" }',
           "{ 5, 4, 3, 2, 1 }", "{ year = 2001, month = 2, day = 3, hour = 4 }")
_FUNCTIONS = ("type", "function(a, b) return b, a end", "function() error('inner', 0) end",
              "function() return nil end", "math.max", "string.upper",
              "function(a) error(a) end", "print == nil")
_WHOLE = (*_SMALL, "255", "65536", "2147483647", "2147483648", "-2147483648", "4294967295",
          "4294967296", "2 ^ 40", "-2 ^ 51", "0x7fffffff", "1e10", "0.5", "2.5", "-1.5")
_FORMATS = ('"%d"', '"%5.2f|%s"', '"%s %s %s"', '"%q"', '"%c%c"', '"%x %X %o"', '"%-5d|%5s|"',
            '"%g %e"', '"%i%%"', '"%z"', '"%"', '"%10.3s|"', '"%+d % d"', '"%#x"', '"%.20s"',
            '"plain"', '"%u"', '"%5c|"', '"%.14g"', '"%a"')
_VALUES = (*_SMALL, *_STRINGS, "true", "false", "nil", "{}", "print")
_POOLS: dict[str, tuple[str, ...]] = {
    "s": _STRINGS, "S": (*literals.STRINGS, '"ff"', '"zz"', '"1e5000"', '"0x1p-3"', '"1_0"', "15"),
    "i": _SMALL, "I": tuple(v for v in _SMALL if "." not in v), "n": _WHOLE, "t": _TABLES,
    "f": _FUNCTIONS, "F": _FORMATS,
    # Of keys that are not in the table LuaJIT finds some, by the size of its array.
    "k": tuple(v for v in _SMALL if v != "8"), "b": ("true", "false", "nil", "1"), "v": _VALUES,
    "w": tuple(v for v in _VALUES if v not in ("{}", "print"))}
"""Expressions by kind.  `N`, `p` and `r` are made: any number, a pattern, a replacement."""


def library_call(scope: Scope) -> list[Node]:
    """A protected call, as a value (no name is known in messages) or as an expression."""
    rng = scope.random
    name, kinds = rng.choice(CALLS)
    arguments = [_argument(scope, kind) for kind in kinds]
    # Optional ones are left away now and then, and needed ones too.
    # (LuaJIT's math.floor() without any reads what is left on the stack.)
    while len(arguments) > name.startswith("math.") and rng.random() < 0.25:
        arguments.pop()
    if rng.random() < 0.4:
        return [line(f"T(pcall({', '.join([name, *arguments])}))")]
    if name.startswith("string.") and arguments and kinds[0] == "s" and rng.random() < 0.4:
        method = f"({arguments[0]}):{name.partition('.')[2]}({', '.join(arguments[1:])})"
        return [line(f"T(pcall(function() return {method} end))")]
    return [line(f"T(pcall(function() return {name}({', '.join(arguments)}) end))")]


def _argument(scope: Scope, kind: str) -> str:
    rng = scope.random
    if rng.random() < 0.08:
        return rng.choice(("nil", "true", "{}", '"x"', "print", "-1", "newproxy()"))
    if kind == "N":
        return literals.number(rng)
    if kind == "p":
        return literals.pattern(rng)
    if kind == "r":
        return literals.replacement(rng)
    return rng.choice(_POOLS[kind])
