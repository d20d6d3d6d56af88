"""Literals of generated programs: numbers at the borders, odd strings, patterns, formats."""

from __future__ import annotations

import math
import random
import struct

NUMBERS = (
    "0", "1", "2", "3", "5", "7", "10", "-1", "-2", "-7", "0.5", "-0.5", "1.5", "2.25", "0.1",
    "255", "256", "65535", "1000", "2147483646", "2147483647", "2147483648", "-2147483647",
    "-2147483648", "-2147483649", "4294967295", "4294967296", "9007199254740991",
    "9007199254740992", "-9007199254740992", "1e15", "1e16", "1e100", "1e308", "1e-5", "1e-300",
    "0x7fffffff", "0xff", "0x1p4", "(0/0)", "(1/0)", "(-1/0)", "(-0)", "1e14", "123456789012",
    "5e-324", "1073741824", "-1073741825", "99999999999999", "0.3", "100")
SMALL = ("0", "1", "2", "3", "4", "5", "-1", "-2", "1.5", "8")
STRINGS = (
    '""', '"a"', '"abc"', '"hello world"', '"10"', '"0x10"', '" 5 "', '"1e2"', '"-7"', '"x=1, y=2"',
    '"a\\0b"', '"\\255\\128"', '"%d"', '"line\\nline"', '"AbC dEf"', '"aaa"', '"abab"',
    '"f(a(b)c)"', '"  trim  "', '"k1=v1;k2=v2"', '"2147483648"', '"nan"', '"the quick brown fox"',
    '"[tag]"', '"\\t"', '"zZ9_"', '"é"', '"0"', '"-"', '"1.5"')
KEYS = ("x", "y", "k", "n", "name", "end_", "a1")
_CLASSES = (".", "%a", "%d", "%w", "%s", "%p", "%l", "%u", "%x", "%A", "%W", "[abc]", "[^a]",
            "[a-z]", "[%w_]", "a", "b", "l", "o", "%.", "=", "[%d.]", "%S", " ")
_REPEATS = ("", "", "", "*", "+", "-", "?")
_BAD = ("[", "(", "%", "a)", "%1", "[a", "(a", "%b", "%f", "[%", "()%2")


def number(rng: random.Random) -> str:
    """A numeral, as often a small one as one at a border."""
    kind = rng.random()
    if kind < 0.45:
        return rng.choice(SMALL)
    if kind < 0.88:
        return rng.choice(NUMBERS)
    if kind < 0.93:
        return any_double(rng)
    return repr(round(rng.uniform(-1000, 1000), rng.randint(0, 3)))


def any_double(rng: random.Random) -> str:
    """A double with random bits: every exponent is as likely, 17 digits are needed."""
    value: float = struct.unpack("<d", rng.randbytes(8))[0]
    return repr(value) if math.isfinite(value) else "0.1"


def string(rng: random.Random) -> str:
    """A quoted string."""
    return rng.choice(STRINGS)


def pattern(rng: random.Random) -> str:
    """A quoted pattern; one in thirty is malformed."""
    if rng.random() < 0.03:
        return f'"{rng.choice(_BAD)}"'
    parts = ["^"] if rng.random() < 0.15 else []
    captures = 0
    for _ in range(rng.randint(1, 4)):
        kind = rng.random()
        item = rng.choice(_CLASSES) + rng.choice(_REPEATS)
        if kind < 0.2 and captures < 3:
            captures += 1
            parts.append(f"({item}{rng.choice(_CLASSES)})")
        elif kind < 0.25:
            captures += 1
            parts.append("()")
        elif kind < 0.3:
            parts.append(rng.choice(("%b()", "%f[%w]", "%f[%W]", "%b[]")))
        elif kind < 0.33 and captures and "()" not in parts:
            parts.append("%1")
        else:
            parts.append(item)
    return '"' + "".join(parts) + ("$" if rng.random() < 0.1 else "") + '"'


def replacement(rng: random.Random) -> str:
    """What `gsub` may put in: a string with or without captures, a function, a table."""
    return rng.choice((
        '""', '"-"', '"%0"', '"<%0>"', '"%%"', '"%1"', '"[%1]"', "string.upper",
        "function(a, b) return b or a end", "function(a) return #tostring(a) end",
        "function() end", "function() return false end", '{ a = "A", b = 5, l = false }',
        'setmetatable({}, { __index = function(_, k) return k .. k end })'))


def number_format(rng: random.Random) -> str:
    """A conversion for a number that is neither negative nor huge, with flags."""
    flags = "".join(c for c in "-+ #0" if rng.random() < 0.15)
    width = str(rng.randint(1, 12)) if rng.random() < 0.4 else ""
    precision = f".{rng.randint(0, 9)}" if rng.random() < 0.4 else ""
    return "%" + flags + width + precision + rng.choice("ddiffeegGExXosuc")
