"""The exceptions of Lua scripts."""

from __future__ import annotations

RUN, SYNTAX, MEMORY = 2, 3, 4
"""Codes of errors, as lua.h numbers them."""


class LuaError(Exception):
    """An error that a script raised and nobody in it caught: the message with Lua's traceback.

    `value` is the error's value where that is no text: a table, a number, an object.
    """

    value: object = None
    __module__ = "wrought.lua"


class LuaSyntaxError(LuaError):
    """A script that can't be compiled."""

    __module__ = "wrought.lua"


class LuaMemoryError(LuaError, MemoryError):
    """The memory limit was reached."""

    __module__ = "wrought.lua"


KINDS: dict[int, type[LuaError]] = {SYNTAX: LuaSyntaxError, MEMORY: LuaMemoryError}


def make_error(code: int, text: str | None, value: object) -> LuaError:
    """The exception for an error; `text` is None where its value is none."""
    if text is None:
        text = describe(value)
    made = KINDS.get(code, LuaError)(text)
    made.value = value
    return made


def describe(value: object) -> str:
    """A message for an error whose value is no text."""
    from .native import lua_type

    if value is None:
        return "(error object is nil)"
    kind = lua_type(value)
    if kind is None:
        return f"(error object is {value!r})"
    return f"(error object is a {kind} value)"
