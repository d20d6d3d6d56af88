"""Python and Lua call each other; errors cross the border; a script that may do little."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from wrought.lua import LuaError, LuaRuntime

RULES = (Path(__file__).parent / "rules.lua").read_text("utf-8")
KEPT = {"ipairs", "pairs", "pcall", "error", "tostring", "string", "table", "math", "coroutine"}
"""What a script finds in its globals."""


def small_state() -> LuaRuntime:
    """A state for scripts that compute: 4 MB, 100,000 instructions, no files."""
    lua = LuaRuntime(register_eval=False, register_builtins=False,
                     max_memory=4_000_000, max_instructions=100_000)
    names = lua.globals()
    for name in list(names):
        if name not in KEPT:
            del names[name]
    return lua


def attempt(lua: Any, code: str) -> str:
    """What a chunk gives, or the first line of its error."""
    try:
        return str(lua.execute(code, name="=script"))
    except LuaError as error:
        return f"{type(error).__name__}: {str(error).splitlines()[0]}"


def main() -> None:
    lua = small_state()
    lua.globals().round = lambda x: int(x + 0.5)
    rules = lua.execute(RULES, name="@rules.lua")
    order = {"items": [{"kind": "book", "count": 2, "price": 30.0},
                       {"kind": "lamp", "count": 1, "price": 45.5}]}
    print("price:", rules.price(lua.table_from(order, recursive=True)))
    print("reminders:", list(rules.reminders.coroutine(30)))

    print("\nwhat goes wrong:")
    for code in ("return round('x')", "return 1 + {}", "local t = {} t.x.y = 1"):
        try:
            print(attempt(lua, code))
        except TypeError as error:
            print("TypeError, raised by Python and passed through Lua:", error)

    print("\nwhat it may not do:")
    for code in ("return io.open('secret')", "while true do end",
                 "local s = 'x' while true do s = s .. s end"):
        print(attempt(small_state(), code))


if __name__ == "__main__":
    main()
