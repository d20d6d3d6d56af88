"""Structs, functions as arguments and printing, upon another module."""

from __future__ import annotations

from wares.counts import LIMIT, hit
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Array, Fn, Ptr, f64, u64


@struct
class Box:
    """Two sides."""

    width: u64
    height: u64

    def area(self) -> u64:
        """Counted as a hit."""
        hit(1)
        return self.width * self.height


@struct
class Wide:
    """Too large for registers."""

    words: Array[u64, 8]


@fn
def grow(box: Ptr[Box], by: u64) -> Box:
    """A larger one."""
    assert by < LIMIT, "too large"
    return Box(width=box.width + by, height=box.height + by)


@fn
def spread(x: u64) -> Wide:
    """x, x + 1, …"""
    wide = Wide(words=(0, 0, 0, 0, 0, 0, 0, 0))
    for i in range(u64(8)):
        wide.words[i] = x + i
    return wide


@fn
def twice(f: Fn[[u64], u64], x: u64) -> u64:
    """f(f(x))."""
    return f(f(x))


@fn
def say(x: f64, n: u64) -> f64:
    """Print n; x halved."""
    print(f"n is {n:04}")
    return x / 2
