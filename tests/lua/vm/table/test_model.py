"""Random operations on tables against a dictionary."""

from __future__ import annotations

import random

import pytest

from lua.vm.table.driver import GET, LENGTH, NEXT, SET, new_vm, pairs, run, step, word
from wrought.lua.vm.table.create import duplicate, new_table
from wrought.lua.vm.table.resize import clear, resize
from wrought.lua.vm.value import NIL

VM = new_vm()


def keys_of(kind: str, rng: random.Random) -> list[object]:
    """Keys that a kind of table uses."""
    some = rng.randrange(4, 300)
    if kind == "dense":
        return list(range(1, some))
    if kind == "sparse":
        return [rng.randrange(-some, some * 40) for _ in range(some)]
    if kind == "strided":
        return [n << rng.choice((4, 16, 20)) for n in range(some)]
    if kind == "names":
        return [b"name%d" % n for n in range(some)]
    if kind == "doubles":
        return [n + rng.choice((0.5, 0.25, 2.0 ** 40)) for n in range(some)]
    return [*range(some // 4), *(b"k%d" % n for n in range(some // 4)),
            *(n * 1e10 for n in range(1, some // 4)), True, False, -1, 0.5]


def is_border(model: dict[int, int], n: int) -> bool:
    """Whether n is a length that the manual allows."""
    return (n == 0 or word(VM, n) in model) and word(VM, n + 1) not in model


def play(rng: random.Random, t: object, model: dict[int, int], keys: list[int]) -> None:
    """A script of random operations, the model beside it."""
    ops, expected = [], []
    clearing = rng.choice((0.1, 0.3, 0.6))
    for _ in range(1000):
        key = rng.choice(keys)
        op = rng.choice((GET, SET, SET))
        value = NIL if rng.random() < clearing else word(VM, rng.randrange(1000))
        ops.append((op, key, value))
        expected.append(model.get(key, NIL) if op == GET else 0)
        if op == SET:
            model[key] = value
            if value == NIL:
                del model[key]
    assert run(VM, t, ops) == expected


@pytest.mark.parametrize("kind", ["dense", "sparse", "strided", "names", "doubles", "mixed"])
@pytest.mark.parametrize("seed", range(12))
def test_tables_behave_as_dictionaries(kind: str, seed: int):
    """Get, set, remove, traverse, length, copy, resize, clear in random order."""
    rng = random.Random(f"{kind}{seed}")
    keys = [word(VM, k) for k in keys_of(kind, rng)]
    t = new_table(VM, rng.choice((0, 0, 3, 17, 40)), rng.choice((0, 0, 1, 4, 6)))
    model: dict[int, int] = {}
    for _ in range(6):
        play(rng, t, model, keys)
        assert dict(pairs(t)) == model and len(pairs(t)) == len(model)
        assert is_border(model, step(VM, t, LENGTH, 0, 0))
        change = rng.randrange(4)
        if change == 0:
            t = duplicate(VM, t)
        elif change == 1:
            resize(VM, t, rng.randrange(100), rng.randrange(6))
        elif change == 2:
            clear(t)
            model.clear()
        assert dict(pairs(t)) == model


@pytest.mark.parametrize("seed", range(20))
def test_fields_can_be_cleared_while_traversing(seed: int):
    """Each key is met once, whatever of them is cleared on the way."""
    rng = random.Random(seed)
    keys = [word(VM, k) for k in keys_of("mixed", rng)]
    t = new_table(VM, 0, 0)
    run(VM, t, [(SET, key, word(VM, 1)) for key in keys])
    expected = set(keys)
    met, key = [], NIL
    while (key := step(VM, t, NEXT, key, 0)) != NIL:
        met.append(key)
        doomed = [key] if rng.random() < 0.7 else []
        doomed += [k for k in rng.sample(keys, 3) if k not in met]
        run(VM, t, [(SET, k, NIL) for k in doomed])
        expected -= set(doomed) - set(met)
    assert len(met) == len(set(met))
    assert set(met) == expected
