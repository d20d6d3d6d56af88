"""Heapsort, where quicksort goes wrong."""

from __future__ import annotations

from wrought.lang.core.function import fn, noinline, unsafe
from wrought.lang.core.scalars import Ptr, u64
from wrought.lua.lib.table.sorting import LEFT, RIGHT, Sorting, before, exchange


@unsafe
@fn
def sift(s: Ptr[Sorting], low: u64, root: u64, n: u64) -> None:
    """Let t[low + root] sink in a heap of n elements."""
    # SAFETY: as in Sorting.load.
    while root * 2 + 1 < n:
        child = root * 2 + 1
        if child + 1 < n and before(s, s.load(LEFT, low + child), s.load(RIGHT, low + child + 1)):
            child += 1
        if not put_in_order_down(s, low + root, low + child):
            return
        root = child


@unsafe
@fn
def put_in_order_down(s: Ptr[Sorting], i: u64, j: u64) -> bool:
    """Exchange t[i] and t[j] if t[i] comes before t[j]; whether it did."""
    # SAFETY: as in Sorting.load.
    x = s.load(LEFT, i)
    y = s.load(RIGHT, j)
    if not before(s, x, y):
        return False
    s.store(i, y)
    s.store(j, x)
    return True


@noinline
@fn
def heap(s: Ptr[Sorting], low: u64, n: u64) -> None:
    """Sort n elements from t[low] on in n log n steps, whatever they are."""
    for i in range(n // 2):
        sift(s, low, n // 2 - 1 - i, n)
    for i in range(1, n):
        exchange(s, low, low + n - i)
        sift(s, low, 0, n - i)
