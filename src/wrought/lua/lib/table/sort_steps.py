"""Quicksort around the middle of three, as Lua 5.1 has it, from question to question.

The order of the comparisons is Lua's: what an unstable sort makes of equal elements, and what an
order function that is none leads to, is the same as in LuaJIT.
"""

from __future__ import annotations

from wrought.lang.core.function import cold, fn, unsafe
from wrought.lang.core.scalars import Ptr, u64
from wrought.lua.lib.table.sort_heap import heap
from wrought.lua.lib.table.sorting import (
    BEGIN,
    DOWN,
    ENDS,
    FIRST,
    LEFT,
    PIVOT,
    RIGHT,
    SECOND,
    UP,
    Sorting,
    exchange,
)
from wrought.lua.vm.errors import error_text


@cold
@fn
def order_error(s: Ptr[Sorting]) -> None:
    error_text(s.vm, b"invalid order function for sorting")


@fn
def ask_about(s: Ptr[Sorting], phase: u64, i: u64, j: u64) -> bool:
    """Have the next question be whether t[i] comes before t[j]."""
    s.phase = phase
    s.load(LEFT, i)
    s.load(RIGHT, j)
    return True


@fn
def begin_range(s: Ptr[Sorting]) -> bool:
    """The first question about t[low] … t[high], or about the next range; False at the end."""
    while True:
        if s.low < s.high:
            if s.depth != 0:
                s.depth -= 1
                return ask_about(s, ENDS, s.high, s.low)
            heap(s, s.low, s.high - s.low + 1)
        if s.waiting == 0:
            return False
        s.waiting -= 1
        s.low = s.lows[s.waiting]
        s.high = s.highs[s.waiting]
        s.depth = s.depths[s.waiting]


@fn
def end_range(s: Ptr[Sorting]) -> bool:
    """The range is in order."""
    s.low = s.high
    return begin_range(s)


@unsafe
@fn
def scan_up(s: Ptr[Sorting]) -> bool:
    """Whether the next element from the left comes before the pivot?"""
    # SAFETY: as in Sorting.load.
    s.i += 1
    s.phase = UP
    s.load(LEFT, s.i)
    return True


@unsafe
@fn
def scan_down(s: Ptr[Sorting]) -> bool:
    """Whether the pivot comes before the next element from the right?"""
    # SAFETY: as in Sorting.load.
    s.j -= 1
    s.phase = DOWN
    s.load(RIGHT, s.j)
    return True


@fn
def begin_partition(s: Ptr[Sorting]) -> bool:
    """The ends and the middle are in order: the middle is the pivot."""
    if s.high - s.low == 2:
        return end_range(s)
    middle = (s.low + s.high) // 2
    s.load(PIVOT, middle)
    exchange(s, middle, s.high - 1)
    s.i = s.low
    s.j = s.high - 1
    return scan_up(s)


@fn
def end_partition(s: Ptr[Sorting]) -> bool:
    """t[i] is where the pivot belongs: the shorter part comes first, the other waits."""
    exchange(s, s.high - 1, s.i)
    w = s.waiting
    s.waiting = w + 1
    s.depths[w] = s.depth
    if s.i - s.low < s.high - s.i:
        s.lows[w] = s.i + 1
        s.highs[w] = s.high
        s.high = s.i - 1
    else:
        s.lows[w] = s.low
        s.highs[w] = s.i - 1
        s.low = s.i + 1
    return begin_range(s)


@unsafe
@fn
def next_question(s: Ptr[Sorting], answer: bool) -> bool:
    """Do what follows from the answer to the last question; whether there is another one.

    It is whether args[LEFT] comes before args[RIGHT]; in the phases UP and DOWN the pivot stands
    for RIGHT and LEFT.
    """
    # SAFETY: as in Sorting.load.
    if s.phase == UP:
        if not answer:
            return scan_down(s)
        if s.i >= s.high:
            order_error(s)
        return scan_up(s)
    if s.phase == DOWN:
        if answer:
            if s.j <= s.low:
                order_error(s)
            return scan_down(s)
        if s.j < s.i:
            return end_partition(s)
        s.store(s.i, s.args[RIGHT])
        s.store(s.j, s.args[LEFT])
        return scan_up(s)
    return begin_range(s) if s.phase == BEGIN else order_three(s, answer)


@unsafe
@fn
def order_three(s: Ptr[Sorting], answer: bool) -> bool:
    """The same for the phases that put the ends and the middle in order."""
    # SAFETY: as in Sorting.load.
    middle = (s.low + s.high) // 2
    i = s.high if s.phase != FIRST else middle
    j = s.low if s.phase != SECOND else middle
    if answer:
        s.store(i, s.args[RIGHT])
        s.store(j, s.args[LEFT])
    if s.phase == ENDS:
        if s.high - s.low == 1:
            return end_range(s)
        return ask_about(s, FIRST, middle, s.low)
    if s.phase == FIRST and not answer:
        return ask_about(s, SECOND, s.high, middle)
    return begin_partition(s)
