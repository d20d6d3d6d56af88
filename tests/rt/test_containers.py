"""Bitmaps and rings against Python's sets and deques."""

from __future__ import annotations

from collections import deque
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of
from wrought.lang.core.scalars import Array, Ptr, Slice, u16, u32, u64
from wrought.rt import bitmap
from wrought.rt.bytes import ABSENT
from wrought.rt.ring import Ring

BITS = st.sets(st.integers(0, 191))


def words_of(numbers: set[int]) -> Any:
    """192 bits as an array in this process."""
    value = sum(1 << n for n in numbers)
    return Words(words=[value >> 64 * i & (1 << 64) - 1 for i in range(3)])


@struct
class Words:
    """Room for a bitmap."""

    words: Array[u64, 3]


@fn
def change(w: Ptr[Words], i: u64, on: bool) -> bool:
    """Set or clear; whether it was set."""
    before = bitmap.has(w.words, i)
    if on:
        bitmap.put(w.words, i)
    else:
        bitmap.drop(w.words, i)
    return before


@fn
def look(w: Ptr[Words], start: u64, length: u64) -> tuple[u64, u64, u64, u64]:
    """All searches."""
    s: Slice[u64] = w.words
    return (bitmap.count(s), bitmap.next_set(s, start), bitmap.next_clear(s, start),
            bitmap.find_clear_run(s, length))


def first(numbers: Any) -> int:
    return min(numbers, default=ABSENT)


@settings(deadline=None)
@given(BITS, st.integers(0, 200), st.integers(1, 190))
def test_bitmap_searches(numbers: set[int], start: int, length: int):
    count, following, clear, run = look(words_of(numbers), start, length)
    assert count == len(numbers)
    assert following == first(n for n in numbers if n >= start)
    assert clear == first(n for n in range(start, 192) if n not in numbers)
    assert run == first(n for n in range(192 - length + 1)
                        if not any(k in numbers for k in range(n, n + length)))


@settings(deadline=None)
@given(BITS, st.integers(0, 191), st.booleans())
def test_bitmap_changes(numbers: set[int], i: int, on: bool):
    words = words_of(numbers)
    assert change(words, i, on) == (i in numbers)
    assert list(words.words) == list(words_of(numbers | {i} if on else numbers - {i}).words)


Queue = Ring[u16, 8]


@struct
class Item:
    """Where pop puts what it took."""

    value: u16


@fn
def push(q: Ptr[Queue], value: u16) -> bool:
    """Append."""
    return q.push(value)


@fn
def pop(q: Ptr[Queue]) -> tuple[bool, u16]:
    """Take."""
    item: u16 = 0
    there = q.pop(addr_of(item))
    return there, item


@fn
def size(q: Ptr[Queue]) -> u32:
    """Count."""
    return q.count()


@settings(deadline=None)
@given(st.lists(st.none() | st.integers(0, 65535)), st.sampled_from([0, 0xFFFF_FFFC]))
def test_ring(steps: list[int | None], begin: int):
    """Pushes and pops as a bounded deque does them, also where the indices wrap."""
    q, model = Queue(head=begin, tail=begin), deque[int]()
    for step in steps:
        if step is None:
            there, value = pop(q)
            assert there == bool(model)
            if there:
                assert value == model.popleft()
        else:
            assert push(q, step) == (len(model) < 8)
            if len(model) < 8:
                model.append(step)
        assert size(q) == len(model)
