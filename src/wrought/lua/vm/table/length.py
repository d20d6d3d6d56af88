"""The length operator: a border of a table (Lua 5.1 manual, section 2.5.5)."""

from __future__ import annotations

from wrought.lang.core.function import fn, inline, noinline, unsafe
from wrought.lang.core.intrinsics import bitcast, trunc
from wrought.lang.core.scalars import Ptr, i32, u32, u64
from wrought.lua.vm.objects import Table
from wrought.lua.vm.table.lookup import get_int
from wrought.lua.vm.table.nodes import has_nodes
from wrought.lua.vm.value import NIL

LARGEST = 0x7FFF_FFFF


@unsafe
@fn
def length(t: Ptr[Table]) -> u64:
    """A border: n such that t[n] is not nil, or n is 0, and t[n + 1] is nil.

    Where it was found last is tried first, with the slots next to it: so appending and removing
    at the end take constant time.
    """
    # SAFETY: indices are compared with asize.
    asize = u64(t.asize)
    n = u64(t.border)
    if n > 0 and n + 1 < asize:
        if t.array[n + 1] == NIL:
            if t.array[n] != NIL:
                return n
            if t.array[n - 1] != NIL:
                t.border = trunc(u32, n - 1)
                return n - 1
        elif n + 2 < asize and t.array[n + 2] == NIL:
            t.border = trunc(u32, n + 1)
            return n + 1
    return search(t)


@noinline
@unsafe
@fn
def search(t: Ptr[Table]) -> u64:
    """A border by bisection."""
    # SAFETY: as in length.
    if t.asize > 1:
        last = u64(t.asize) - 1
        if t.array[last] == NIL:
            low: u64 = 0
            while last - low > 1:
                middle = (low + last) // 2
                if t.array[middle] == NIL:
                    last = middle
                else:
                    low = middle
            t.border = trunc(u32, low)
            return low
        t.border = trunc(u32, last)
    return search_hash(t, u64(t.asize) - 1 if t.asize > 0 else 0)


@noinline
@fn
def search_hash(t: Ptr[Table], full: u64) -> u64:
    """A border from `full` on, which is 0 or the last slot of an array part that ends in use."""
    if not has_nodes(t) or not has(t, full + 1):
        return full
    low = full + 1
    high = low * 2
    while has(t, high):
        low = high
        high *= 2
        if high > LARGEST:
            return count_up(t, full + 1)
    while high - low > 1:
        middle = (low + high) // 2
        if has(t, middle):
            low = middle
        else:
            high = middle
    return low


@fn
def count_up(t: Ptr[Table], start: u64) -> u64:
    """The first border from a key in use on: for tables made to mislead the search."""
    n = start
    while has(t, n + 1):
        n += 1
    return n


@inline
@fn
def has(t: Ptr[Table], n: u64) -> bool:
    """Whether t[n] is not nil."""
    return n <= LARGEST and get_int(t, bitcast(i32, trunc(u32, n))) != NIL
