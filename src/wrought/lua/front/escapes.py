"""Escape sequences in strings: those of Lua 5.1, and LuaJIT's \\x, \\z and \\u{…}."""

from __future__ import annotations

from wrought.lang.core.function import cold, fn, unsafe
from wrought.lang.core.scalars import Array, Never, Ptr, u8, u32, u64
from wrought.lang.core.static import constant
from wrought.lua.front.state import Parser
from wrought.lua.front.tokens import DIGIT, HEX, NEWLINE, SPACE, Char, is_class


class Escape:
    """The letters behind a backslash, for `match`."""

    A, B, F, N, R, T, U, V, X, Z = b"abfnrtuvxz"


_CONTROLS = dict(zip(b"abfnrtv", b"\a\b\f\n\r\t\v", strict=True))
CONTROLS = constant(Array[u8, 256], [_CONTROLS.get(c, 0) for c in range(256)])
"""What they stand for, by letter."""


@cold
@fn
def bad_escape(p: Ptr[Parser]) -> Never:
    """Not an escape sequence; the message shows the string up to it."""
    fail_quoted(p, b"invalid escape sequence", p.text.all())


@unsafe
@fn
def read_escape(p: Ptr[Parser]) -> None:
    """An escape sequence; p.at is at its backslash."""
    # SAFETY: the zero byte at the source's end is in none of the sequences.
    p.at += 1
    c = p.at[0]
    match c:
        case Escape.A | Escape.B | Escape.F | Escape.N | Escape.R | Escape.T | Escape.V:
            put_simple(p, CONTROLS[c])
        case Char.BACKSLASH | Char.QUOTE | Char.APOSTROPHE:
            put_simple(p, c)
        case Char.NEWLINE | Char.RETURN:
            put(p, ord("\n"))
            skip_newline(p)
        case Escape.X:
            read_hex(p)
        case Escape.U:
            read_unicode(p)
        case Escape.Z:
            skip_spaces(p)
        case _:
            if is_class(c, DIGIT):
                read_decimal(p)
            elif c != 0 or u64(p.at) != u64(p.end):
                bad_escape(p)


@unsafe
@fn
def put_simple(p: Ptr[Parser], c: u32) -> None:
    """Append what an escape of one letter stands for."""
    # SAFETY: the letter is not the zero at the end.
    put(p, c)
    p.at += 1


@unsafe
@fn
def skip_spaces(p: Ptr[Parser]) -> None:
    """What \\z does."""
    # SAFETY: as in read_escape.
    p.at += 1
    while is_class(p.at[0], SPACE | NEWLINE):
        if is_class(p.at[0], NEWLINE):
            skip_newline(p)
        else:
            p.at += 1


@unsafe
@fn
def hex_digit(p: Ptr[Parser]) -> u32:
    """The value of the next hexadecimal digit."""
    # SAFETY: as in read_escape.
    c = p.at[0]
    if not is_class(c, HEX):
        bad_escape(p)
    p.at += 1
    return u32(c & 15) + (0 if is_class(c, DIGIT) else 9)


@unsafe
@fn
def read_hex(p: Ptr[Parser]) -> None:
    """\\xXX."""
    # SAFETY: as in read_escape.
    p.at += 1
    high = hex_digit(p)
    put(p, high << 4 | hex_digit(p))


@unsafe
@fn
def read_decimal(p: Ptr[Parser]) -> None:
    """\\ddd, up to three digits."""
    # SAFETY: as in read_escape.
    n: u32 = 0
    count: u32 = 0
    while count < 3 and is_class(p.at[0], DIGIT):
        n = n * 10 + u32(p.at[0] - ord("0"))
        p.at += 1
        count += 1
    if n > 255:
        bad_escape(p)
    put(p, n)


@unsafe
@fn
def read_unicode(p: Ptr[Parser]) -> None:
    """\\u{X…}: a code point in UTF-8; surrogates are refused."""
    # SAFETY: as in read_escape.
    p.at += 1
    if p.at[0] != ord("{"):
        bad_escape(p)
    p.at += 1
    n = hex_digit(p)
    while p.at[0] != ord("}"):
        n = n << 4 | hex_digit(p)
        if n >= 0x110000:
            bad_escape(p)
    p.at += 1
    if n >= 0xD800 and n < 0xE000:
        bad_escape(p)
    put_utf8(p, n)


@fn
def put_utf8(p: Ptr[Parser], n: u32) -> None:
    """Append a code point in UTF-8."""
    if n < 0x80:
        put(p, n)
        return
    if n < 0x800:
        put(p, 0xC0 | n >> 6)
    else:
        if n < 0x10000:
            put(p, 0xE0 | n >> 12)
        else:
            put(p, 0xF0 | n >> 18)
            put(p, 0x80 | n >> 12 & 0x3F)
        put(p, 0x80 | n >> 6 & 0x3F)
    put(p, 0x80 | n & 0x3F)


from wrought.lua.front.lexer import skip_newline  # noqa: E402
from wrought.lua.front.literals import put  # noqa: E402
from wrought.lua.front.messages import fail_quoted  # noqa: E402
