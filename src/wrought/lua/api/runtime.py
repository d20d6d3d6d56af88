"""`LuaRuntime`: a Lua state in Python, with the names that users of lupa know."""

from __future__ import annotations

import builtins
import sys
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from .arguments import pack
from .native import Core, LuaTable, as_attrgetter

BYTES, UTF8, CODEC = 0, 1, 2
"""As `embed.core` numbers them."""
LUA_VERSION = (5, 1)
UTF8_NAMES = ("utf8", "utf-8", "u8")


class LuaRuntime(Core):
    """A Lua state.

    `encoding` is that of Lua's strings, by default UTF-8; with None they are bytes in Python.
    `source_encoding` is that of source text, by default the same.  With `unpack_returned_tuples` a
    tuple that a Python function returns to Lua is several results.  `attribute_filter(object,
    name, is_setting)` gives the name to use or raises AttributeError; `attribute_handlers` is a
    pair (getter(object, name), setter(object, name, value)) to use instead.  `register_eval` and
    `register_builtins` put `python.eval` and `python.builtins` into Lua.  `overflow_handler`
    converts ints that Lua can't have.  `max_memory` (bytes) and `max_instructions` limit scripts.

    One thread at a time is inside; others wait.  Python threads run while Lua does.
    """

    def __init__(self, encoding: str | None = "UTF-8", source_encoding: str | None = None,
                 attribute_filter: Callable[..., Any] | None = None,
                 attribute_handlers: tuple[Callable[..., Any] | None,
                                           Callable[..., Any] | None] | None = None,
                 register_eval: bool = True, unpack_returned_tuples: bool = False,
                 register_builtins: bool = True,
                 overflow_handler: Callable[..., Any] | None = None,
                 max_memory: int | None = None, *, max_instructions: int | None = None) -> None:
        if attribute_filter is not None and not callable(attribute_filter):
            raise ValueError("attribute_filter must be callable")
        getter, setter = checked_handlers(attribute_handlers)
        if attribute_filter is not None and (getter or setter):
            raise ValueError("attribute_filter and attribute_handlers exclude each other")
        check_overflow_handler(overflow_handler)
        source = source_encoding or encoding or "UTF-8"
        "".encode(source)
        self._other_source = None if source.lower() in UTF8_NAMES else source
        how, codec = (BYTES, None) if encoding is None else (
            (UTF8, None) if encoding.lower() in UTF8_NAMES else (CODEC, encoding.encode()))
        "".encode(encoding or "UTF-8")
        python = self._open(how, codec, bool(unpack_returned_tuples), attribute_filter, getter,
                            setter, overflow_handler)
        fill_python_table(self, python, register_eval, register_builtins)
        self._max_memory = 0
        self._base_memory = self._memory()
        if max_memory is not None:
            self.set_max_memory(max_memory)
        if max_instructions is not None:
            self.set_max_instructions(max_instructions)

    lua_version = LUA_VERSION

    @property
    def lua_implementation(self) -> str:
        """Who runs the scripts."""
        import wrought

        return f"Wrought {wrought.__version__}"

    def execute(self, lua_code: str | bytes, *args: Any, name: str | None = None,
                mode: str | None = None) -> Any:
        """Run a chunk with arguments (`...`); what it returns."""
        if self._other_source is not None:
            lua_code, name = self._source(lua_code), self._source(name)
        return self._run(lua_code, name, mode, *args)

    def eval(self, lua_code: str | bytes, *args: Any, name: str | None = None,
             mode: str | None = None) -> Any:
        """The value of an expression, which may use the arguments as `...`."""
        if self._other_source is not None:
            lua_code, name = self._source(lua_code), self._source(name)
        return self._eval(lua_code, name, mode, *args)

    def compile(self, lua_code: str | bytes, name: str | None = None,
                mode: str | None = None) -> Any:
        """A chunk as a function."""
        if self._other_source is not None:
            lua_code, name = self._source(lua_code), self._source(name)
        return self._load(lua_code, name, mode)

    def require(self, modulename: str) -> Any:
        """Load a Lua module."""
        require = self.globals()["require"]
        if require is None:
            raise NameError("'require' is not defined in Lua")
        return require(modulename)

    def table(self, *items: Any, **named: Any) -> Any:
        """A new table with the positional items from 1 on and the named ones."""
        return self.table_from(items, named)

    def table_from(self, *args: Mapping[Any, Any] | Iterable[Any], recursive: bool = False) -> Any:
        """A new table from mappings, whose keys it gets, and iterables, whose items are numbered
        through; with `recursive` dicts and lists inside become tables as well."""
        return fill_table(self, args, recursive, {})

    @contextmanager
    def nogc(self) -> Iterator[None]:
        """A block without garbage collection, but where the memory limit asks for it."""
        collect = self.globals()["collectgarbage"]
        running = collect("isrunning")
        collect("stop")
        try:
            yield
        finally:
            if running:
                collect("restart")

    def set_max_memory(self, max_memory: int | None, total: bool = False) -> None:
        """Limit the memory (bytes): beyond what a new state uses, or in `total`; 0 is no limit."""
        limit = max_memory or 0
        if limit < 0:
            raise ValueError("a memory limit is not negative")
        self._max_memory = limit
        self._limit(limit + (0 if total else self._base_memory) if limit else 0)

    def get_max_memory(self, total: bool = False) -> int:
        """The limit as it was set, 0 where there is none."""
        if total and self._max_memory:
            return self._max_memory + self._base_memory
        return self._max_memory

    def get_memory_used(self, total: bool = False) -> int:
        """Bytes in use, without those of a new state unless `total`."""
        used = self._memory()
        return used if total else max(used - self._base_memory, 0)

    def set_max_instructions(self, count: int | None) -> None:
        """Let scripts run about `count` instructions from now on, then raise LuaError; None takes
        the limit away."""
        if count is not None and count < 0:
            raise ValueError("an instruction limit is not negative")
        self._budget(-1 if count is None else count)

    def _source(self, code: Any) -> Any:
        """A text in the source's encoding, which is not UTF-8."""
        return code.encode(self._other_source or "UTF-8") if isinstance(code, str) else code


