"""What can follow each item of a program, so that matching need not try what can't succeed."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, popcount, zeroed
from wrought.lang.core.scalars import Ptr, u8, u16, u64
from wrought.lua.lib.string.classes import ByteSet, contains, disjoint, unite
from wrought.lua.lib.string.program import First, Item, Op, Program, Repeat, sets_of


@struct
class Follow:
    """How the rest of a program can begin.

    `set`: with which characters, if it begins with one.  `must`: it has to begin with one of them.
    `unknown`: nothing is known.  `char`: it begins with `c`.
    """

    set: ByteSet
    must: bool
    unknown: bool
    char: bool
    c: u8


@unsafe
@fn
def find_follows(p: Ptr[Program], free: Ptr[ByteSet], index: u16) -> None:
    """Note in a program's items what follows, and in the program how a match begins.

    `free` is its set `index`, for the latter.
    """
    # SAFETY: items and sets are the program's.
    items = p.items()
    rest = zeroed(Follow)
    at = u64(p.count)
    while at > 0:
        at -= 1
        step_back(p, items + at, addr_of(rest))
    if rest.unknown or not rest.must:
        p.first = First.ANYTHING
        return
    free[0] = rest.set
    p.first = First.SET
    p.first_set = index
    if count_members(free) == 1:
        p.first = First.CHAR
        p.first_char = only_member(free)


@fn
def step_back(p: Ptr[Program], item: Ptr[Item], rest: Ptr[Follow]) -> None:
    """From what follows an item to what begins with it."""
    match item.op:
        case Op.CHAR | Op.ANY | Op.SET:
            tests = members_of(p, item)
            repeat(item, rest, addr_of(tests))
        case Op.BALANCE:
            begin_with(rest, item.c)
        case Op.FRONTIER | Op.BACK | Op.ERROR:
            rest[0] = zeroed(Follow)
            rest.unknown = True
        case Op.SUBJECT_END | Op.END:
            rest[0] = zeroed(Follow)
        case _:
            pass


@fn
def begin_with(rest: Ptr[Follow], c: u8) -> None:
    rest[0] = zeroed(Follow)
    rest.set.add(c)
    rest.must = True
    rest.char = True
    rest.c = c


@unsafe
@fn
def members_of(p: Ptr[Program], item: Ptr[Item]) -> ByteSet:
    """The characters that an item tests for."""
    # SAFETY: the index is one of the program's sets.
    if item.op == Op.SET:
        return sets_of(p)[item.index]
    found = zeroed(ByteSet)
    if item.op == Op.ANY:
        found.complement()
    else:
        found.add(item.c)
    return found


@fn
def repeat(item: Ptr[Item], rest: Ptr[Follow], tests: Ptr[ByteSet]) -> None:
    """An item that tests characters, before what follows it.

    Where the two have no character in common nothing that the item could give back would help:
    what follows can begin only behind all of them, or can be empty and ends the match.
    """
    if item.repeat == Repeat.ONE:
        if item.op == Op.CHAR:
            begin_with(rest, item.c)
            return
        rest[0] = zeroed(Follow)
        rest.must = True
    else:
        if rest.char:
            item.follows = 1
            item.d = rest.c
        if not rest.unknown and disjoint(tests, addr_of(rest.set)):
            if item.repeat == Repeat.STAR:
                item.repeat = Repeat.ALL
            elif item.repeat == Repeat.OPTIONAL:
                item.repeat = Repeat.ALL_OPTIONAL
        rest.char = False
    unite(addr_of(rest.set), tests)


@fn
def count_members(s: Ptr[ByteSet]) -> u64:
    total: u64 = 0
    for i in range(u64(4)):
        total += popcount(s.words[i])
    return total


@fn
def only_member(s: Ptr[ByteSet]) -> u8:
    c: u8 = 0
    while not contains(s, c):
        c += 1
    return c
