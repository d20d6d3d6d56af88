"""Matching a program against a subject, by backtracking.

A program is straight: each item is reached from the one before it.  So captures need not be undone
when matching goes back, for those that may be wrong are written again on the way forward, and the
points to go back to are at most as many as repeated items.  They are kept in `Matcher.points`;
more than MAX_POINTS of them is the error "pattern too complex", at LuaJIT's depth.
"""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, inline, unsafe
from wrought.lang.core.intrinsics import addr_of, trunc
from wrought.lang.core.scalars import Array, Ptr, u8, u32, u64
from wrought.lua.lib.string.classes import ByteSet, contains
from wrought.lua.lib.string.program import Item, Op, PatternError, Program, Repeat, sets_of

MAX_POINTS = 199

NO_MATCH = 0xFFFF_FFFF_FFFF_FFFF

OPEN_LENGTH = 0xFFFF_FFFF_FFFF_FFFF
"""The length of a capture that has not ended."""
POSITION_LENGTH = 0xFFFF_FFFF_FFFF_FFFE
"""The length of a capture of the position."""


@struct
class Capture:
    start: u64
    length: u64


@struct
class Point:
    """Where matching can go on: with the item behind the repeated `item`, at another place.

    It has matched up to `at`; going back it may be tried at each place down to `least`, or one
    character further where the item is for the shortest match.
    """

    at: u64
    least: u64
    item: u32
    pad: u32


@struct
class Matcher:
    """A subject, and what was captured.  Places are offsets into the subject."""

    program: Ptr[Program]
    subject: Ptr[u8]
    length: u64
    captures: u32
    """Those begun by the last match."""
    error: PatternError
    used: u32
    steps: u64
    """What has been tried so far: places to begin at, and places gone back to."""
    allowed: u64
    """Steps before matching stops with the error LIMIT."""
    capture: Array[Capture, 32]
    points: Array[Point, 200]


@unsafe
@fn
def prepare(m: Ptr[Matcher], program: Ptr[Program], subject: Ptr[u8], length: u64) -> None:
    """Make an uninitialised matcher ready; a zero byte follows the subject."""
    # SAFETY: captures and points are written before they are read.
    m.program = program
    m.subject = subject
    m.length = length
    m.captures = 0
    m.error = PatternError.NONE
    m.used = 0
    m.steps = 0
    m.allowed = NO_MATCH


@inline
@unsafe
@fn
def tests(sets: Ptr[ByteSet], item: Ptr[Item], c: u8) -> bool:
    """Whether a character item takes a character."""
    # SAFETY: the index is one of the program's sets.
    if item.op == Op.CHAR:
        return c == item.c
    return item.op == Op.ANY or contains(sets + item.index, c)


@unsafe
@fn
def span(m: Ptr[Matcher], item: Ptr[Item], at: u64) -> u64:
    """Behind all characters from `at` on that an item takes."""
    # SAFETY: reads below the subject's length.
    s = m.subject
    n = m.length
    if item.op == Op.ANY:
        return n
    if item.op == Op.CHAR:
        while at < n and s[at] == item.c:
            at += 1
        return at
    members = sets_of(m.program) + item.index
    while at < n and contains(members, s[at]):
        at += 1
    return at


@unsafe
@fn
def run(m: Ptr[Matcher], start: u64) -> u64:
    """Match at `start`: where the match ends, or NO_MATCH; then `error` says if one has occurred.
    """
    # SAFETY: the program ends with END or ERROR, so `item` stays inside; `at` <= length, and the
    # byte behind the subject may be read.
    items = m.program.items()
    sets = sets_of(m.program)
    s = m.subject
    n = m.length
    item = items
    at = start
    m.used = 0
    m.captures = 0
    m.steps += 1
    while True:
        ok = True
        match item.op:
            case Op.CHAR | Op.ANY | Op.SET:
                if item.repeat == Repeat.ONE:
                    ok = at < n and tests(sets, item, s[at])
                    at += 1
                else:
                    at, ok = repeated(m, item, at)
            case Op.OPEN:
                m.capture[item.index] = Capture(at, OPEN_LENGTH)
                m.captures = u32(item.index) + 1
            case Op.CLOSE:
                m.capture[item.index].length = at - m.capture[item.index].start
            case Op.POSITION:
                m.capture[item.index] = Capture(at, POSITION_LENGTH)
                m.captures = u32(item.index) + 1
            case Op.END:
                return at
            case Op.SUBJECT_END:
                ok = at == n
            case _:
                at, ok = special(m, item, at)
        if ok:
            item = item + 1
            continue
        if m.error != PatternError.NONE:
            return NO_MATCH
        at, item, ok = back(m)
        if not ok:
            return NO_MATCH
        if m.steps > m.allowed:
            m.error = PatternError.LIMIT
            return NO_MATCH


