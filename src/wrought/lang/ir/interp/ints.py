"""What the integer ops mean: functions on canonical values, 0 … 2^n-1.

Each entry of `INTS` takes the operands' width in bits and gives the function; the interpreter and
the constant folder both use it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .errors import InterpError

IntFn = Callable[[int, int], "int | tuple[int, int]"]
IntMaker = Callable[[int], IntFn]


def to_signed(n: int) -> Callable[[int], int]:
    """Two's complement: the canonical value of `n` bits as a negative or positive number."""
    sign = 1 << (n - 1)
    return lambda a: (a ^ sign) - sign


def _wrap(op: Callable[[int, int], int]) -> IntMaker:
    def maker(n: int) -> IntFn:
        mask = (1 << n) - 1
        return lambda a, b: op(a, b) & mask
    return maker


def _add(n: int) -> IntFn:
    mask = (1 << n) - 1
    return lambda a, b: (a + b) & mask


def _sub(n: int) -> IntFn:
    mask = (1 << n) - 1
    return lambda a, b: (a - b) & mask


def _divide(op: Callable[[int, int], int], signed: bool) -> IntMaker:
    """The four ways to divide; the result of MIN / -1 wraps to MIN."""
    def maker(n: int) -> IntFn:
        mask = (1 << n) - 1
        value = to_signed(n) if signed else int

        def divide(a: int, b: int) -> int:
            if b == 0:
                raise InterpError("division by zero")
            return op(value(a), value(b)) & mask
        return divide
    return maker


def toward_zero(a: int, b: int) -> int:
    """C's quotient."""
    q = abs(a) // abs(b)
    return -q if (a < 0) != (b < 0) else q


def _overflow(op: Callable[[int, int], int], signed: bool) -> IntMaker:
    def maker(n: int) -> IntFn:
        mask = (1 << n) - 1
        value = to_signed(n) if signed else int

        def checked(a: int, b: int) -> tuple[int, int]:
            exact = op(value(a), value(b))
            wrapped = exact & mask
            return wrapped, int(value(wrapped) != exact)
        return checked
    return maker


def _wide(signed: bool) -> IntMaker:
    def maker(n: int) -> IntFn:
        mask = (1 << n) - 1
        value = to_signed(n) if signed else int

        def product(a: int, b: int) -> tuple[int, int]:
            exact = value(a) * value(b)
            return exact & mask, (exact >> n) & mask
        return product
    return maker


def _ashr(n: int) -> IntFn:
    mask, value = (1 << n) - 1, to_signed(n)
    return lambda a, b: (value(a) >> (b % n)) & mask


def _rotl(n: int) -> IntFn:
    mask = (1 << n) - 1
    return lambda a, b: ((a << (b % n)) | (a >> (n - b % n))) & mask


def _rotr(n: int) -> IntFn:
    left = _rotl(n)
    return lambda a, b: left(a, n - b % n)


def _bswap(n: int) -> Callable[[int], int]:
    return lambda a: int.from_bytes(a.to_bytes(n // 8, "little"), "big")


_BINARY: dict[str, IntMaker] = {
    "add": _add,
    "sub": _sub,
    "mul": _wrap(lambda a, b: a * b),
    "and": lambda n: lambda a, b: a & b,
    "or": lambda n: lambda a, b: a | b,
    "xor": lambda n: lambda a, b: a ^ b,
    "shl": lambda n: lambda a, b: (a << (b % n)) & ((1 << n) - 1),
    "lshr": lambda n: lambda a, b: a >> (b % n),
    "ashr": _ashr,
    "udiv": _divide(lambda a, b: a // b, signed=False),
    "umod": _divide(lambda a, b: a % b, signed=False),
    "sdiv": _divide(toward_zero, signed=True),
    "smod": _divide(lambda a, b: a - toward_zero(a, b) * b, signed=True),
    "sdivf": _divide(lambda a, b: a // b, signed=True),
    "smodf": _divide(lambda a, b: a % b, signed=True),
    "uaddo": _overflow(lambda a, b: a + b, signed=False),
    "saddo": _overflow(lambda a, b: a + b, signed=True),
    "usubo": _overflow(lambda a, b: a - b, signed=False),
    "ssubo": _overflow(lambda a, b: a - b, signed=True),
    "umulo": _overflow(lambda a, b: a * b, signed=False),
    "smulo": _overflow(lambda a, b: a * b, signed=True),
    "umulx": _wide(signed=False),
    "smulx": _wide(signed=True),
    "rotl": _rotl,
    "rotr": _rotr,
}

_UNARY: dict[str, Callable[[int], Callable[[int], int]]] = {
    "ctz": lambda n: lambda a: (a & -a).bit_length() - 1 if a else n,
    "clz": lambda n: lambda a: n - a.bit_length(),
    "popcount": lambda n: int.bit_count,
    "bswap": _bswap,
    "bitrev": lambda n: lambda a: int(f"{a:0{n}b}"[::-1], 2),
}

INTS: dict[str, Callable[[int], Callable[..., Any]]] = {**_BINARY, **_UNARY}
"""Integer ops by name: width in bits -> function."""

COMPARES: dict[str, Callable[[int, int], bool]] = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
}


def compare(pred: str, n: int) -> Callable[[int, int], int]:
    """`icmp` with predicate `pred` on `n` bits: 0 or 1."""
    test = COMPARES[pred if pred in COMPARES else pred[1:]]
    if pred[0] != "s":
        return lambda a, b: int(test(a, b))
    sign = 1 << (n - 1)
    return lambda a, b: int(test(a ^ sign, b ^ sign))
