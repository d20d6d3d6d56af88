"""IR types: what a register or a memory access can hold.

Scalars are interned strings (`"i32"`, `"f64"`, `"ptr"`); an aggregate value (a slice, a tuple,
a small struct in flight) is a Python tuple of IR types.  Memory itself is untyped bytes.
"""

from __future__ import annotations

type_bits = {"i1": 1, "i8": 8, "i16": 16, "i32": 32, "i64": 64, "i128": 128}
"""Width in bits of each integer type."""

scalar_size = {"i1": 1, "i8": 1, "i16": 2, "i32": 4, "i64": 8, "i128": 16,
               "f32": 4, "f64": 8, "ptr": 8}
"""Bytes that a scalar takes in memory; its alignment is the same number."""

IrType = str | tuple["IrType", ...]
"""`"void"`, a scalar name, or a tuple of IR types."""


def is_int(t: IrType) -> bool:
    """True for `i1` to `i128`."""
    return isinstance(t, str) and t in type_bits


def is_float(t: IrType) -> bool:
    """True for `f32` and `f64`."""
    return t == "f64" or t == "f32"


def type_text(t: IrType) -> str:
    """The textual form: `i32`, or `{ptr, i64}` for an aggregate."""
    return t if isinstance(t, str) else "{" + ", ".join(map(type_text, t)) + "}"


def align_up(n: int, a: int) -> int:
    """The least multiple of `a` that is not below `n` (both in bytes)."""
    return (n + a - 1) // a * a


def size_align(t: IrType) -> tuple[int, int]:
    """Size and alignment in bytes of a value of type `t` in memory, with C's rules."""
    if isinstance(t, str):
        n = scalar_size[t]
        return n, n
    size, align = 0, 1
    for part in t:
        n, a = size_align(part)
        size, align = align_up(size, a) + n, max(align, a)
    return align_up(size, align), align


def part_offset(t: tuple[IrType, ...], index: int) -> int:
    """Byte offset of part `index` of an aggregate in memory."""
    offset = 0
    for i, part in enumerate(t):
        n, a = size_align(part)
        offset = align_up(offset, a)
        if i == index:
            return offset
        offset += n
    raise IndexError(index)
