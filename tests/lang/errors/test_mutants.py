"""Whatever is typed, the compiler compiles it or explains it: mutants of the example programs."""

from __future__ import annotations

import pytest

from lang.errors.harness import compile_text
from lang.errors.mutate import mutant
from wrought.lang.diag import CompileError
from wrought.lang.front import unit
from wrought.lang.front.catalog.cases import examples
from wrought.lang.front.lower import loops

SLOW = {"K06", "R03"}
"""Programs that are wrong by their size."""

TEXTS = [text for case in examples().values() if case.code not in SLOW | {"X03"}
         for text in (case.wrong, case.right) if text]
TARGETS = ("aarch64-linux", "x86_64-linux", "aarch64-none")
BATCHES, BATCH = 8, 250


@pytest.mark.parametrize("batch", range(BATCHES))
@pytest.mark.filterwarnings("ignore")
def test_mutants_compile_or_are_explained(batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unit, "INSTANCE_LIMIT", 20)
    monkeypatch.setattr(loops, "UNROLL_LIMIT", 64)
    outcomes = {"compiled": 0, "explained": 0}
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        text = mutant(TEXTS, seed)
        try:
            compile_text("mutant", text, {"target": TARGETS[seed % 3]})
            outcomes["compiled"] += 1
        except CompileError as error:
            outcomes["explained"] += 1
            assert all(d.code and d.message and d.render() for d in error.diagnostics)
            assert not any("__name__" in d.message for d in error.diagnostics), text
        except Exception as error:
            pytest.fail(f"mutant {seed}: {type(error).__name__}: {error}\n{text}")
    assert min(outcomes.values()) > BATCH // 20, "mutants are all of one kind"
