"""The thinnest path: Python source to a call in this process."""

from __future__ import annotations

import pytest

from wrought.lang.build.errors import Panic
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, Slice, u8, u32, u64


@struct
class Pair:
    """Two numbers."""

    x: u32
    y: u64


@fn
def factorial(n: u64) -> u64:
    """n!, modulo 2^64."""
    result: u64 = 1
    for i in range(1, n + 1):
        result *= i
    return result


@fn
def set_pair(p: Ptr[Pair], v: u32) -> None:
    """Write through a pointer."""
    p.x = v
    p.y += 2


@fn
def item(s: Slice[u8], i: u64) -> u8:
    """One byte."""
    return s[i]


def test_loop() -> None:
    assert factorial(10) == 3628800


def test_struct_in_place() -> None:
    p = Pair(x=1, y=2)
    set_pair(p, 7)
    assert (p.x, p.y) == (7, 4)


def test_bounds() -> None:
    assert item(b"abc", 2) == 99
    with pytest.raises(Panic, match="index 5 is out of range for length 3") as caught:
        item(b"abc", 5)
    assert caught.value.function == "item"
