"""Numbers of the built-in functions: `Closure.builtin`, what `tostring(print)` shows."""

from __future__ import annotations

FIRST = 2
"""0 is no built-in function, 1 one that is in no list, as in LuaJIT."""

_SHOWN = (
    ("", "assert type next pairs ipairs() ipairs getmetatable setmetatable getfenv setfenv rawget "
         "rawset rawequal unpack select tonumber tostring error pcall xpcall loadfile load "
         "loadstring dofile gcinfo collectgarbage newproxy print"),
    ("coroutine", "status running isyieldable create yield resume wrap() wrap"),
    ("math", "abs floor ceil sqrt log10 exp sin cos tan asin acos atan sinh cosh tanh frexp modf "
             "log atan2 pow fmod ldexp min max random randomseed"),
    ("bit", "tobit bnot bswap lshift rshift arshift rol ror band bor bxor tohex"),
    ("string", "byte char sub rep reverse lower upper dump find match gmatch() gmatch gsub format"),
    ("table", "maxn insert concat sort new clear"),
    ("file", "close read write flush seek setvbuf lines __gc __tostring"),
    ("io", "open popen tmpfile close read write flush input output lines type"),
    ("os", "execute remove rename tmpname getenv exit clock date time difftime setlocale"),
    ("debug", "getregistry getmetatable setmetatable getfenv setfenv getinfo getlocal setlocal "
              "getupvalue setupvalue upvalueid upvaluejoin sethook gethook debug traceback"),
    ("jit", "on off flush status security attach"),
)

_HIDDEN = (
    ("", "rawlen require module"),
    ("string", "len"),
    ("table", "concat() remove move getn foreach foreachi pack unpack"),
    ("math", "deg rad"),
    ("io", "lines()"),
    ("package", "loadlib searchpath seeall"),
)
"""Functions that LuaJIT has in Lua or C, and shows by their address."""


def _keys(lists: tuple[tuple[str, str], ...]) -> list[str]:
    return [f"{library}.{name}" if library else name
            for library, names in lists for name in names.split()]


BUILTIN_NUMBERS = {name: number for number, name in
                   enumerate(_keys(_SHOWN) + _keys(_HIDDEN), FIRST)}
"""By name: "string.rep", "print"; "ipairs()" is what `ipairs` returns."""

FIRST_HIDDEN = FIRST + len(_keys(_SHOWN))
"""Numbers from here on are not shown."""

NOT_LISTED = 1


def number_of_builtin(name: str) -> int:
    """A function's number, NOT_LISTED for those that bytecode need not know."""
    return BUILTIN_NUMBERS.get(name, NOT_LISTED)
