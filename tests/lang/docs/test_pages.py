"""The generated reference pages are what the tables say now, and leave nothing out."""

from __future__ import annotations

from pathlib import Path

import pytest

from wrought.lang.core.intrinsics import INTRINSICS
from wrought.lang.docs.__main__ import main
from wrought.lang.docs.markdown import table
from wrought.lang.docs.pages import PAGES
from wrought.lang.front.catalog import CATALOG, FAMILIES
from wrought.lang.ir.ops import OPS

REFERENCE = Path(__file__).parents[3] / "docs/reference"


@pytest.mark.parametrize("name", PAGES)
def test_page_is_up_to_date(name: str) -> None:
    assert (REFERENCE / name).read_text("utf-8") == PAGES[name](), "run make docs"


def test_pages_are_complete() -> None:
    errors, intrinsics, ir = (PAGES[f"{n}.md"]() for n in ("errors", "intrinsics", "ir"))
    assert all(f"\n### {code}\n" in errors for code in CATALOG)
    assert {code[0] for code in CATALOG} == set(FAMILIES)
    assert all(f"| `{i.usage}`" in intrinsics for i in INTRINSICS.values())
    assert all(f"| `{name}` |" in ir for name in OPS)


def test_bars_in_tables() -> None:
    assert table(("a", "b"), [("x | y", "z")]) == "| a | b |\n|---|---|\n| x \\| y | z |"
    assert table(("a",), []) == ""


def test_generator(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(PAGES)
    assert main([str(tmp_path / "none")]) == 2
    assert "usage" in capsys.readouterr().err
