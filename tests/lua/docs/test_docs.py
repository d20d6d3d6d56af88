"""The reference page of the bytecode is what the table says now, and leaves nothing out."""

from __future__ import annotations

from pathlib import Path

import pytest

from wrought.lua.docs import OPERANDS, PAGES, SECTIONS, bytecode, main, sections
from wrought.lua.vm.bytecode import NUMBER, TABLE

REFERENCE = Path(__file__).parents[3] / "docs/reference"


@pytest.mark.parametrize("name", PAGES)
def test_page_is_up_to_date(name: str) -> None:
    assert (REFERENCE / name).read_text("utf-8") == PAGES[name](), "run make docs"


def test_every_instruction_has_a_line() -> None:
    text = bytecode()
    for op in TABLE:
        assert f"| `{op.name}` | {OPERANDS[op.a]} |" in text
    assert [op for _, _, rows in sections() for op in rows] == list(TABLE)


def test_sections_exist() -> None:
    assert set(SECTIONS) <= set(NUMBER)
    assert all(set(op.a + op.b + op.c + op.d) <= set(OPERANDS) for op in TABLE)


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 0
    assert {path.name for path in tmp_path.iterdir()} == set(PAGES)
    assert main([str(tmp_path / "none")]) == 2
    assert "usage" in capsys.readouterr().err
