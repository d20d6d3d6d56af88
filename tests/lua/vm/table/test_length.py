"""The length operator: borders, and those that LuaJIT gives for the usual tables with holes."""

from __future__ import annotations

import pytest

from lua.vm.table.driver import LENGTH, SET, new_vm, run, step, word
from wrought.lua.vm.table.create import new_table
from wrought.lua.vm.value import NIL

VM = new_vm()
ONE = word(VM, 1)


def length_after(asize: int, hbits: int, keys: list[object], cleared: tuple[int, ...] = ()) -> int:
    """The length of a table in which keys were set, then some cleared."""
    t = new_table(VM, asize, hbits)
    run(VM, t, [(SET, word(VM, k), ONE) for k in keys])
    run(VM, t, [(SET, word(VM, k), NIL) for k in cleared])
    return step(VM, t, LENGTH, 0, 0)


@pytest.mark.parametrize(("asize", "keys", "cleared", "expected"), [
    (0, [], (), 0), (0, [1], (), 1), (0, [1, 2, 4], (), 4), (0, [2], (), 2), (4, [3], (), 3),
    (4, [1, 3], (), 3), (5, [1, 2, 3], (2,), 1), (6, [1, 2, 3, 5], (), 5), (0, [0], (), 0),
    (0, [b"x", 1.5, -1], (), 0), (3, [1, 2, 3, 4], (), 4)])
def test_lengths(asize: int, keys: list[object], cleared: tuple[int, ...], expected: int):
    assert length_after(asize, 0, keys, cleared) == expected


@pytest.mark.parametrize("n", [1, 2, 3, 31, 64, 100, 1000])
def test_the_length_goes_on_in_the_hash_part(n: int):
    """Nodes made beforehand hold all of the sequence, or what does not fit into the array."""
    for asize in (0, 2, 9):
        assert length_after(asize, 12, list(range(1, n + 1))) == n


def test_a_table_made_to_mislead_the_doubling_search_has_a_border():
    """All powers of two are in use, which the search takes for a sequence without end."""
    keys = [*(1 << n for n in range(31)), 3]
    assert length_after(0, 7, keys) == 4


def test_pushing_and_popping_keeps_the_length():
    t = new_table(VM, 0, 0)
    n = 0
    for move in [+1] * 50 + [-1] * 20 + [+1] * 300 + [-1] * 330 + [+1] * 7:
        key = n + 1 if move > 0 else n
        step(VM, t, SET, word(VM, key), ONE if move > 0 else NIL)
        n += move
        assert step(VM, t, LENGTH, 0, 0) == n


def test_a_remembered_border_is_not_kept_against_the_facts():
    t = new_table(VM, 101, 0)
    run(VM, t, [(SET, word(VM, n), ONE) for n in range(1, 61)])
    assert step(VM, t, LENGTH, 0, 0) == 60
    run(VM, t, [(SET, word(VM, n), NIL) for n in range(11, 61)])
    assert step(VM, t, LENGTH, 0, 0) == 10
    run(VM, t, [(SET, word(VM, n), ONE) for n in range(11, 101)])
    assert step(VM, t, LENGTH, 0, 0) == 100
    run(VM, t, [(SET, word(VM, 101), ONE)])
    assert step(VM, t, LENGTH, 0, 0) == 101
