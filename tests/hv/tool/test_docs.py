"""The page of hypercalls is what the table says now."""

from __future__ import annotations

from pathlib import Path

import pytest

from wrought.hv.core.hypercall_table import TABLE
from wrought.hv.tool.docs import NAME, hypercalls, main

REFERENCE = Path(__file__).parents[3] / "docs/reference"


def test_page_is_up_to_date() -> None:
    assert (REFERENCE / NAME).read_text("utf-8") == hypercalls(), "run make docs"


def test_page_is_complete() -> None:
    text = hypercalls()
    for row in TABLE:
        assert f"| {int(row.number)} | `{row.name}` | " in text
        for operation in row.operations:
            assert f"| {int(operation.number)} | `{operation.name}` | " in text


def test_generator(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 0
    assert [p.name for p in tmp_path.iterdir()] == [NAME]
    assert main([str(tmp_path / "none")]) == 2
    assert "usage" in capsys.readouterr().err
