"""The frame allocator against a set of frames."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hv.core.machine import PAGE, START, Ram, frames_of
from wrought.hv.core import frames
from wrought.hv.fake import memory as fake_memory
from wrought.lang.build.errors import Panic

SIZE = 16 << 20
ram = Ram(SIZE)


def give(*ranges: tuple[int, int]) -> set[int]:
    """Begin anew with (offset, frames) ranges; the frames that can be had."""
    ram.begin()
    for offset, count in ranges:
        assert frames.add_memory(START + offset * PAGE, count * PAGE)
    return drain_and_return()


def drain_and_return() -> set[int]:
    """Every frame the allocator can give."""
    n = frames.free_count()
    got = [frames.alloc_frames(1, 1) for _ in range(n)]
    assert frames.alloc_frames(1, 1) == 0 and frames.free_count() == 0
    for at in got:
        frames.free_frames(at, 1)
    assert frames.free_count() == n == len(set(got))
    return set(got)


def test_bits_take_one_frame_of_a_range():
    free = give((0, 4096))
    assert len(free) == 4095 and free < frames_of(START, 4096)
    assert frames.total_count() == 4096


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 300)), max_size=6))
@settings(deadline=None, max_examples=60)
def test_ranges(wanted: list[tuple[int, int]]):
    ram.begin()
    given_: set[int] = set()
    for offset, count in wanted:
        new = frames_of(START + offset * PAGE, count)
        accepted = frames.add_memory(START + offset * PAGE, count * PAGE)
        assert accepted == (not new & given_)
        if accepted:
            given_ |= new
    free = drain_and_return()
    assert free <= given_ and frames.total_count() == len(given_)


def test_partial_frames_are_cut():
    ram.begin()
    assert frames.add_memory(START + 1, 4 * PAGE)
    assert drain_and_return() <= frames_of(START + PAGE, 3)
    assert not frames.add_memory(START + 8 * PAGE + 1, PAGE)


@given(st.lists(st.tuples(st.integers(0, 64 * PAGE), st.integers(1, 8 * PAGE)), max_size=8))
@settings(deadline=None, max_examples=60)
def test_reserved_before_and_after(wanted: list[tuple[int, int]]):
    """Reserved memory is neither given out nor written to, whenever it was reserved."""
    ram.begin()
    ram.write(START, b"\x55" * SIZE)
    for at, size in wanted:
        assert frames.reserve(START + at, size)
    assert frames.add_memory(START, 128 * PAGE)
    gone = {page for at, size in wanted
            for page in range((START + at) // PAGE * PAGE, START + at + size, PAGE)}
    free = drain_and_return()
    assert not free & gone and len(free) == 128 - len(gone) - 1
    for at, size in wanted:
        assert ram.read(START + at, size) == b"\x55" * size
    victim = min(free)
    assert frames.reserve(victim + 8, 8) and not frames.reserve(victim, PAGE)
    assert drain_and_return() == free - {victim}


def test_reserve_changes_all_or_nothing():
    free = give((0, 256))
    at = frames.alloc_frames(1, 1)
    assert not frames.reserve(at - PAGE, 3 * PAGE)
    assert drain_and_return() == free - {at}


requests = st.lists(st.one_of(
    st.tuples(st.integers(1, 700), st.sampled_from([1, 1, 2, 8, 64, 512])),
    st.integers(0, 1000)), max_size=60)


@given(requests)
@settings(deadline=None, max_examples=150)
def test_against_a_set(steps: list):
    """Aligned, adjacent, never given twice; refused only where no such run is free."""
    free = give((3, 1021), (1500, 1400))
    held: list[tuple[int, int]] = []
    for step in steps:
        if isinstance(step, int):
            if held:
                at, count = held.pop(step % len(held))
                frames.free_frames(at, count)
                free |= frames_of(at, count)
            continue
        count, align = step
        at = frames.alloc_frames(count, align)
        if at == 0:
            assert not any(first % (align * PAGE) == 0 and frames_of(first, count) <= free
                           for first in free)
            continue
        assert at % (align * PAGE) == 0 and frames_of(at, count) <= free
        free -= frames_of(at, count)
        held.append((at, count))
        assert frames.free_count() == len(free)
    assert drain_and_return() == free


def test_blocks_come_largest_first():
    give((0, 4096))
    got = []
    while (block := frames.alloc_block(1000))[0]:
        got.append(block)
    assert [count for _, count in got[:7]] == [512] * 7
    assert {count for _, count in got[7:]} == {1} and len(got) == 7 + 511
    assert frames.alloc_block(1) == (0, 0)


@pytest.mark.parametrize("at, count", [(0, 1), (SIZE, 1), (0, 5000), (0, 0), (0, 2**52)])
def test_wrong_frees_panic(at: int, count: int):
    give((0, 4096))
    with pytest.raises(Panic, match="are not RAM"):
        frames.free_frames(START + at if at or count != 1 else 0, count)


def test_double_free_panics():
    give((0, 4096))
    at = frames.alloc_frames(600, 1)
    frames.free_frames(at + 100 * PAGE, 1)
    with pytest.raises(Panic, match="a frame is freed twice"):
        frames.free_frames(at, 600)


def test_scrubbed():
    give((0, 64))
    at = frames.alloc_frames(2, 1)
    ram.write(at, b"secret" * 1000)
    frames.free_scrubbed(at, 2)
    assert ram.read(at, 2 * PAGE) == bytes(2 * PAGE)


def test_a_frame_is_scrubbed_when_it_is_given_out_first():
    ram.begin()
    assert frames.add_memory(START + 3 * PAGE, 2000 * PAGE)
    fake_memory.first_scrubbed.set(0)
    at = frames.alloc_frames(100, 1)
    assert fake_memory.first_scrubbed.get() == 100
    frames.free_frames(at, 100)
    again = frames.alloc_frames(150, 1)
    assert again == at and fake_memory.first_scrubbed.get() == 150
    frames.free_frames(again, 150)
    large = frames.alloc_frames(1024, 512)
    assert large and fake_memory.first_scrubbed.get() == 150 + 1024
    rest = drain_and_return()
    assert fake_memory.first_scrubbed.get() == 1024 + len(rest)
    drain_and_return()
    assert fake_memory.first_scrubbed.get() == 1024 + len(rest)
