"""Weak tables (Lua 5.1 manual, section 2.10.2)."""

from __future__ import annotations

import random

import pytest

from lua.vm.gc import heap
from lua.vm.gc.heap import Vm

NIL = 0xFFF9 << 48
INT = 0xFFFF << 48
KEYS, VALUES = 0, 1
TABLE, METATABLE, HOLDER = 0, 1, 2


def weak_table(vm: Vm, mode: bytes, asize: int = 0) -> int:
    """A table in root slot 0 whose metatable in slot 1 has this mode."""
    t = heap.make_table(vm, asize, 0)
    meta = heap.make_table(vm, 0, 0)
    heap.set_slot(vm, TABLE, t)
    heap.set_slot(vm, METATABLE, meta)
    heap.refer(vm, meta, heap.make_string(vm, b"__mode"), heap.make_string(vm, mode))
    heap.set_meta(vm, t, meta)
    return t


def holder(vm: Vm, *values: int) -> None:
    """Keep values by a table in root slot 2."""
    t = heap.make_table(vm, len(values) + 1, 0)
    heap.set_slot(vm, HOLDER, t)
    for i, v in enumerate(values):
        heap.refer(vm, t, INT | i + 1, v)


@pytest.mark.parametrize("asize", [0, 8])
def test_values(vm: Vm, asize: int):
    t = weak_table(vm, b"v", asize)
    kept, gone, key = (heap.make_table(vm, 0, 0) for _ in range(3))
    text = heap.make_string(vm, b"a value of its own")
    holder(vm, kept)
    for i, v in enumerate((kept, gone, text, INT | 5, NIL + 2)):
        heap.refer(vm, t, INT | i + 1, v)
    heap.refer(vm, t, key, INT | 1)
    heap.full(vm)
    assert [heap.referred(t, INT | i) for i in range(1, 6)] == [kept, NIL, text, INT | 5, NIL + 2]
    assert heap.survived(vm, text) and not heap.survived(vm, gone)
    assert heap.survived(vm, key), "keys are strong"
    assert heap.referred(t, key) == INT | 1


def test_keys(vm: Vm):
    """Values are strong in 5.1, even where they refer to their key."""
    t = weak_table(vm, b"k")
    kept, gone, value, cyclic = (heap.make_table(vm, 0, 0) for _ in range(4))
    text = heap.make_string(vm, b"a key of its own")
    heap.refer(vm, cyclic, INT | 1, cyclic)
    holder(vm, kept)
    for key in (kept, gone, text, INT | 3):
        heap.refer(vm, t, key, value)
    heap.refer(vm, t, cyclic, cyclic)
    heap.full(vm)
    assert [heap.referred(t, key) for key in (kept, text, INT | 3)] == [value] * 3
    assert not heap.survived(vm, gone) and heap.survived(vm, text)
    assert heap.survived(vm, cyclic)


def test_both(vm: Vm):
    t = weak_table(vm, b"kv")
    kept, key, value = (heap.make_table(vm, 0, 0) for _ in range(3))
    holder(vm, kept)
    heap.refer(vm, t, kept, value)
    heap.refer(vm, t, key, kept)
    heap.full(vm)
    assert heap.referred(t, kept) == NIL
    assert not heap.survived(vm, key) and not heap.survived(vm, value)


def test_mode_changes(vm: Vm):
    """What counts is the mode when marking ends."""
    t = weak_table(vm, b"v")
    value = heap.make_table(vm, 0, 0)
    heap.refer(vm, t, INT | 1, value)
    while heap.advance(vm, 1) != 1:
        pass
    while vm.gc.grey.used:
        heap.advance(vm, 1)
    heap.refer(vm, heap.slot(vm, METATABLE), heap.make_string(vm, b"__mode"), NIL)
    while heap.advance(vm, 100_000) != 0:
        pass
    assert heap.referred(t, INT | 1) == value and heap.survived(vm, value)
    heap.refer(vm, heap.slot(vm, METATABLE), heap.make_string(vm, b"__mode"),
               heap.make_string(vm, b"v"))
    heap.full(vm)
    assert heap.referred(t, INT | 1) == NIL


def test_becomes_weak_while_marking(vm: Vm):
    """A metatable that a traversed table gets is looked at."""
    weak_table(vm, b"v")
    plain = heap.make_table(vm, 0, 0)
    heap.set_slot(vm, 5, plain)
    while heap.advance(vm, 1) != 1:
        pass
    while vm.gc.grey.used:
        heap.advance(vm, 1)
    heap.set_meta_back(vm, plain, heap.slot(vm, METATABLE))
    value = heap.make_table(vm, 0, 0)
    heap.refer(vm, plain, INT | 1, value)
    while heap.advance(vm, 100_000) != 0:
        pass
    assert heap.referred(plain, INT | 1) == NIL


def test_weak_table_in_a_weak_table(vm: Vm):
    """A weak table that is reached only weakly goes, and does not disturb."""
    t = weak_table(vm, b"v")
    inner = heap.make_table(vm, 0, 0)
    heap.set_meta(vm, inner, heap.slot(vm, METATABLE))
    heap.refer(vm, t, INT | 1, inner)
    heap.refer(vm, inner, INT | 1, heap.make_table(vm, 0, 0))
    heap.full(vm)
    assert heap.referred(t, INT | 1) == NIL and not heap.survived(vm, inner)


@pytest.mark.parametrize("mode", [b"k", b"v", b"kv", b"vk whatever"])
@pytest.mark.parametrize("seed", range(4))
def test_random(vm: Vm, mode: bytes, seed: int):
    """Entries stay exactly while their weak sides are kept, over incremental cycles."""
    chance = random.Random(seed)
    t = weak_table(vm, mode)
    model: dict[int, int] = {}
    kept: dict[int, int] = {}
    def fresh() -> int:
        """A table; entries that had one at this address are gone."""
        v = heap.make_table(vm, 0, 0)
        assert v not in kept.values()
        for key in [k for k in model if v in (k, model[k])]:
            del model[key]
        return v

    for _ in range(20):
        for _ in range(60):
            key = fresh()
            heap.set_slot(vm, 3, key)
            value = fresh()
            heap.refer(vm, t, key, value)
            model[key] = value
            for v in (key, value):
                if chance.random() < 0.6:
                    at = chance.randrange(4, 30)
                    heap.set_slot(vm, at, v)
                    kept[at] = v
            if chance.random() < 0.2:
                heap.advance(vm, chance.choice((10, 300, 3000)))
        heap.set_slot(vm, 3, NIL)
        heap.full(vm)
        alive = set(kept.values())
        weak = (0,) * (b"k" in mode) + (1,) * (b"v" in mode)
        model = {k: v for k, v in model.items() if all((k, v)[side] in alive for side in weak)}
        for key, value in model.items():
            assert heap.referred(t, key) == value
        assert heap.entries(t) == len(model)
