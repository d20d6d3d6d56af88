"""Floats as text: Python's own digits, on every engine."""

from __future__ import annotations

from lang.expect import prints
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Array, f32, f64

VALUES = (0.0, -0.0, 1.0, -1.5, 0.1, 100.0, 1e15, 1e16, 123456789.125, 1e-4, 1e-5, 5e-324,
          1.7976931348623157e308, 2.0 / 3.0, float("inf"), float("-inf"), float("nan"))


@prints("".join(f"{x}\n" for x in VALUES))
@fn
def shortest() -> None:
    values: Array[f64, 17] = VALUES
    for x in values:
        print(f"{x}")


@prints("".join(f"{x:.3f}|{x:12.2e}|{x:g}|{x:08.1f}\n" for x in VALUES[:7]))
@fn
def by_format() -> None:
    values: Array[f64, 7] = VALUES[:7]
    for x in values:
        print(f"{x:.3f}|{x:12.2e}|{x:g}|{x:08.1f}")


@prints("0.5 0.10000000149011612\n")
@fn
def single() -> None:
    half: f32 = 0.5
    tenth: f32 = 0.1
    print(f"{half} {tenth}")
