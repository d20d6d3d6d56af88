"""`make lint`, as a part of `make test`."""

from __future__ import annotations

import importlib.util

import pytest

from house.tree import ROOT

_spec = importlib.util.spec_from_file_location("lint", ROOT / "tools" / "lint.py")
assert _spec and _spec.loader
lint = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(lint)


def test_ruff():
    fine, report = lint.ruff()
    assert fine, report


def test_pyright():
    fine, report = lint.pyright()
    if fine is None:
        pytest.skip(report)
    assert fine, report
