"""Values in memory: each IR type as bytes, little endian and with C's layout."""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import cache
from typing import Any

from ..types import IrType, part_offset, size_align
from .floats import round32

Reader = Callable[[bytearray, int], Any]
Writer = Callable[[bytearray, int, Any], None]

_STRUCTS = {"i8": struct.Struct("<B"), "i16": struct.Struct("<H"), "i32": struct.Struct("<I"),
            "i64": struct.Struct("<Q"), "ptr": struct.Struct("<Q"), "f32": struct.Struct("<f"),
            "f64": struct.Struct("<d")}


@cache
def reader(t: IrType) -> Reader:
    """A function from (bytes, offset) to the value of type `t` there; an i1 is its byte's bit 0."""
    if isinstance(t, tuple):
        parts = [(reader(p), part_offset(t, i)) for i, p in enumerate(t)]
        return lambda data, at: tuple([read(data, at + offset) for read, offset in parts])
    if t == "i1":
        return lambda data, at: data[at] & 1
    if t == "i128":
        return lambda data, at: int.from_bytes(data[at:at + 16], "little")
    unpack = _STRUCTS[t].unpack_from
    return lambda data, at: unpack(data, at)[0]


@cache
def writer(t: IrType) -> Writer:
    """A function that writes a value of type `t` at (bytes, offset); padding stays as it was."""
    if isinstance(t, tuple):
        parts = [(writer(p), part_offset(t, i)) for i, p in enumerate(t)]

        def write_parts(data: bytearray, at: int, value: Any) -> None:
            for (write, offset), v in zip(parts, value, strict=True):
                write(data, at + offset, v)
        return write_parts
    if t == "i128":
        def write_wide(data: bytearray, at: int, value: Any) -> None:
            data[at:at + 16] = value.to_bytes(16, "little")
        return write_wide
    return _STRUCTS["i8" if t == "i1" else t].pack_into


def canonical(t: IrType, value: Any) -> Any:
    """An argument from Python as a value of type `t`: integers modulo 2^n, floats rounded."""
    if isinstance(t, tuple):
        return tuple(canonical(p, v) for p, v in zip(t, value, strict=True))
    if t == "f32":
        return round32(float(value))
    if t == "f64":
        return float(value)
    bits = 1 if t == "i1" else 8 * size_align(t)[0]
    return int(value) & ((1 << bits) - 1)


def zero(t: IrType) -> Any:
    """The value of an undefined `t`."""
    if isinstance(t, tuple):
        return tuple(map(zero, t))
    return 0.0 if t in ("f32", "f64") else 0
