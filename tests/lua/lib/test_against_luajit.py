"""The string library and its messages, call for call as the distribution's LuaJIT has them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lua.engines import oracle, ours
from lua.lib import batches

BATCHES = [(make, seed) for make in (batches.pattern_calls, batches.format_calls,
                                     batches.argument_calls) for seed in range(3)]


@pytest.mark.parametrize(("make", "seed"), BATCHES,
                         ids=[f"{make.__name__}-{seed}" for make, seed in BATCHES])
def test_every_call_is_the_same(make: Callable[[int, int], list[str]], seed: int) -> None:
    calls = make(seed, 400)
    program = batches.program(calls)
    expected = oracle().run_text(program)
    got = ours().run_text(program)
    assert expected.code == 0, expected.stderr.decode()
    assert got.code == 0, got.stderr.decode()
    wanted, found = expected.stdout.splitlines(), got.stdout.splitlines()
    assert len(wanted) == len(calls)
    different = [(call, w, f) for call, w, f in zip(calls, wanted, found, strict=True) if w != f]
    assert different == []
