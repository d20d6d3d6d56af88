"""A JSON tokenizer: a cursor over text that is given out piece by piece."""

from __future__ import annotations

from wrought.lang.core.decl import enum, struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import panic
from wrought.lang.core.scalars import Slice, u8, u64


@enum(u8)
class Kind:
    """What a token is."""

    END = 0
    PUNCTUATION = 1
    STRING = 2
    NUMBER = 3
    WORD = 4


@struct
class Token:
    """A piece of the text; a string's quotes are not part of it."""

    kind: Kind
    text: Slice[u8]


QUOTE, MINUS, SPACE, ZERO, NINE, A, Z = b'"- 09az'
"""Bytes by name: constants of the module, so constants of the compiled code."""


@fn
def is_digit(c: u8) -> bool:
    """Whether `c` is a decimal digit."""
    return ZERO <= c <= NINE


@struct
class Lexer:
    """Text and the place of the next byte."""

    text: Slice[u8]
    at: u64

    def skip_space(self) -> None:
        """Go to the next byte that means something."""
        while self.at < len(self.text) and self.text[self.at] <= SPACE:
            self.at += 1

    def string(self) -> Slice[u8]:
        """The bytes up to the closing quote; escapes are not needed here."""
        self.at += 1
        start = self.at
        while self.text[self.at] != QUOTE:
            self.at += 1
        self.at += 1
        return self.text[start:self.at - 1]

    def run(self, lo: u8, hi: u8) -> Slice[u8]:
        """This byte and those after it that are from `lo` to `hi`."""
        start = self.at
        self.at += 1
        while self.at < len(self.text) and lo <= self.text[self.at] <= hi:
            self.at += 1
        return self.text[start:self.at]

    def next(self) -> Token:
        """The next token; END for ever after the last one."""
        self.skip_space()
        if self.at == len(self.text):
            return Token(Kind.END, self.text[self.at:])
        c = self.text[self.at]
        if c == QUOTE:
            return Token(Kind.STRING, self.string())
        if c == MINUS or is_digit(c):
            return Token(Kind.NUMBER, self.run(ZERO, NINE))
        if A <= c <= Z:
            return Token(Kind.WORD, self.run(A, Z))
        return Token(Kind.PUNCTUATION, self.run(0, 0))

    def expect(self, c: u8) -> None:
        """Take the punctuation `c`; anything else is a mistake in the text."""
        token = self.next()
        if token.kind != Kind.PUNCTUATION or token.text[0] != c:
            panic(f"byte {c} expected at {self.at}")
