"""Held frames against a dict of counts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hv.core.machine import PAGE, START, Ram
from wrought.hv.core import foreign, frames
from wrought.lang.build.errors import Panic

ram = Ram(4 << 20)
BUCKET = 1024
"""Frames that lie this far apart share a bucket."""


def begin() -> None:
    ram.begin()
    foreign.forget_foreign()
    assert frames.add_memory(START, 4 << 20)


frame_numbers = st.builds(lambda low, far: 1 + low + BUCKET * far,
                          st.integers(0, 3), st.integers(0, 4))
steps = st.lists(st.tuples(st.sampled_from(["hold", "hold", "drop"]), frame_numbers),
                 max_size=60)


@given(steps)
@settings(deadline=None, max_examples=100)
def test_against_counts(steps: list[tuple[str, int]]):
    begin()
    model: dict[int, int] = {}
    for what, number in steps:
        frame = number * PAGE
        if what == "hold":
            assert foreign.foreign_hold(frame)
            model[frame] = model.get(frame, 0) + 1
        elif model.get(frame):
            foreign.foreign_drop(frame)
            model[frame] -= 1
        for number in range(1, 4):
            for far in range(5):
                at = (number + BUCKET * far) * PAGE
                assert foreign.foreign_held(at) == bool(model.get(at))
    assert foreign.frames_taken.get() <= 1


def test_orphans_are_freed_by_the_last_to_let_go():
    begin()
    frame = frames.alloc_frames(1, 1)
    assert not foreign.foreign_orphan(frame)
    assert foreign.foreign_hold(frame) and foreign.foreign_hold(frame)
    ram.write(frame, b"secret")
    assert foreign.foreign_orphan(frame)
    free = frames.free_count()
    foreign.foreign_drop(frame)
    assert frames.free_count() == free and ram.read(frame, 6) == b"secret"
    foreign.foreign_drop(frame)
    assert frames.free_count() == free + 1 and ram.read(frame, PAGE) == bytes(PAGE)


def test_many_and_no_memory():
    """Entries come from frames of 170; without one more frame, nothing changes."""
    begin()
    for number in range(1, 400):
        assert foreign.foreign_hold(number * PAGE)
    assert foreign.frames_taken.get() == 3
    while frames.alloc_frames(1, 1):
        pass
    number = 400
    while foreign.foreign_hold(number * PAGE):
        number += 1
    assert number == 1 + 3 * (PAGE // 24) and not foreign.foreign_held(number * PAGE)
    foreign.foreign_drop(7 * PAGE)
    assert foreign.foreign_hold(number * PAGE) and not foreign.foreign_held(7 * PAGE)


def test_too_many_drops_panic():
    begin()
    assert foreign.foreign_hold(PAGE)
    foreign.foreign_drop(PAGE)
    with pytest.raises(Panic, match="is not held"):
        foreign.foreign_drop(PAGE)
