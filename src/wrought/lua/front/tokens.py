"""Tokens: numbers, texts, classes of characters."""

from __future__ import annotations

from wrought.lang.core.function import fn, inline
from wrought.lang.core.scalars import Array, Slice, u8, u32
from wrought.lang.core.static import constant
from wrought.lua.vm.strings import RESERVED

FIRST_WORD = 257
"""A reserved word's token is 256 + `Str.reserved`; a single character is its own."""


class TK:
    """Tokens as constants: `TK.AND` … `TK.WHILE` for the reserved words, and these."""

    CONCAT = FIRST_WORD + len(RESERVED)
    DOTS = CONCAT + 1
    EQ = CONCAT + 2
    GE = CONCAT + 3
    LE = CONCAT + 4
    NE = CONCAT + 5
    LABEL = CONCAT + 6
    NUMBER = CONCAT + 7
    NAME = CONCAT + 8
    STRING = CONCAT + 9
    EOF = CONCAT + 10
    NOT_READ = CONCAT + 11
    NONE = 0


class Char:
    """Characters, for `match`: a token of one is its code."""

    QUOTE, PERCENT, APOSTROPHE, OPEN, STAR, PLUS, MINUS, DOT, SLASH = b"\"%'(*+-./"
    COLON, LESS, EQUAL, GREATER, BRACKET, BACKSLASH, CARET, BRACE, TILDE = b":<=>[\\^{~"
    NEWLINE, RETURN = b"\n\r"


class Binary:
    """Binary operators; the arithmetic ones in the order of `bytecode.ARITHMETIC`."""

    ADD, SUB, MUL, DIV, MOD, POW, CONCAT, NE, EQ, LT, GE, LE, GT, AND, OR, NONE = range(16)


for _number, _word in enumerate(RESERVED):
    setattr(TK, _word.decode().upper(), FIRST_WORD + _number)

SIGNS = (b"..", b"...", b"==", b">=", b"<=", b"~=", b"::", b"<number>", b"<name>", b"<string>",
         b"<eof>")
"""How messages show the tokens from CONCAT on."""

_NAMES = RESERVED + SIGNS
TEXTS = constant(Array[Slice[u8], len(_NAMES)], _NAMES)
LETTER, DIGIT, HEX, SPACE, NEWLINE, CONTROL = (1 << n for n in range(6))


def _class_of(c: int) -> int:
    char = chr(c)
    ascii_letter = c < 128 and (char.isalnum() or char == "_")
    return (LETTER * (ascii_letter or c >= 128) + DIGIT * (char in "0123456789")
            + HEX * (char in "0123456789abcdefABCDEF") + SPACE * (char in " \t\v\f")
            + NEWLINE * (char in "\r\n") + CONTROL * (c < 32 or c == 127))


CLASSES = constant(Array[u8, 256], [_class_of(c) for c in range(256)])
"""By byte.  LETTER: what a name can have, which includes digits and all bytes from 128 on."""


@inline
@fn
def is_class(c: u8, mask: u8) -> bool:
    return CLASSES[c] & mask != 0


@fn
def token_text(token: u32) -> Slice[u8]:
    """The text of a token that always has the same, other than a single character."""
    return TEXTS[token - FIRST_WORD]
