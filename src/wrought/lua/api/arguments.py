"""Calls between two languages, one of which has keyword arguments."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any


class Arguments:
    """What `python.args{…}` makes in Lua: a call with it alone passes what it holds."""

    __slots__ = ("named", "positional")

    def __init__(self, positional: tuple[Any, ...], named: dict[str, Any]) -> None:
        self.positional, self.named = positional, named


def unpack_table(table: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Positional arguments from the keys 1, 2, …, keyword arguments from the names.

    Raises TypeError for other keys.
    """
    numbered: dict[int, Any] = {}
    named: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(key, int) and key > 0:
            numbered[key] = value
        elif isinstance(key, str):
            named[key] = value
        elif isinstance(key, bytes):
            named[key.decode()] = value
        else:
            raise TypeError(f"a table of arguments has positive integers and names as keys, "
                            f"not {key!r}")
    return tuple(numbered.get(i) for i in range(1, max(numbered, default=0) + 1)), named


def pack(table: Any) -> Arguments:
    """python.args(table)."""
    return Arguments(*unpack_table(table))


def unpacks_lua_table(function: Callable[..., Any]) -> Callable[..., Any]:
    """Decorator: Lua may call the function with a single table of named arguments, `f{1, x=2}`."""
    @functools.wraps(function)
    def wrapper(*args: Any, **named: Any) -> Any:
        args, named = expanded(args, named)
        return function(*args, **named)
    return wrapper


def unpacks_lua_table_method(method: Callable[..., Any]) -> Callable[..., Any]:
    """The same for methods."""
    @functools.wraps(method)
    def wrapper(self: Any, *args: Any, **named: Any) -> Any:
        args, named = expanded(args, named)
        return method(self, *args, **named)
    return wrapper


def expanded(args: tuple[Any, ...], named: dict[str, Any]
             ) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments, where there is but one, a Lua table, those that it holds."""
    from .native import lua_type

    if len(args) == 1 and not named and lua_type(args[0]) == "table":
        return unpack_table(args[0])
    return args, named
