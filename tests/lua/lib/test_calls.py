"""math, bit, table and os do with random arguments what the distribution's LuaJIT does."""

from __future__ import annotations

import pytest

from lua.engines import oracle, ours
from lua.lib import calls

COUNT = 400


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", sorted(calls.MAKERS))
def test_every_call_is_the_same(kind: str, seed: int) -> None:
    made, program = calls.program(kind, seed, COUNT)
    expected = oracle().run_text(program)
    got = ours().run_text(program)
    assert (expected.code, got.code) == (0, 0), (expected.stderr, got.stderr)
    wanted = expected.stdout.splitlines()
    assert len(wanted) == COUNT
    lines = zip(made, wanted, got.stdout.splitlines(), strict=True)
    assert [line for line in lines if line[1] != line[2]] == []
