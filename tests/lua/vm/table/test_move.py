"""Moving ranges of integer keys, inside the array part, beside it and across its end."""

from __future__ import annotations

import random

import pytest

from lua.vm.table.driver import SET, new_vm, pairs, run, word
from wrought.lua.vm.table.create import new_table
from wrought.lua.vm.table.move import move_range

VM = new_vm()


@pytest.mark.parametrize("asize", [0, 5, 12, 40])
@pytest.mark.parametrize("seed", range(25))
def test_ranges_move_as_one_by_one_from_the_right_end(asize: int, seed: int):
    rng = random.Random(f"{asize} {seed}")
    t = new_table(VM, asize, 0)
    model = {n: n + 100 for n in rng.sample(range(-5, 30), 20)}
    run(VM, t, [(SET, word(VM, n), word(VM, x)) for n, x in model.items()])
    for _ in range(10):
        first, to = rng.randrange(-5, 25), rng.randrange(-5, 25)
        last = first + rng.randrange(-2, 12)
        move_range(VM, t, first, last, to)
        moved = {to + i: model.get(first + i) for i in range(last - first + 1)}
        model = {n: x for n, x in (model | moved).items() if x is not None}
        assert dict(pairs(t)) == {word(VM, n): word(VM, x) for n, x in model.items()}
