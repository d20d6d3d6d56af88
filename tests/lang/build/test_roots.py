"""What a program is asked to keep stays in it, and its dumps show the functions asked for."""

from __future__ import annotations

import pytest

from wrought.lang.build.program import Program
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import u64


@fn
def triple(x: u64) -> u64:
    """Kept though nothing calls it and no C name is asked for."""
    return 3 * x


@fn
def sextuple(x: u64) -> u64:
    """Another one."""
    return 2 * triple(x)


@pytest.fixture(scope="module", params=["aarch64-none", "x86_64-linux"])
def program(request: pytest.FixtureRequest) -> Program:
    return Program("kept", roots=[triple, sextuple], target=request.param)


def test_roots_are_kept(program: Program):
    titles = [f.title for f in program.module().functions.values()]
    assert titles == ["triple", "sextuple"]


@pytest.mark.parametrize("stage", ["ir", "llvm", "asm", "lines"])
def test_one_function_of_a_stage(program: Program, stage: str):
    text = program.dump(stage, "sextuple")
    assert "test_roots.sextuple" in text
    assert "test_roots.triple:" not in text and "define internal i64 @test_roots.triple" not in text
