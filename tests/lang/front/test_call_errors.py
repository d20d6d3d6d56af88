"""A mistake in a compiled function is shown without the compiler's own frames."""

from __future__ import annotations

from pathlib import Path

import pytest

from wrought.lang.build.errors import BuildError
from wrought.lang.build.program import Program
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import u8, u64
from wrought.lang.diag import CompileError


@fn
def narrow(x: u64) -> u8:
    """Wrong: bits would be lost."""
    return x


def test_traceback_of_a_wrong_function():
    with pytest.raises(CompileError, match="expected u8, got u64") as caught:
        narrow(1)
    assert {entry.path.name for entry in caught.traceback} == {Path(__file__).name, "function.py"}
    assert caught.value.__cause__ is None and caught.value.__suppress_context__


def test_program_that_starts_with_a_parameter():
    with pytest.raises(BuildError, match=r"test_call_errors.py:\d+: narrow can't be where a") as e:
        Program("wrong", main=narrow, target="x86_64-linux").module()
    assert e.value.line == narrow.first_line
