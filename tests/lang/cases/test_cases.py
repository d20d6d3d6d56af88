"""Every family of cases on every engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from lang.engines import ENGINES, complaints, load_family

FAMILIES = sorted(p.stem for p in Path(__file__).parent.glob("*.py")
                  if not p.name.startswith("test_"))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("family", FAMILIES)
def test_family(family: str, engine: str, tmp_path: Path) -> None:
    cases = load_family(f"lang.cases.{family}")
    found = complaints(cases, ENGINES[engine](cases, tmp_path))
    assert not found, "\n".join(found)
