"""Lua's patterns as the manual describes them (5.1, 5.4.1), directly and slowly, on `bytes`."""

from __future__ import annotations

import string

OPEN, POSITION = -1, -2

CLASSES = {"a": string.ascii_letters, "d": string.digits, "l": string.ascii_lowercase,
           "p": string.punctuation, "s": string.whitespace, "u": string.ascii_uppercase,
           "w": string.ascii_letters + string.digits, "x": string.hexdigits, "z": "\0",
           "c": "".join(map(chr, range(32))) + "\x7f",
           "g": string.ascii_letters + string.digits + string.punctuation}


class Malformed(Exception):
    """Raised with LuaJIT's message when matching comes to what is malformed."""


def in_class(c: str, letter: str) -> bool:
    if letter.lower() not in CLASSES:
        return c == letter
    return (c in CLASSES[letter.lower()]) == letter.islower()


class Reference:
    """One pattern against one subject; texts are decoded as Latin-1."""

    def __init__(self, pattern: bytes, subject: bytes) -> None:
        self.p = pattern.partition(b"\0")[0].decode("latin-1")
        self.s = subject.decode("latin-1")
        self.captures: list[tuple[int, int]] = []

    def item_end(self, at: int) -> int:
        c, at = self.p[at], at + 1
        if c == "%":
            if at == len(self.p):
                raise Malformed("malformed pattern (ends with '%')")
            return at + 1
        if c != "[":
            return at
        if self.p[at:at + 1] == "^":
            at += 1
        while True:
            if at == len(self.p):
                raise Malformed("malformed pattern (missing ']')")
            at += 2 if self.p[at] == "%" and at + 1 < len(self.p) else 1
            if self.p[at:at + 1] == "]":
                return at + 1

    def in_set(self, c: str, at: int, end: int) -> bool:
        body = self.p[at + 1:end - 1]
        inverse = body.startswith("^")
        body = body[1:] if inverse else body
        found = False
        while body:
            if body[0] == "%":
                found, body = found or in_class(c, body[1]), body[2:]
            elif body[1:2] == "-" and len(body) > 2:
                found, body = found or body[0] <= c <= body[2], body[3:]
            else:
                found, body = found or body[0] == c, body[1:]
        return found != inverse

    def single(self, i: int, at: int, end: int) -> bool:
        if i >= len(self.s):
            return False
        c, first = self.s[i], self.p[at]
        if first == "[":
            return self.in_set(c, at, end)
        return first == "." or (in_class(c, self.p[at + 1]) if first == "%" else first == c)

    def match(self, i: int, at: int) -> int | None:
        p = self.p
        if at == len(p):
            return i
        if p[at] == "(":
            return self.begin(i, at)
        if p[at] == ")":
            return self.finish(i, at)
        if p[at] == "$" and at + 1 == len(p):
            return i if i == len(self.s) else None
        if p[at] == "%" and p[at + 1:at + 2] in ("b", "f", *string.digits):
            return self.special(i, at)
        end = self.item_end(at)
        how = p[end:end + 1]
        here = self.single(i, at, end)
        if how == "?":
            found = self.match(i + 1, end + 1) if here else None
            return self.match(i, end + 1) if found is None else found
        if how == "-":
            return self.shortest(i, at, end)
        if how in ("*", "+"):
            return self.longest(i, at, end, how == "+")
        return self.match(i + 1, end) if here else None

    def longest(self, i: int, at: int, end: int, least: bool) -> int | None:
        n = 0
        while self.single(i + n, at, end):
            n += 1
        for k in range(n, int(least) - 1, -1):
            if (found := self.match(i + k, end + 1)) is not None:
                return found
        return None

    def shortest(self, i: int, at: int, end: int) -> int | None:
        while (found := self.match(i, end + 1)) is None:
            if not self.single(i, at, end):
                return None
            i += 1
        return found

    def begin(self, i: int, at: int) -> int | None:
        if len(self.captures) == 32:
            raise Malformed("too many captures")
        position = self.p[at + 1:at + 2] == ")"
        self.captures.append((i, POSITION if position else OPEN))
        found = self.match(i, at + 2 if position else at + 1)
        if found is None:
            self.captures.pop()
        return found

    def finish(self, i: int, at: int) -> int | None:
        for n in range(len(self.captures) - 1, -1, -1):
            start, length = self.captures[n]
            if length == OPEN:
                self.captures[n] = (start, i - start)
                found = self.match(i, at + 1)
                if found is None:
                    self.captures[n] = (start, OPEN)
                return found
        raise Malformed("invalid pattern capture")

    def special(self, i: int, at: int) -> int | None:
        p, s, kind = self.p, self.s, self.p[at + 1]
        if kind == "b":
            if at + 3 >= len(p):
                raise Malformed("unbalanced pattern")
            return self.balance(i, at, p[at + 2], p[at + 3])
        if kind == "f":
            at += 2
            if p[at:at + 1] != "[":
                raise Malformed("missing '[' after '%f' in pattern")
            end = self.item_end(at)
            before, here = s[i - 1] if i else "\0", s[i] if i < len(s) else "\0"
            if self.in_set(before, at, end) or not self.in_set(here, at, end):
                return None
            return self.match(i, end)
        n = int(kind) - 1
        if not 0 <= n < len(self.captures) or self.captures[n][1] == OPEN:
            raise Malformed("invalid capture index")
        start, length = self.captures[n]
        if length == POSITION or not s.startswith(s[start:start + length], i):
            return None
        return self.match(i + length, at + 2)

    def balance(self, i: int, at: int, opening: str, closing: str) -> int | None:
        if self.s[i:i + 1] != opening:
            return None
        depth = 1
        for k in range(i + 1, len(self.s)):
            if self.s[k] == closing:
                depth -= 1
                if depth == 0:
                    return self.match(k + 1, at + 4)
            elif self.s[k] == opening:
                depth += 1
        return None


def find(pattern: bytes, subject: bytes, start: int = 0, anchors: bool = True):
    """(start, end, captures) of the first match, or None; raises Malformed."""
    anchored = anchors and pattern.startswith(b"^")
    for i in range(start, len(subject) + 1):
        m = Reference(pattern, subject)
        end = m.match(i, int(anchored))
        if end is not None:
            return i, end, m.captures
        if anchored:
            break
    return None
