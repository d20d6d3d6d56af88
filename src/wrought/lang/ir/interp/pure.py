"""One place that knows the meaning of every op without effects.

The interpreter runs these functions; the constant folder calls the same ones, so that folding
cannot change a result.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..model import Ins
from ..types import type_bits
from .conversions import CONVERSIONS
from .floats import FLOAT_COMPARES, FLOATS, float_op
from .ints import INTS, compare

PureFn = Callable[..., Any]
MASK64 = (1 << 64) - 1


def bits_of(ins: Ins) -> int:
    """Width of the first operand in bits; addresses have 64."""
    t = ins.args[0].type
    return 64 if t == "ptr" else type_bits[str(t)]


def _extract(ins: Ins) -> PureFn:
    index = ins.attrs["index"]

    def extract(a: tuple[Any, ...]) -> Any:
        return a[index]
    return extract


def _insert(ins: Ins) -> PureFn:
    index = ins.attrs["index"]

    def insert(a: tuple[Any, ...], b: Any) -> tuple[Any, ...]:
        return (*a[:index], b, *a[index + 1:])
    return insert


def _elem(ins: Ins) -> PureFn:
    size = ins.attrs["size"]

    def elem(p: int, i: int) -> int:
        return (p + i * size) & MASK64
    return elem


def _fcmp(ins: Ins) -> PureFn:
    test = FLOAT_COMPARES[ins.attrs["pred"]]

    def fcmp(a: float, b: float) -> int:
        return int(test(a, b))
    return fcmp


def _select(c: int, a: Any, b: Any) -> Any:
    return a if c else b


def _same(a: Any) -> Any:
    return a


def _make(*parts: Any) -> tuple[Any, ...]:
    return parts


def _ptradd(p: int, i: int) -> int:
    return (p + i) & MASK64


_MAKERS: dict[str, Callable[[Ins], PureFn]] = {
    "icmp": lambda ins: compare(ins.attrs["pred"], bits_of(ins)),
    "fcmp": _fcmp,
    "select": lambda ins: _select,
    "expect": lambda ins: _same,
    "make": lambda ins: _make,
    "extract": _extract,
    "insert": _insert,
    "ptradd": lambda ins: _ptradd,
    "elem": _elem,
    "percpu": lambda ins: _same,
}

PURE = frozenset({*INTS, *FLOATS, *CONVERSIONS, *_MAKERS})
"""Names of all ops that `pure_function` knows."""


def pure_function(ins: Ins) -> PureFn:
    """The function from operand values to the result of an instruction whose op is in `PURE`."""
    op = ins.op
    if op in INTS:
        return INTS[op](bits_of(ins))
    if op in FLOATS:
        return float_op(op, str(ins.type))
    if op in CONVERSIONS:
        return CONVERSIONS[op](str(ins.args[0].type), str(ins.type))
    return _MAKERS[op](ins)
