"""What the distribution's LuaJIT says to many texts: one process for all."""

from __future__ import annotations

from collections.abc import Sequence

from lua.engines import oracle

SCRIPT = """
local file = io.open("texts", "rb")
local all = file:read("*a")
local at = 1
while at <= #all do
  local name, length, start = all:match("^([^\\n]*)\\n(%d+)\\n()", at)
  local _, message = loadstring(all:sub(start, start + length - 1), name)
  message = message or ""
  io.write(#message, "\\n", message)
  at = start + length
end
"""


def messages(texts: Sequence[tuple[str, str]]) -> list[str]:
    """The message of `loadstring` for each (text, chunk name); empty where there is none.

    Raises Missing.
    """
    packed = b"".join(f"{name}\n{len(text)}\n{text}".encode("latin-1") for text, name in texts)
    result = oracle().run_text(SCRIPT, files={"texts": packed})
    assert result.code == 0, result.stderr
    found = []
    rest = result.stdout.decode("latin-1")
    while rest:
        length, _, rest = rest.partition("\n")
        found.append(rest[:int(length)])
        rest = rest[int(length):]
    return found