@unsafe
@fn
def repeated(m: Ptr[Matcher], item: Ptr[Item], at: u64) -> tuple[u64, bool]:
    """Take as many characters as the item wants, and note where else it could go on."""
    # SAFETY: reads below the subject's length.
    sets = sets_of(m.program)
    if item.repeat == Repeat.SHORTEST:
        if item.follows != 0:
            found, ok = extend_to(m, item, at)
            if not ok:
                return at, False
            at = found
        return at, push(m, item, at, at)
    more = at < m.length and tests(sets, item, m.subject[at])
    if not more:
        return at, True
    end = at + 1
    if item.repeat == Repeat.STAR or item.repeat == Repeat.ALL:
        end = span(m, item, end)
    if item.repeat == Repeat.ALL or item.repeat == Repeat.ALL_OPTIONAL:
        return end, True
    if item.follows == 0:
        return end, push(m, item, end, at)
    while end > at and m.subject[end] != item.d:
        end -= 1
    return end, m.subject[end] == item.d and (end == at or push(m, item, end, at))


@unsafe
@fn
def extend_to(m: Ptr[Matcher], item: Ptr[Item], at: u64) -> tuple[u64, bool]:
    """For the shortest match: the next place where the character that must follow stands."""
    # SAFETY: reads below the subject's length.
    sets = sets_of(m.program)
    s = m.subject
    while at < m.length:
        if s[at] == item.d:
            return at, True
        if not tests(sets, item, s[at]):
            return at, False
        at += 1
    return at, False


@unsafe
@fn
def push(m: Ptr[Matcher], item: Ptr[Item], at: u64, least: u64) -> bool:
    """Note a point to go back to; false where there are too many."""
    # SAFETY: `used` is within `points`.
    if m.used >= MAX_POINTS:
        m.error = PatternError.TOO_COMPLEX
        return False
    number = (u64(item) - u64(m.program.items())) // 8
    m.points[m.used] = Point(at, least, trunc(u32, number), 0)
    m.used += 1
    return True


@unsafe
@fn
def back(m: Ptr[Matcher]) -> tuple[u64, Ptr[Item], bool]:
    """Go on where the last point lets us; false where there is none."""
    # SAFETY: points name items of the program; reads below the subject's length.
    items = m.program.items()
    sets = sets_of(m.program)
    while m.used > 0:
        point = addr_of(m.points[m.used - 1])
        item = items + point.item
        if item.repeat == Repeat.SHORTEST:
            if point.at < m.length and tests(sets, item, m.subject[point.at]):
                point.at += 1
                m.steps += 1
                if item.follows == 0:
                    return point.at, item + 1, True
                found, ok = extend_to(m, item, point.at)
                if ok:
                    point.at = found
                    return found, item + 1, True
        else:
            m.steps += point.at - point.least + 1
            while point.at > point.least:
                point.at -= 1
                if item.follows == 0 or m.subject[point.at] == item.d:
                    m.steps -= point.at - point.least
                    return point.at, item + 1, True
        m.used -= 1
    return 0, items, False


@unsafe
@fn
def special(m: Ptr[Matcher], item: Ptr[Item], at: u64) -> tuple[u64, bool]:
    """%b, %f, %1 and errors."""
    # SAFETY: reads from the subject and the zero byte behind it.
    s = m.subject
    match item.op:
        case Op.BALANCE:
            return balance(m, item, at)
        case Op.FRONTIER:
            members = sets_of(m.program) + item.index
            before = s[at - 1] if at > 0 else u8(0)
            return at, not contains(members, before) and contains(members, s[at])
        case Op.BACK:
            capture = m.capture[item.index]
            if m.length - at < capture.length:
                return at, False
            for i in range(capture.length):
                if s[capture.start + i] != s[at + i]:
                    return at, False
            return at + capture.length, True
        case _:
            m.error = PatternError(item.c)
            return at, False


@unsafe
@fn
def balance(m: Ptr[Matcher], item: Ptr[Item], at: u64) -> tuple[u64, bool]:
    """From an opening character to the closing one that belongs to it."""
    # SAFETY: reads from the subject and the zero byte behind it.
    s = m.subject
    if at >= m.length or s[at] != item.c:
        return at, False
    depth: u64 = 1
    i = at + 1
    while i < m.length:
        if s[i] == item.d:
            depth -= 1
            if depth == 0:
                return i + 1, True
        elif s[i] == item.c:
            depth += 1
        i += 1
    return at, False
