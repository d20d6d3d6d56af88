"""%q: a string as the source has it."""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, Slice, u8
from wrought.lua.vm.buffer import put_byte
from wrought.lua.vm.objects import Buffer


@fn
def put_quoted(out: Ptr[Buffer], s: Slice[u8]) -> None:
    """Append a text between quotes; control characters become decimal escapes."""
    put_byte(out, ord('"'))
    for i in range(len(s)):
        c = s[i]
        if c == ord('"') or c == ord("\\") or c == ord("\n"):
            put_byte(out, ord("\\"))
            put_byte(out, c)
        elif c < 32 or c == 127:
            digit_follows = i + 1 < len(s) and s[i + 1] - ord("0") < 10
            put_escape(out, c, digit_follows)
        else:
            put_byte(out, c)
    put_byte(out, ord('"'))


@fn
def put_escape(out: Ptr[Buffer], c: u8, digit_follows: bool) -> None:
    """Append a decimal escape, of three digits where a digit follows."""
    put_byte(out, ord("\\"))
    if c >= 100 or digit_follows:
        put_byte(out, ord("0") + c // 100)
    if c >= 10 or digit_follows:
        put_byte(out, ord("0") + c // 10 % 10)
    put_byte(out, ord("0") + c % 10)
