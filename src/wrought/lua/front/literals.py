"""Numbers and strings of the source (Lua 5.1 manual, 2.1, with LuaJIT's escapes and suffixes)."""

from __future__ import annotations

from wrought.lang.core.function import fn, inline, noinline, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, likely, slice_from, trunc
from wrought.lang.core.scalars import Ptr, Slice, i32, u8, u32, u64
from wrought.lua.front.growable import push
from wrought.lua.front.state import Parser
from wrought.lua.front.tokens import DIGIT, LETTER, NEWLINE, TK, is_class
from wrought.lua.vm.numbers.parse import NumberKind, parse_literal
from wrought.lua.vm.objects import string_of, string_value
from wrought.lua.vm.strings import intern
from wrought.lua.vm.value import int_value

SHORT_DIGITS = 9
"""So many digits fit an int32."""


@unsafe
@fn
def number_end(start: Ptr[u8]) -> Ptr[u8]:
    """Where what looks like a number ends."""
    # SAFETY: the source ends with a zero byte, which stops this.
    s = start
    exponent: u8 = ord("e")
    if s[0] == ord("0") and s[1] | 0x20 == ord("x"):
        exponent = ord("p")
        s += 2
    before: u8 = 0
    while is_class(s[0], LETTER) or s[0] == ord(".") or (
            (s[0] == ord("-") or s[0] == ord("+")) and before | 0x20 == exponent):
        before = s[0]
        s += 1
    return s


@unsafe
@fn
def read_number(p: Ptr[Parser]) -> u32:
    """A number; p.at is at its first digit or dot."""
    # SAFETY: as in number_end.
    s = p.at
    n: i32 = 0
    while is_class(s[0], DIGIT):
        n = n * 10 + i32(s[0] - ord("0"))
        s += 1
    if likely(not is_class(s[0], LETTER) and s[0] != ord(".")
              and u64(s) - u64(p.at) <= SHORT_DIGITS):
        p.at = s
        p.value = int_value(n)
        return TK.NUMBER
    return read_any_number(p)


@noinline
@unsafe
@fn
def read_any_number(p: Ptr[Parser]) -> u32:
    """A number in any form."""
    # SAFETY: as in number_end.
    start = p.at
    p.at = number_end(start)
    text = slice_from(start, u64(p.at) - u64(start))
    kind, bits = parse_literal(text)
    match kind:
        case NumberKind.INT:
            p.value = int_value(bitcast(i32, trunc(u32, bits)))
        case NumberKind.DOUBLE:
            p.value = bits
        case NumberKind.NONE:
            fail_quoted(p, b"malformed number", text)
        case _:
            fail_quoted(p, b"number with a suffix needs the FFI", text)
    return TK.NUMBER


@unsafe
@fn
def read_string(p: Ptr[Parser]) -> u32:
    """A string in quotes; p.at is at the first of them."""
    # SAFETY: as in number_end.
    delimiter = p.at[0]
    s = p.at + 1
    while s[0] != delimiter:
        if s[0] == ord("\\") or s[0] == 0 or is_class(s[0], NEWLINE):
            text = decode_string(p)
            p.value = string_value(intern(p.vm, text[1:len(text) - 1]))
            return TK.STRING
        s += 1
    p.value = string_value(intern(p.vm, slice_from(p.at + 1, u64(s) - u64(p.at) - 1)))
    p.at = s + 1
    return TK.STRING


@inline
@fn
def put(p: Ptr[Parser], c: u32) -> None:
    """Append a byte to the text of the string that is being read."""
    push(p.vm, addr_of(p.text), trunc(u8, c))


@unsafe
@fn
def decode_string(p: Ptr[Parser]) -> Slice[u8]:
    """A string in quotes, with its quotes, its escapes replaced."""
    # SAFETY: as in number_end.
    delimiter = p.at[0]
    p.text.used = 0
    put(p, delimiter)
    p.at += 1
    while p.at[0] != delimiter:
        c = p.at[0]
        if c == ord("\\"):
            read_escape(p)
        elif c == 0 and u64(p.at) == u64(p.end):
            fail_quoted(p, b"unfinished string", b"<eof>")
        elif is_class(c, NEWLINE):
            fail_quoted(p, b"unfinished string", p.text.all())
        else:
            put(p, c)
            p.at += 1
    p.at += 1
    put(p, delimiter)
    return p.text.all()


@unsafe
@fn
def string_source(p: Ptr[Parser]) -> Slice[u8]:
    """The string at p.at, in quotes or long brackets, as messages show it."""
    # SAFETY: it has been read once without errors; here it is read again for a message.
    line = p.line
    if p.at[0] != ord("["):
        text = decode_string(p)
    else:
        level: u64 = 0
        while p.at[level + 1] == ord("="):
            level += 1
        read_long(p, trunc(u32, level), False)
        body = string_of(p.value).bytes()
        p.text.used = 0
        put_bracket(p, ord("["), level)
        for c in body:
            put(p, c)
        put_bracket(p, ord("]"), level)
        text = p.text.all()
    p.line = line
    return text


@fn
def put_bracket(p: Ptr[Parser], c: u32, level: u64) -> None:
    """Append a long bracket."""
    put(p, c)
    for _ in range(level):
        put(p, ord("="))
    put(p, c)


@unsafe
@fn
def read_long(p: Ptr[Parser], level: u32, comment: bool) -> u32:
    """A string or comment in long brackets; p.at is at the first of them."""
    # SAFETY: as in number_end.
    p.at += level + 2
    if is_class(p.at[0], NEWLINE):
        skip_newline(p)
    p.text.used = 0
    start = p.at
    plain = True
    while True:
        c = p.at[0]
        if c == ord("]") and is_closing(p.at, level):
            break
        if is_class(c, NEWLINE):
            from_here = p.at
            skip_newline(p)
            if c == ord("\r") or u64(p.at) - u64(from_here) == 2:
                if not comment:
                    put_run(p, start, from_here)
                    put(p, ord("\n"))
                start = p.at
                plain = False
        elif c == 0 and u64(p.at) == u64(p.end):
            fail_quoted(p, b"unfinished long comment" if comment else b"unfinished long string",
                        b"<eof>")
        else:
            p.at += 1
    if not comment:
        text = slice_from(start, u64(p.at) - u64(start))
        if not plain:
            put_run(p, start, p.at)
            text = p.text.all()
        p.value = string_value(intern(p.vm, text))
    p.at += level + 2
    return TK.STRING


@unsafe
@fn
def put_run(p: Ptr[Parser], start: Ptr[u8], end: Ptr[u8]) -> None:
    """Append the source from start to end."""
    # SAFETY: both are in the source.
    for c in slice_from(start, u64(end) - u64(start)):
        put(p, c)


@unsafe
@fn
def is_closing(s: Ptr[u8], level: u32) -> bool:
    """Whether the long bracket that ends a text is at s."""
    # SAFETY: as in number_end.
    n: u32 = 0
    while n < level and s[1 + n] == ord("="):
        n += 1
    return n == level and s[1 + n] == ord("]")


from wrought.lua.front.escapes import read_escape  # noqa: E402
from wrought.lua.front.lexer import skip_newline  # noqa: E402
from wrought.lua.front.messages import fail_quoted  # noqa: E402
