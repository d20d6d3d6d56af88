"""A counter in a static, a table, and ways to fail."""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Array, i8, i32, u32, u64
from wrought.lang.core.static import constant, static

LIMIT = 1000

hits = static(u64)
POWERS = constant(Array[u32, 4], [1, 10, 100, 1000])


@fn
def hit(n: u64) -> u64:
    """Count n more; the sum."""
    global hits
    hits += n
    return hits


@fn
def power(i: u64) -> u32:
    """10 to the i, for small i."""
    return POWERS[i]


@fn
def divide(a: i32, b: i32) -> i32:
    """The quotient, rounded down."""
    return a // b


@fn
def is_small(a: i8) -> bool:
    """Whether it is below zero: a small signed argument and a bool cross the border."""
    return a < 0
