"""What a program is asked to keep stays in it, and its dumps show the functions asked for."""

from __future__ import annotations

import pytest

from wrought.lang.build.program import Program
from wrought.lang.core.function import cold, fn, noinline
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


@cold
@noinline
@fn
def rare(x: u64) -> u64:
    """Lies in a section of its own, at address 0 of the object as `usual` does."""
    return x * 5


@fn
def usual(x: u64) -> u64:
    """Calls it."""
    return rare(x) if x > 9 else x * 7


def test_lines_of_two_sections():
    program = Program("two", roots=[rare, usual], target="aarch64-none")
    for f, text in ((rare, "return x * 5"), (usual, "return rare(x) if x > 9 else x * 7")):
        lines = [line.strip() for line in program.dump("lines", f.name).splitlines()
                 if ".py:" in line]
        assert lines and all(line.endswith(text) for line in lines)
