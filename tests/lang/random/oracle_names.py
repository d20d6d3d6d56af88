"""What generated programs import, as Python functions on the oracle's numbers."""

from __future__ import annotations

import builtins
import math
from collections.abc import Callable, Iterator
from typing import Any

from lang.random.oracle import TYPES, Int, Items, Panicked, Record, coerce


def fn(params: list[str], ret: str) -> Callable[[Any], Any]:
    """Arguments and result take the types of the signature."""
    def decorate(f: Any) -> Any:
        def call(*args: Any) -> Any:
            result = f(*(a if p.startswith("Ptr") else coerce(TYPES[p], a)
                         for p, a in zip(params, args, strict=True)))
            return result if ret.startswith("tuple") else coerce(TYPES[ret], result)
        return call
    return decorate


def counted(*args: Any) -> Iterator[Any]:
    """range() of the first argument's type."""
    return (type(args[0])(i) for i in builtins.range(*map(int, args)))


def numbered(items: Any) -> Iterator[tuple[Any, Any]]:
    """enumerate() from a u64."""
    return ((TYPES["u64"](i), x) for i, x in builtins.enumerate(items))


def bitcast(ty: Any, x: int) -> Any:
    return ty.of(int(x))


def saturate(ty: Any, x: int) -> Any:
    low, high = ty.limits()
    return ty.of(builtins.min(builtins.max(int(x), low), high))


def checked(ty: Any, x: int) -> Any:
    low, high = ty.limits()
    if not low <= x <= high:
        raise Panicked("range")
    return ty.of(int(x))


def _overflow(operate: Callable[[int, int], int]) -> Callable[[Any, Any], tuple[Any, bool]]:
    def call(a: Any, b: Any) -> tuple[Any, bool]:
        exact = operate(int(a), int(b))
        wrapped = a.of(exact)
        return wrapped, int(wrapped) != exact
    return call


def div_trunc(a: Any, b: Any) -> Any:
    if not b:
        raise Panicked("division by zero")
    size = abs(int(a)) // abs(int(b))
    return a.of(size if (a < 0) == (b < 0) else -size)


def rem_trunc(a: Any, b: Any) -> Any:
    if not b:
        raise Panicked("division by zero")
    size = abs(int(a)) % abs(int(b))
    return a.of(-size if a < 0 else size)


def _digits(x: Any) -> str:
    return format(int(x) & (1 << x.bits) - 1, f"0{x.bits}b")


def count_leading_zeros(x: Any) -> Any:
    return x.of(len((_digits(x) + "1")[:x.bits].split("1")[0]) if x else x.bits)


def count_trailing_zeros(x: Any) -> Any:
    return x.of(len(_digits(x)) - len(_digits(x).rstrip("0")))


def rotate_left(x: Any, n: int) -> Any:
    n = int(n) % x.bits
    return x.of(int(_digits(x)[n:] + _digits(x)[:n], 2))


def rotate_right(x: Any, n: int) -> Any:
    return rotate_left(x, -int(n) % x.bits)


def least(a: Any, b: Any) -> Any:
    return type(a)(b if b < a else a)


def greatest(a: Any, b: Any) -> Any:
    return type(a)(b if b > a else a)


def fmin(a: Any, b: Any) -> Any:
    if math.isnan(a) or math.isnan(b):
        return a.of(math.nan)
    if a == b:
        return a if math.copysign(1, a) < 0 else b
    return a if a < b else b


def fmax(a: Any, b: Any) -> Any:
    return -fmin(-a, -b)


def _rounding(f: Callable[[float], float]) -> Callable[[Any], Any]:
    def call(x: Any) -> Any:
        if not math.isfinite(x):
            return x
        return x.of(math.copysign(float(f(float(x))), x))
    return call


def namespace() -> dict[str, Any]:
    """Names for a generated module."""
    return {
        **TYPES, "Items": Items, "Record": Record, "coerce": coerce, "fn": fn,
        "copied": lambda v: v if isinstance(v, tuple) else coerce(None, v),
        "width_of": lambda hi, lo: hi - lo + 1, "range": counted, "enumerate": numbered,
        "zeroed": lambda made: made, "addr_of": lambda x: x,
        "Array": _ArrayOf(), "trunc": bitcast,
        "bitcast": bitcast, "saturate": saturate, "checked": checked,
        "add_ovf": _overflow(lambda a, b: a + b), "sub_ovf": _overflow(lambda a, b: a - b),
        "mul_ovf": _overflow(lambda a, b: a * b), "div_trunc": div_trunc,
        "rem_trunc": rem_trunc, "popcount": lambda x: x.of(_digits(x).count("1")),
        "count_leading_zeros": count_leading_zeros,
        "count_trailing_zeros": count_trailing_zeros,
        "reverse_bits": lambda x: x.of(int(_digits(x)[::-1], 2)),
        "byte_swap": lambda x: x.of(int.from_bytes(
            (int(x) & (1 << x.bits) - 1).to_bytes(x.bits // 8, "little"), "big")),
        "rotate_left": rotate_left, "rotate_right": rotate_right, "min": least,
        "max": greatest, "fmin": fmin, "fmax": fmax,
        "copysign": lambda x, y: x.of(math.copysign(x, y)),
        "sqrt": lambda x: x.of(math.sqrt(x) if x >= 0 else math.nan),
        "floor": _rounding(math.floor), "ceil": _rounding(math.ceil),
        "round_to_zero": _rounding(math.trunc), "round_even": _rounding(round), "Int": Int}


class _ArrayOf:
    """`Array[S, 2]` of zeroed records."""

    def __getitem__(self, arg: tuple[Any, int]) -> Items:
        return Items(arg[0], [arg[0]() for _ in builtins.range(arg[1])])
