"""Every pure op gives on both machines what the reference interpreter gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lang.llvm import op_cases
from lang.llvm.batch import run_on_a64
from lang.llvm.op_cases import CASES, PURE, same
from wrought.lang.build.host import HostEngine
from wrought.lang.ir.verifier import verify_module


@pytest.fixture(scope="module")
def expected() -> list[list[Any]]:
    return op_cases.expected()


def check(case: op_cases.Case, results: list[Any], wanted: list[Any]) -> None:
    for row, got, want in zip(case.rows, results, wanted, strict=True):
        assert same(case.ret, got, want), f"{case} on {row}: {got!r}, not {want!r}"


def test_every_pure_op_is_tried():
    assert {c.op for c in CASES} | {"percpu"} == PURE


def test_the_module_is_valid():
    assert verify_module(op_cases.module()) == []


def test_in_process(expected: list[list[Any]]):
    engine = HostEngine()
    engine.add(op_cases.module())
    for case, wanted in zip(CASES, expected, strict=True):
        call = engine.function(case.name, list(case.params), case.ret)
        check(case, [call(*row) for row in case.rows], wanted)


def test_on_aarch64(expected: list[list[Any]], tmp_path: Path):
    rows = [(c.name, c.rows) for c in CASES]
    results = run_on_a64(op_cases.module(), rows, tmp_path)
    for case, got, wanted in zip(CASES, results, expected, strict=True):
        check(case, got, wanted)
