"""How messages show the name of a chunk (`load`'s second argument; Lua 5.1 manual, lua_Debug)."""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, Slice, u8, u64
from wrought.lua.vm.objects import Buffer

LONGEST = 59
"""Bytes of a chunk's name as it is shown."""
LONGEST_QUOTED = LONGEST - len('[string ""]')
LONGEST_CUT = LONGEST_QUOTED - len("...")


@fn
def c_text(text: Slice[u8]) -> Slice[u8]:
    """A text up to its first zero byte."""
    n: u64 = 0
    while n < len(text) and text[n] != 0:
        n += 1
    return text[:n]


@fn
def chunk_id(b: Ptr[Buffer], name: Slice[u8]) -> None:
    """Append the name of a chunk as messages show it, at most 59 bytes.

    "=text" gives the text, cut at its end; "@file" the file's name, cut at its start; anything
    else is source, of which the first line is shown as [string "…"].
    """
    shown = c_text(name)
    if len(shown) != 0 and shown[0] == ord("="):
        b.write(shown[1:min(len(shown), LONGEST + 1)])
    elif len(shown) != 0 and shown[0] == ord("@"):
        if len(shown) - 1 > LONGEST:
            b.write(b"...")
            b.write(shown[len(shown) - (LONGEST - 3):])
        else:
            b.write(shown[1:])
    else:
        put_source(b, shown)


@fn
def put_source(b: Ptr[Buffer], source: Slice[u8]) -> None:
    """Append the beginning of a source, up to the first control character."""
    n: u64 = 0
    while n < len(source) and n < LONGEST_QUOTED and source[n] >= ord(" "):
        n += 1
    b.write(b'[string "')
    if n < len(source):
        b.write(source[:min(n, LONGEST_CUT)])
        b.write(b"...")
    else:
        b.write(source)
    b.write(b'"]')
