"""`wrought explain`: every code of the catalogue, and what is said about others."""

from __future__ import annotations

import pytest

from wrought.cli import main
from wrought.lang.front.catalog import CATALOG


def test_every_code(capsys: pytest.CaptureFixture[str]):
    for code, entry in CATALOG.items():
        assert main.run(["explain", code.lower()]) == 0
        told = capsys.readouterr().out
        assert told.startswith(f"{code}: {entry.shown}\n\n")
        assert " ".join(entry.explain.split()) in " ".join(told.split())


def test_example(capsys: pytest.CaptureFixture[str]):
    assert main.run(["explain", "T01"]) == 0
    told = capsys.readouterr().out
    assert "Wrong:\n    @fn\n    def low(x: u32) -> u8:\n        return x\n" in told
    assert "Says:\n    T01.py:3:12: error[T01]: expected u8, got u32\n" in told
    assert "Right:\n    @fn\n" in told and told.endswith("        return trunc(u8, x)\n")


def test_list(capsys: pytest.CaptureFixture[str]):
    assert main.run(["explain"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(CATALOG)


@pytest.mark.parametrize(("code", "message"), [
    ("T99", "error: no error has the code T99; perhaps T0"),
    ("nonsense", "error: no error has the code nonsense; 'wrought explain' lists all")])
def test_unknown(capsys: pytest.CaptureFixture[str], code: str, message: str):
    assert main.run(["explain", code]) == 1
    assert message in capsys.readouterr().err