def checked_handlers(handlers: Any) -> tuple[Any, Any]:
    """getter and setter of `attribute_handlers`.  Raises ValueError."""
    if handlers is None:
        return None, None
    message = "attribute_handlers must be a pair of callables or None"
    try:
        getter, setter = handlers
    except (TypeError, ValueError):
        raise ValueError(message) from None
    if not all(f is None or callable(f) for f in (getter, setter)):
        raise ValueError(message)
    return getter, setter


def check_overflow_handler(handler: Any) -> None:
    if handler is not None and not callable(handler):
        raise ValueError("overflow_handler must be callable")


def fill_python_table(runtime: LuaRuntime, python: Any, register_eval: bool,
                      register_builtins: bool) -> None:
    """Put into Lua's `python` table what needs Python."""
    function = python["as_function"]
    python["none"] = as_attrgetter(None)
    python["args"] = function(pack)
    python["set_overflow_handler"] = function(overflow_setter(weakref.ref(runtime)))
    if register_eval:
        python["eval"] = function(evaluate)
    if register_builtins:
        python["builtins"] = builtins


def overflow_setter(runtime: weakref.ref[LuaRuntime]) -> Callable[[Any], None]:
    """python.set_overflow_handler.  What a state refers to must not keep its runtime alive."""
    def set_overflow_handler(handler: Any) -> None:
        alive = runtime()
        if alive is not None:
            alive.set_overflow_handler(handler)
    return set_overflow_handler


def evaluate(code: str | bytes, /) -> Any:
    """python.eval(code): the value of a Python expression, where the script was called from."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__") == __name__:
        frame = frame.f_back
    return eval(code, frame.f_globals, frame.f_locals)


def fill_table(runtime: LuaRuntime, sources: Iterable[Any], recursive: bool,
               made: dict[int, Any]) -> Any:
    """`table_from`; `made` has the tables of the objects that are being converted, by identity, so
    that what refers to itself does so in Lua."""
    table = runtime._table(0, 0)
    for source in sources:
        if recursive:
            made[id(source)] = table
        fill_from(runtime, table, source, recursive, made)
    return table


def fill_from(runtime: LuaRuntime, table: Any, source: Any, recursive: bool,
              made: dict[int, Any]) -> None:
    convert = converter(runtime, made) if recursive else same
    if isinstance(source, LuaTable):
        for key, value in source.items():
            table[key] = value
    elif isinstance(source, Mapping):
        for key in source:
            table[key] = convert(source[key])
    else:
        at = len(table)
        for value in source:
            at += 1
            table[at] = convert(value)


def same(value: Any) -> Any:
    return value


def converter(runtime: LuaRuntime, made: dict[int, Any]) -> Callable[[Any], Any]:
    """A function that makes tables of dicts, lists and tuples."""
    def convert(value: Any) -> Any:
        if not isinstance(value, dict | list | tuple):
            return value
        if id(value) not in made:
            fill_table(runtime, (value,), True, made)
        return made[id(value)]
    return convert
