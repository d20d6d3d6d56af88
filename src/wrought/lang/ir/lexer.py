"""Tokens of the IR's text, and the errors that name a place in it."""

from __future__ import annotations

import json
import re
from typing import NoReturn

from .errors import IrError
from .text import RESERVED

_STRING = r'"(?:[^"\\\n]|\\.)*"'
_NAME = rf"(?:[A-Za-z0-9_.]+|{_STRING})"
_TOKEN = re.compile(
    rf"""(?:[ \t\r]+|;[^\n]*)*+
    (?:
      (?P<nl>\n)
    | (?P<punct>[(){{}},:=!])
    | (?P<bytes>b{_STRING})
    | (?P<str>{_STRING})
    | (?P<sym>@{_NAME})
    | (?P<ins>%[0-9]+)
    | (?P<slot>\${_NAME})
    | (?P<label>\^{_NAME})
    | (?P<arrow>->)
    | (?P<num>[+-]?(?:0x[0-9a-fA-F]+|[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?|inf\b)
            |nan\(0x[0-9a-f]{{16}}\))
    | (?P<word>[A-Za-z_.][A-Za-z0-9_.]*)
    | (?P<eof>\Z)
    )""", re.VERBOSE)

KIND_NAMES = {
    "nl": "end of line", "bytes": 'b"..."', "str": "a string", "sym": "@symbol",
    "ins": "%number", "slot": "$slot", "label": "^block", "arrow": "'->'", "num": "a number",
    "word": "a name", "punct": "punctuation", "eof": "end of file"}


class Tokens:
    """A cursor over the tokens of one text; every error carries file, line and column."""

    def __init__(self, text: str, filename: str) -> None:
        self.text = text
        self.filename = filename
        self.at = 0
        self._all: list[tuple[str, str, int]] = []
        self._scan()
        self.kind, self.value, self.pos = self._all[0]

    def _scan(self) -> None:
        pos, match, out, kind = 0, _TOKEN.match, self._all, ""
        while kind != "eof" and (found := match(self.text, pos)):
            kind = found.lastgroup or ""
            out.append((kind, found[kind], found.start(kind)))
            pos = found.end()
        if kind != "eof":
            rest = self.text[pos:]
            at = len(self.text) - len(rest.lstrip(" \t\r"))
            self.fail(f"unexpected character {self.text[at]!r}", at)

    def fail(self, message: str, pos: int | None = None) -> NoReturn:
        """Raise `IrError` at `pos`, or at the current token."""
        pos = self.pos if pos is None else pos
        line = self.text.count("\n", 0, pos) + 1
        col = pos - (self.text.rfind("\n", 0, pos) + 1) + 1
        raise IrError(message, self.filename, line, col)

    def expected(self, what: str) -> NoReturn:
        """Fail because the current token is not `what`."""
        got = KIND_NAMES[self.kind] if self.kind in ("nl", "eof") else repr(self.value)
        self.fail(f"expected {what}, got {got}")

    def next(self) -> str:
        """Step over the current token; its text."""
        value = self.value
        if self.kind != "eof":
            self.at += 1
            self.kind, self.value, self.pos = self._all[self.at]
        return value

    def peek_value(self, ahead: int = 1) -> str:
        """The text of a token further on, "" past the end."""
        at = self.at + ahead
        return self._all[at][1] if at < len(self._all) else ""

    def accept(self, value: str) -> bool:
        """Step over a punctuation mark or word if it is next."""
        if self.value == value and self.kind in ("punct", "word", "arrow"):
            self.next()
            return True
        return False

    def expect(self, value: str) -> None:
        """Step over a punctuation mark or word that must be next."""
        if not self.accept(value):
            self.expected(repr(value))

    def take(self, kind: str, what: str = "") -> str:
        """Step over a token that must be of `kind`; its text."""
        if self.kind != kind:
            self.expected(what or KIND_NAMES[kind])
        return self.next()

    def end_line(self) -> None:
        """Step over the line's end and any blank lines."""
        if self.kind not in ("nl", "eof"):
            self.expected("end of line")
        self.skip_lines()

    def skip_lines(self) -> None:
        """Step over blank lines."""
        while self.kind == "nl":
            self.next()

    def name(self, what: str) -> str:
        """A bare or quoted name."""
        if self.kind == "str":
            return self.string()
        if self.kind != "word" or self.value in RESERVED:
            self.expected(what)
        return self.next()

    def marked(self, kind: str, what: str = "") -> str:
        """A name behind `@`, `$` or `^`, without the mark."""
        pos = self.pos
        text = self.take(kind, what)[1:]
        return self.unquote(text, pos) if text.startswith('"') else text

    def string(self, what: str = "a string") -> str:
        """A string literal's value."""
        pos = self.pos
        return self.unquote(self.take("str", what), pos)

    def unquote(self, text: str, pos: int) -> str:
        """The value of a quoted text that stands at `pos`."""
        try:
            return json.loads(text)
        except json.JSONDecodeError as e:
            self.fail(f"bad string: {e.msg}", pos)

    def data(self) -> bytes:
        """The value of a `b"..."` literal."""
        pos = self.pos
        body = self.take("bytes")[2:-1]
        if re.search(r"\\(?![0-9a-f]{2})", body) or not body.isascii():
            self.fail(r"bad bytes: use printable ASCII and \xx with two hexadecimal digits", pos)
        return re.sub(r"\\([0-9a-f]{2})", lambda m: chr(int(m[1], 16)), body).encode("latin-1")
