"""From bytes to tokens (Lua 5.1 manual, 2.1)."""

from __future__ import annotations

from wrought.lang.core.function import fn, inline, unsafe
from wrought.lang.core.intrinsics import bitcast, likely, slice_from, trunc
from wrought.lang.core.scalars import Ptr, i64, u8, u32, u64
from wrought.lua.front.state import Parser
from wrought.lua.front.tokens import DIGIT, FIRST_WORD, LETTER, NEWLINE, SPACE, TK, Char, is_class
from wrought.lua.vm.objects import string_value
from wrought.lua.vm.strings import intern


@fn
def next_token(p: Ptr[Parser]) -> None:
    """Go on to the next token."""
    p.last_line = p.line
    if likely(p.ahead == TK.NOT_READ):
        p.token = scan(p)
        return
    p.token = p.ahead
    p.value = p.ahead_value
    p.start = p.ahead_start
    p.ahead = TK.NOT_READ


@fn
def look_ahead(p: Ptr[Parser]) -> u32:
    """The token after the current one."""
    start = p.start
    value = p.value
    p.ahead = scan(p)
    p.ahead_start = p.start
    p.ahead_value = p.value
    p.start = start
    p.value = value
    return p.ahead


@unsafe
@fn
def scan(p: Ptr[Parser]) -> u32:
    """Read a token: its number; where it begins goes to p.start, what it stands for to p.value."""
    # SAFETY: bytes are read up to the zero at the source's end and no further.
    while True:
        s = p.at
        c = s[0]
        p.start = s
        if is_class(c, LETTER):
            if is_class(c, DIGIT):
                return read_number(p)
            return read_name(p)
        if is_class(c, SPACE):
            p.at = s + 1
        elif is_class(c, NEWLINE):
            skip_newline(p)
        elif c == ord("-"):
            p.at = s + 1
            if s[1] != ord("-"):
                return c
            skip_comment(p)
        elif c == 0 and u64(s) == u64(p.end):
            return TK.EOF
        else:
            return read_sign(p, c)


@inline
@unsafe
@fn
def skip_newline(p: Ptr[Parser]) -> None:
    """Pass an end of line, which may be of two characters."""
    # SAFETY: as in scan.
    s = p.at
    p.line += 1
    p.at = s + 2 if s[0] ^ s[1] == ord("\r") ^ ord("\n") and is_class(s[1], NEWLINE) else s + 1


@unsafe
@fn
def read_name(p: Ptr[Parser]) -> u32:
    """A name or a reserved word."""
    # SAFETY: as in scan.
    s = p.at + 1
    while is_class(s[0], LETTER):
        s += 1
    p.at = s
    name = intern(p.vm, slice_from(p.start, u64(s) - u64(p.start)))
    p.value = string_value(name)
    if name.reserved != 0:
        return FIRST_WORD - 1 + u32(name.reserved)
    return TK.NAME


@unsafe
@fn
def skip_comment(p: Ptr[Parser]) -> None:
    """Pass a comment; p.at is at its second dash."""
    # SAFETY: as in scan.
    s = p.at + 1
    p.at = s
    if s[0] == ord("["):
        level = long_level(s)
        if level >= 0:
            read_long(p, trunc(u32, level), True)
            return
    while not is_class(s[0], NEWLINE) and (s[0] != 0 or u64(s) != u64(p.end)):
        s += 1
    p.at = s


@unsafe
@fn
def long_level(s: Ptr[u8]) -> i64:
    """The number of "=" in a long bracket at s; below 0, one less than minus it, for none."""
    # SAFETY: as in scan.
    n: i64 = 0
    while s[1 + n] == ord("="):
        n += 1
    return n if s[1 + n] == ord("[") else -1 - n


@inline
@unsafe
@fn
def pair(p: Ptr[Parser], first: u8, second: u8, token: u32) -> u32:
    """The token of two characters if the second one follows, else of the first alone."""
    # SAFETY: as in scan.
    if p.at[1] == second:
        p.at += 2
        return token
    p.at += 1
    return first


@unsafe
@fn
def read_sign(p: Ptr[Parser], c: u8) -> u32:
    """Anything but names, numbers that begin with a digit, spaces and comments."""
    # SAFETY: as in scan.
    match c:
        case Char.QUOTE | Char.APOSTROPHE:
            return read_string(p)
        case Char.EQUAL:
            return pair(p, c, ord("="), TK.EQ)
        case Char.LESS:
            return pair(p, c, ord("="), TK.LE)
        case Char.GREATER:
            return pair(p, c, ord("="), TK.GE)
        case Char.TILDE:
            return pair(p, c, ord("="), TK.NE)
        case Char.COLON:
            return pair(p, c, ord(":"), TK.LABEL)
        case Char.DOT:
            return read_dot(p)
        case Char.BRACKET:
            level = long_level(p.at)
            if level >= 0:
                return read_long(p, trunc(u32, level), False)
            if level < -1:
                near = slice_from(p.at, bitcast(u64, -level))
                fail_quoted(p, b"invalid long string delimiter", near)
        case _:
            pass
    p.at += 1
    return c


@unsafe
@fn
def read_dot(p: Ptr[Parser]) -> u32:
    """A token that begins with a dot."""
    # SAFETY: as in scan.
    if is_class(p.at[1], DIGIT):
        return read_number(p)
    if p.at[1] != ord("."):
        p.at += 1
        return ord(".")
    if p.at[2] == ord("."):
        p.at += 3
        return TK.DOTS
    p.at += 2
    return TK.CONCAT


from wrought.lua.front.literals import read_long, read_number, read_string  # noqa: E402
from wrought.lua.front.messages import fail_quoted  # noqa: E402
