"""The example's page-table walker against a list of intervals, by random sequences."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rt.example import changes, rights, translation

PAGE, BLOCK, GIGA = 1 << 12, 1 << 21, 1 << 30
BASE = 0x8000_0000


class Mapped(NamedTuple):
    """An interval of the model."""

    start: int
    size: int
    output: int
    raw: int


class Model:
    """An address space as intervals."""

    def __init__(self) -> None:
        self.mapped: list[Mapped] = []

    def overlaps(self, start: int, size: int) -> bool:
        return any(m.start < start + size and start < m.start + m.size for m in self.mapped)

    def unmap(self, start: int, size: int) -> None:
        kept: list[Mapped] = []
        for m in self.mapped:
            low = min(m.size, max(0, start - m.start))
            high = min(m.size, max(0, start + size - m.start))
            kept += [p for p in (Mapped(m.start, low, m.output, m.raw),
                                 Mapped(m.start + high, m.size - high, m.output + high, m.raw))
                     if p.size] if high > low else [m]
        self.mapped = kept

    def translate(self, address: int) -> tuple[int, int] | None:
        for m in self.mapped:
            if m.start <= address < m.start + m.size:
                return m.output + address - m.start, m.raw
        return None


def space_of(stage: Any) -> Any:
    return translation.Space(base=BASE, taken=[1], stage=stage)


ADDRESS = st.builds(lambda g, b, p: g * GIGA + b * BLOCK + p * PAGE,
                    st.sampled_from([0, 1, 2, 511]), st.sampled_from([0, 1, 2, 511]),
                    st.sampled_from([0, 1, 2, 511]))
SIZE = st.sampled_from([PAGE, 2 * PAGE, 511 * PAGE, BLOCK, BLOCK + PAGE, 3 * BLOCK, GIGA,
                        GIGA + BLOCK, 2 * GIGA + PAGE])
CHANGE = st.tuples(st.sampled_from(["map", "same", "unmap"]), ADDRESS, SIZE, ADDRESS,
                   st.integers(0, 15))


def check(space: Any, model: Model, raw_of: Any, points: set[int]) -> None:
    """Every edge and its neighbours translate alike."""
    for at in points:
        got, want = translation.translate(space, at), model.translate(at)
        assert got.found == (want is not None), hex(at)
        if want is not None:
            assert (got.output, int(got.rights)) == (want[0], raw_of(want[1])), hex(at)


@pytest.mark.parametrize("stage", [rights.Stage.ONE, rights.Stage.TWO], ids=["stage1", "stage2"])
@settings(deadline=None, max_examples=60)
@given(steps=st.lists(CHANGE, max_size=12))
def test_random_changes(stage: Any, steps: list[tuple[str, int, int, int, int]]):
    space, model = space_of(stage), Model()

    def raw_of(raw: int) -> int:
        return raw | 1 if stage == rights.Stage.ONE else raw
    points: set[int] = set()
    for what, start, size, output, raw in steps:
        output = start if what == "same" else output
        bad = start + size > 1 << 39
        if what == "unmap":
            result = changes.unmap(space, start, size)
            if result == translation.Result.OK:
                model.unmap(start, size)
        else:
            result = changes.map_range(space, start, output, size, rights.Rights(raw))
            exists = model.overlaps(start, size)
            if result == translation.Result.OK:
                assert not exists
                model.mapped.append(Mapped(start, size, output, raw))
            elif not bad:
                assert exists or result == translation.Result.NO_TABLES
        assert (result == translation.Result.BAD_RANGE) == bad
        points |= {p for e in (start, start + size) for p in (e - 1, e, e + PAGE) if p >= 0}
        check(space, model, raw_of, points)
    assert changes.unmap(space, 0, 1 << 39) == translation.Result.OK
    assert space.taken[0] == 1
    assert not any(bytes(space.tables[0]))


def test_the_largest_entries_are_taken():
    space = space_of(rights.Stage.TWO)
    all_rights = rights.Rights(read=True, write=True, execute=True)
    assert changes.map_range(space, GIGA - BLOCK - PAGE, GIGA - BLOCK - PAGE,
                             GIGA + BLOCK + PAGE, all_rights) == translation.Result.OK
    levels = [translation.translate(space, a).level for a in (
        GIGA - BLOCK - PAGE, GIGA - BLOCK, GIGA, 2 * GIGA - 1)]
    assert levels == [3, 2, 1, 1]


def test_running_out_of_tables_changes_nothing():
    """One page in each gigabyte takes two tables; the 32nd does not fit."""
    space, every = space_of(rights.Stage.ONE), rights.Rights(read=True)
    results = [changes.map_range(space, n * GIGA, 0, PAGE, every) for n in range(32)]
    assert results == [translation.Result.OK] * 31 + [translation.Result.NO_TABLES]
    assert space.taken[0].bit_count() == 63
    assert not translation.translate(space, 31 * GIGA).found
    assert changes.unmap(space, 0, PAGE) == translation.Result.OK
    assert changes.map_range(space, 31 * GIGA, 0, PAGE, every) == translation.Result.OK


@pytest.mark.parametrize(("start", "output", "size"), [
    (0, 0, 0), (1, 0, PAGE), (0, 1, PAGE), (0, 0, PAGE + 1), (1 << 39, 0, PAGE),
    ((1 << 39) - PAGE, 0, 2 * PAGE), (0, (1 << 48) - PAGE, 2 * PAGE), (0, -PAGE % (1 << 64), PAGE),
    (-PAGE % (1 << 64), 0, 2 * PAGE), (0, 0, -PAGE % (1 << 64))])
def test_bad_ranges(start: int, output: int, size: int):
    space = space_of(rights.Stage.TWO)
    assert changes.map_range(space, start, output, size,
                             rights.Rights(read=True)) == translation.Result.BAD_RANGE
    assert space.taken[0] == 1
