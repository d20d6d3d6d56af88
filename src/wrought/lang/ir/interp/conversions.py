"""What conversions between scalars mean, on the interpreter's values."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from ..types import is_float, type_bits
from .floats import round32, round_exact
from .ints import to_signed

ScalarFn = Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


def _sext(source: str, result: str) -> ScalarFn:
    signed, mask = to_signed(type_bits[source]), (1 << type_bits[result]) - 1
    return lambda a: signed(a) & mask


def _trunc(source: str, result: str) -> ScalarFn:
    mask = (1 << type_bits[result]) - 1
    return lambda a: a & mask


def _to_float(signed: bool) -> Callable[[str, str], ScalarFn]:
    def maker(source: str, result: str) -> ScalarFn:
        value = to_signed(type_bits[source]) if signed else int
        if result == "f64":
            return lambda a: float(value(a))
        if type_bits[source] < 53:
            return lambda a: round32(value(a))
        return lambda a: round_exact(Fraction(value(a)), result)
    return maker


def _to_int(signed: bool) -> Callable[[str, str], ScalarFn]:
    """Toward zero, saturating; NaN is 0."""
    def maker(source: str, result: str) -> ScalarFn:
        bits = type_bits[result]
        low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)
        mask = (1 << bits) - 1

        def convert(a: float) -> int:
            if math.isnan(a):
                return 0
            if math.isinf(a):
                return (high if a > 0 else low) & mask
            return min(max(math.trunc(a), low), high) & mask
        return convert
    return maker


def _to_int_raw(source: str, result: str) -> ScalarFn:
    least = -(1 << (type_bits[result] - 1))
    mask = (1 << type_bits[result]) - 1

    def convert(a: float) -> int:
        if not math.isfinite(a) or not least <= math.trunc(a) < -least:
            return least & mask
        return math.trunc(a) & mask
    return convert


def _bitcast(source: str, result: str) -> ScalarFn:
    if is_float(source) == is_float(result):
        return _same
    codes = {"f32": "<f", "f64": "<d", "i32": "<I", "i64": "<Q"}
    give, take = struct.Struct(codes[source]), struct.Struct(codes[result])
    return lambda a: take.unpack(give.pack(a))[0]


CONVERSIONS: dict[str, Callable[[str, str], ScalarFn]] = {
    "zext": lambda source, result: _same,
    "sext": _sext,
    "trunc": _trunc,
    "fext": lambda source, result: _same,
    "ftrunc": lambda source, result: round32,
    "uitof": _to_float(signed=False),
    "sitof": _to_float(signed=True),
    "ftoui": _to_int(signed=False),
    "ftosi": _to_int(signed=True),
    "ftosi_raw": _to_int_raw,
    "bitcast": _bitcast,
    "ptrtoint": lambda source, result: _same,
    "inttoptr": lambda source, result: _same,
}
"""Conversion ops by name: source and result type -> function."""
