"""Sorting what the VM can compare by itself: only ints, only numbers, only strings.

Equal elements of these kinds can't be told apart, so that any algorithm will do: quicksort around
the middle of three, insertion sort for what is short, heapsort where quicksort goes wrong (Musser,
"Introspective sorting and selection algorithms", 1997).
"""

from __future__ import annotations

from typing import Any

from wrought.lang.core.function import Compiled, fn, inline, unsafe
from wrought.lang.core.intrinsics import count_leading_zeros
from wrought.lang.core.scalars import Ptr, u64
from wrought.lua.vm.objects import string_of
from wrought.lua.vm.strings import less as string_less
from wrought.lua.vm.value import as_int, is_int, is_number, is_string, number_of

SHORT = 16
"""Elements that are sorted by insertion."""

INTS, NUMBERS, STRINGS, OTHERS = 1, 2, 3, 0


@unsafe
@fn
def kind_of(a: Ptr[u64], n: u64) -> u64:
    """What n elements, at least one, have in common.  A NaN is not like other numbers."""
    # SAFETY: the caller has n elements.
    kind: u64 = INTS if is_int(a[0]) else STRINGS if is_string(a[0]) else NUMBERS
    for i in range(n):
        if kind == INTS and not is_int(a[i]):
            kind = NUMBERS
        if kind == STRINGS and not is_string(a[i]):
            return OTHERS
        if kind == NUMBERS:
            if not is_number(a[i]):
                return OTHERS
            x = number_of(a[i])
            if x != x:
                return OTHERS
    return kind


@inline
@fn
def int_before(x: u64, y: u64) -> bool:
    return as_int(x) < as_int(y)


@inline
@fn
def number_before(x: u64, y: u64) -> bool:
    return number_of(x) < number_of(y)


@inline
@fn
def string_before(x: u64, y: u64) -> bool:
    return x != y and string_less(string_of(x), string_of(y))


def sorter(before: Any) -> Compiled:
    """`sort(a, n)` by an order."""
    @unsafe
    @fn
    def insertion(a: Ptr[u64], n: u64) -> None:
        # SAFETY: all indices are below n, here and below.
        for i in range(1, n):
            x = a[i]
            j = i
            while j > 0 and before(x, a[j - 1]):
                a[j] = a[j - 1]
                j -= 1
            a[j] = x

    @unsafe
    @fn
    def sift(a: Ptr[u64], root: u64, n: u64) -> None:
        # SAFETY: as in insertion.
        x = a[root]
        while root * 2 + 1 < n:
            child = root * 2 + 1
            if child + 1 < n and before(a[child], a[child + 1]):
                child += 1
            if not before(x, a[child]):
                break
            a[root] = a[child]
            root = child
        a[root] = x

    @unsafe
    @fn
    def heap(a: Ptr[u64], n: u64) -> None:
        # SAFETY: as in insertion.
        for i in range(n // 2):
            sift(a, n // 2 - 1 - i, n)
        for i in range(1, n):
            a[0], a[n - i] = a[n - i], a[0]
            sift(a, 0, n - i)

    @unsafe
    @inline
    @fn
    def middle(x: u64, y: u64, z: u64) -> u64:
        # SAFETY: values, no memory.
        if before(y, x):
            x, y = y, x
        if before(z, y):
            return x if before(z, x) else z
        return y

    @unsafe
    @fn
    def partition(a: Ptr[u64], n: u64) -> u64:
        # SAFETY: an element that is not before the pivot, and one that it is not before, stop the
        # scans inside the array; later the exchanged ones do.
        pivot = middle(a[0], a[n // 2], a[n - 1])
        i, j = u64(0), n - 1
        while True:
            while before(a[i], pivot):
                i += 1
            while before(pivot, a[j]):
                j -= 1
            if i >= j:
                return j + 1
            a[i], a[j] = a[j], a[i]
            i += 1
            j -= 1

    @unsafe
    @fn
    def quick(a: Ptr[u64], n: u64, depth: u64) -> None:
        # SAFETY: both parts are inside, and none is empty.
        while n > SHORT:
            if depth == 0:
                heap(a, n)
                return
            depth -= 1
            m = partition(a, n)
            if m < n - m:
                quick(a, m, depth)
                a, n = a + m, n - m
            else:
                quick(a + m, n - m, depth)
                n = m
        insertion(a, n)

    @unsafe
    @fn
    def sort(a: Ptr[u64], n: u64) -> None:
        # SAFETY: the caller has n elements.
        quick(a, n, 2 * (64 - count_leading_zeros(n)))

    return sort


sort_ints = sorter(int_before)
sort_numbers = sorter(number_before)
sort_strings = sorter(string_before)


@unsafe
@fn
def sort_alike(a: Ptr[u64], n: u64, kind: u64) -> None:
    """Sort n elements of a kind that is not OTHERS."""
    # SAFETY: the caller has n elements.
    if kind == INTS:
        sort_ints(a, n)
    elif kind == NUMBERS:
        sort_numbers(a, n)
    else:
        sort_strings(a, n)
