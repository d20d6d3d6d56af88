"""`ord` of a constant character is a constant."""

from __future__ import annotations

import pytest

from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Slice, u8, u64
from wrought.lang.diag import CompileError


@fn
def braces(text: Slice[u8]) -> u64:
    """Opening braces in `text`."""
    n: u64 = 0
    for byte in text:
        if byte == ord("{"):
            n += 1
    return n


@fn
def of_a_variable(byte: u8) -> u64:
    """Not a constant."""
    return ord(byte)


def test_ord():
    assert braces(b"{a{{b") == 3


def test_only_constants():
    with pytest.raises(CompileError):
        of_a_variable(1)
