"""A pattern (5.1 manual, 5.4.1) to a program.

Nothing is refused here: what is malformed becomes an ERROR item, for an error is raised only when
matching comes there, as in Lua.  A zero byte ends a pattern, as in LuaJIT.
"""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, trunc, zeroed
from wrought.lang.core.scalars import Ptr, Slice, u8, u16, u32, u64
from wrought.lua.lib.string.classes import ByteSet, add_class, is_class
from wrought.lua.lib.string.follow import find_follows
from wrought.lua.lib.string.program import (
    HEADER,
    MAX_CAPTURES,
    Item,
    Op,
    PatternError,
    Program,
    Repeat,
    sets_of,
)
from wrought.rt.bytes import ABSENT, find_byte


@struct
class Compiler:
    """The pattern, where we are in it, and the captures so far: bit sets by number."""

    program: Ptr[Program]
    pattern: Slice[u8]
    at: u64
    opened: u32
    positions: u32

    def peek(self, ahead: u64) -> u8:
        """A character of the pattern; 0 behind its end."""
        i = self.at + ahead
        return self.pattern[i] if i < len(self.pattern) else u8(0)

    @unsafe
    def emit(self, op: Op, c: u8, index: u16) -> Ptr[Item]:
        # SAFETY: `room_for` has counted the items.
        item = self.program.items() + self.program.count
        self.program.count += 1
        item[0] = Item(op, Repeat.ONE, c, 0, index, 0, 0)
        return item

    def fail(self, error: PatternError) -> None:
        self.emit(Op.ERROR, u8(error), 0)

    @unsafe
    def new_set(self) -> Ptr[ByteSet]:
        # SAFETY: `room_for` has counted the sets.
        found = sets_of(self.program) + self.program.sets
        self.program.sets += 1
        found[0] = zeroed(ByteSet)
        return found


@fn
def compile_pattern(program: Ptr[Program], items: u64, pattern: Slice[u8], anchors: bool) -> None:
    """Write a pattern's program to a cell with the room that `room_for` asks for.

    `items` is what it said; `anchors`: a `^` at the start is an anchor, not a character.
    """
    end = find_byte(pattern, 0, 0)
    program[0] = zeroed(Program)
    program.sets_at = trunc(u32, HEADER + items * 8)
    c = Compiler(program, pattern[:end] if end != ABSENT else pattern, 0, 0, 0)
    if anchors and c.peek(0) == ord("^"):
        program.anchored = True
        c.at = 1
    while compile_item(addr_of(c)):
        pass
    find_follows(program, c.new_set(), program.sets - 1)


@fn
def compile_item(c: Ptr[Compiler]) -> bool:
    """The next item; whether the pattern goes on behind it."""
    match c.peek(0):
        case 0:
            c.emit(Op.END, 0, 0)
            return False
        case 40:
            return open_capture(c)
        case 41:
            return close_capture(c)
        case 36:
            if c.at + 1 == len(c.pattern):
                c.emit(Op.SUBJECT_END, 0, 0)
                c.at += 1
                return True
            return character(c)
        case 37:
            return escape(c)
        case _:
            return character(c)


@fn
def open_capture(c: Ptr[Compiler]) -> bool:
    number = c.program.captures
    if number == MAX_CAPTURES:
        c.fail(PatternError.TOO_MANY_CAPTURES)
        return False
    c.program.captures += 1
    if c.peek(1) == ord(")"):
        c.positions |= u32(1) << u32(number)
        c.emit(Op.POSITION, 0, number)
        c.at += 2
        return True
    c.opened |= u32(1) << u32(number)
    c.emit(Op.OPEN, 0, number)
    c.at += 1
    return True


@fn
def close_capture(c: Ptr[Compiler]) -> bool:
    """`)` closes the last capture that is open."""
    number = u32(c.program.captures)
    while number > 0:
        number -= 1
        if c.opened >> number & 1 != 0:
            c.opened &= ~(u32(1) << number)
            c.emit(Op.CLOSE, 0, trunc(u16, number))
            c.at += 1
            return True
    c.fail(PatternError.CAPTURE)
    return False


