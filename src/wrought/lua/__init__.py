"""A Lua 5.1 and LuaJIT compatible VM; in Python: `from wrought.lua import LuaRuntime`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wrought.lua.api.arguments import unpacks_lua_table, unpacks_lua_table_method
    from wrought.lua.api.errors import LuaError, LuaMemoryError, LuaSyntaxError
    from wrought.lua.api.native import (
        LuaFunction,
        LuaObject,
        LuaTable,
        LuaThread,
        as_attrgetter,
        as_itemgetter,
        lua_type,
    )
    from wrought.lua.api.runtime import LuaRuntime

PLACES = {
    "LuaRuntime": "runtime",
    "LuaError": "errors", "LuaSyntaxError": "errors", "LuaMemoryError": "errors",
    "LuaObject": "native", "LuaTable": "native", "LuaFunction": "native", "LuaThread": "native",
    "lua_type": "native", "as_attrgetter": "native", "as_itemgetter": "native",
    "unpacks_lua_table": "arguments", "unpacks_lua_table_method": "arguments",
}
"""Where names are that are imported when they are asked for: compiled code needs none of them."""

__all__ = ["LuaError", "LuaFunction", "LuaMemoryError", "LuaObject", "LuaRuntime",
           "LuaSyntaxError", "LuaTable", "LuaThread", "as_attrgetter", "as_itemgetter",
           "lua_type", "unpacks_lua_table", "unpacks_lua_table_method"]


def __getattr__(name: str) -> Any:
    if name not in PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.api.{PLACES[name]}"), name)
