"""What a pattern is compiled to: a row of items, each a test of characters or a step.

A program is one cell: the header, `count` items, somewhere behind them `sets` byte sets.
"""

from __future__ import annotations

from wrought.lang.core.decl import enum, struct
from wrought.lang.core.function import fn, inline, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast
from wrought.lang.core.scalars import Ptr, Slice, u8, u16, u32, u64
from wrought.lua.lib.string.classes import ByteSet

MAX_CAPTURES = 32
HEADER = 16
"""Bytes of a program's header."""


@enum(u8)
class Op:
    """What an item does.  CHAR, ANY and SET test one character, as often as `Repeat` says."""

    CHAR = 0
    """The character `c`."""
    ANY = 1
    SET = 2
    """A member of set `index`."""
    OPEN = 3
    """Capture `index` begins."""
    POSITION = 4
    """Capture `index` is the position."""
    CLOSE = 5
    """Capture `index` ends."""
    END = 6
    """The pattern has matched."""
    SUBJECT_END = 7
    """`$`: the subject ends here."""
    BALANCE = 8
    """`%b`, from `c` to the character `d`."""
    FRONTIER = 9
    """`%f`, into set `index`."""
    BACK = 10
    """The text of capture `index` again."""
    ERROR = 11
    """The pattern is malformed from here on: `PatternError` `c`."""


@enum(u8)
class Repeat:
    """How often a character item matches; the last two rest on what follows (`follow`)."""

    ONE = 0
    STAR = 1
    OPTIONAL = 2
    SHORTEST = 3
    """`-`"""
    ALL = 4
    """`*` where giving back never helps."""
    ALL_OPTIONAL = 5
    """`?` where giving back never helps."""


@enum(u8)
class PatternError:
    """Why matching stopped."""

    NONE = 0
    ENDS_WITH_PERCENT = 1
    MISSING_BRACKET = 2
    UNBALANCED = 3
    FRONTIER = 4
    CAPTURE_INDEX = 5
    CAPTURE = 6
    TOO_MANY_CAPTURES = 7
    TOO_COMPLEX = 8
    LIMIT = 9
    """The budget of instructions is used up."""


@fn
def error_message(error: PatternError) -> Slice[u8]:
    """LuaJIT's words."""
    match error:
        case PatternError.ENDS_WITH_PERCENT:
            return b"malformed pattern (ends with '%')"
        case PatternError.MISSING_BRACKET:
            return b"malformed pattern (missing ']')"
        case PatternError.UNBALANCED:
            return b"unbalanced pattern"
        case PatternError.FRONTIER:
            return b"missing '[' after '%f' in pattern"
        case PatternError.CAPTURE_INDEX:
            return b"invalid capture index"
        case PatternError.CAPTURE:
            return b"invalid pattern capture"
        case PatternError.TOO_MANY_CAPTURES:
            return b"too many captures"
        case _:
            return b"pattern too complex"


@struct(size=8)
class Item:
    """A step of a program."""

    op: Op
    repeat: Repeat
    c: u8
    d: u8
    index: u16
    follows: u8
    """1: after this repeated item only the character `d` can go on."""
    pad: u8


@enum(u8)
class First:
    """With what a match can begin."""

    ANYTHING = 0
    CHAR = 1
    SET = 2


@struct(size=16)
class Program:
    """The header of a program."""

    count: u32
    """Items, END or ERROR the last."""
    sets: u16
    captures: u8
    anchored: bool
    first: First
    first_char: u8
    first_set: u16
    """Index of a set."""
    sets_at: u32
    """Byte offset of the sets."""

    @unsafe
    def items(self) -> Ptr[Item]:
        # SAFETY: they follow the header.
        return bitcast(Ptr[Item], u64(addr_of(self.count)) + HEADER)


@inline
@unsafe
@fn
def sets_of(p: Ptr[Program]) -> Ptr[ByteSet]:
    # SAFETY: `sets_at` says where they are.
    return bitcast(Ptr[ByteSet], u64(p) + p.sets_at)


@fn
def room_for(pattern: Slice[u8]) -> tuple[u64, u64]:
    """Upper bounds for a pattern's program: items, and bytes in all."""
    items = len(pattern) * 2 + 1
    sets: u64 = 1
    for c in pattern:
        if c == ord("[") or c == ord("%"):
            sets += 1
    return items, HEADER + items * 8 + sets * 32