@fn
def escape(c: Ptr[Compiler]) -> bool:
    """What begins with `%`."""
    letter = c.peek(1)
    if letter == ord("b"):
        if c.peek(2) == 0 or c.peek(3) == 0:
            c.fail(PatternError.UNBALANCED)
            return False
        c.emit(Op.BALANCE, c.peek(2), 0).d = c.peek(3)
        c.at += 4
        return True
    if letter == ord("f"):
        return frontier(c)
    if letter - ord("0") < 10:
        return back_reference(c, u32(letter))
    return character(c)


@fn
def frontier(c: Ptr[Compiler]) -> bool:
    c.at += 2
    if c.peek(0) != ord("["):
        c.fail(PatternError.FRONTIER)
        return False
    index, ok = bracket(c)
    if ok:
        c.emit(Op.FRONTIER, 0, index)
    return ok


@fn
def back_reference(c: Ptr[Compiler], digit: u32) -> bool:
    """`%1` … `%9`: a capture that is complete.  That of a position never matches."""
    number = digit - ord("1")
    if number >= u32(c.program.captures) or c.opened >> number & 1 != 0:
        c.fail(PatternError.CAPTURE_INDEX)
        return False
    if c.positions >> number & 1 != 0:
        c.emit(Op.SET, 0, c.program.sets)
        c.new_set()
    else:
        c.emit(Op.BACK, 0, trunc(u16, number))
    c.at += 2
    return True


@fn
def character(c: Ptr[Compiler]) -> bool:
    """A character, class or set, with what says how often."""
    item, ok = single(c)
    if not ok:
        return False
    match c.peek(0):
        case 42:
            item.repeat = Repeat.STAR
        case 43:
            c.emit(item.op, item.c, item.index).repeat = Repeat.STAR
        case 45:
            item.repeat = Repeat.SHORTEST
        case 63:
            item.repeat = Repeat.OPTIONAL
        case _:
            return True
    c.at += 1
    return True


@fn
def single(c: Ptr[Compiler]) -> tuple[Ptr[Item], bool]:
    """A test of one character; false where the pattern is malformed."""
    first = c.peek(0)
    if first == ord("["):
        index, ok = bracket(c)
        return c.emit(Op.SET, 0, index) if ok else c.program.items(), ok
    if first == ord("."):
        c.at += 1
        return c.emit(Op.ANY, 0, 0), True
    if first != ord("%"):
        c.at += 1
        return c.emit(Op.CHAR, first, 0), True
    letter = c.peek(1)
    if letter == 0:
        c.fail(PatternError.ENDS_WITH_PERCENT)
        return c.program.items(), False
    c.at += 2
    if not is_class(letter):
        return c.emit(Op.CHAR, letter, 0), True
    index = c.program.sets
    add_class(c.new_set(), letter)
    return c.emit(Op.SET, 0, index), True


@fn
def bracket_end(c: Ptr[Compiler]) -> tuple[u64, bool]:
    """Where the `]` of the set that begins here is; false where there is none."""
    at = c.at + 1
    p = c.pattern
    if at < len(p) and p[at] == ord("^"):
        at += 1
    while at < len(p):
        escaped = p[at] == ord("%")
        at += 1
        if escaped and at < len(p):
            at += 1
        if at < len(p) and p[at] == ord("]"):
            return at, True
    return 0, False


@fn
def bracket(c: Ptr[Compiler]) -> tuple[u16, bool]:
    """A set `[…]`: its index; false where it does not end."""
    end, ok = bracket_end(c)
    if not ok:
        c.fail(PatternError.MISSING_BRACKET)
        return 0, False
    index = c.program.sets
    members = c.new_set()
    p = c.pattern[:end]
    at = c.at + 1
    inverse = p[at] == ord("^") if at < end else False
    if inverse:
        at += 1
    while at < end:
        at = bracket_member(members, p, at)
    if inverse:
        members.complement()
    c.at = end + 1
    return index, True


@fn
def bracket_member(members: Ptr[ByteSet], p: Slice[u8], at: u64) -> u64:
    """Add the member of a set at `at`; where the next begins."""
    if p[at] == ord("%"):
        add_class(members, p[at + 1])
        return at + 2
    if at + 2 < len(p) and p[at + 1] == ord("-"):
        low, high = u32(p[at]), u32(p[at + 2])
        for byte in range(low, high + 1):
            members.add(trunc(u8, byte))
        return at + 3
    members.add(p[at])
    return at + 1
