"""Spelling of types, constants, symbols and strings in LLVM's textual form."""

from __future__ import annotations

import math
import re
import struct

from ..ir.model import Const
from ..ir.types import IrType

_LLVM_TYPES: dict[IrType, str] = {
    "void": "void", "i1": "i1", "i8": "i8", "i16": "i16", "i32": "i32", "i64": "i64",
    "i128": "i128", "f32": "float", "f64": "double", "ptr": "ptr",
}

_PLAIN_NAME = re.compile(r"[A-Za-z_.$][A-Za-z0-9_.$]*\Z")
_ESCAPES = [chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\{b:02X}" for b in range(256)]


def llvm_type(t: IrType) -> str:
    """LLVM's spelling of an IR type: `double` for `f64`, `{ ptr, i64 }` for an aggregate."""
    text = _LLVM_TYPES.get(t)
    if text is None:
        text = "{ " + ", ".join(map(llvm_type, t)) + " }"
        _LLVM_TYPES[t] = text
    return text


def escape(data: bytes) -> str:
    """The inside of a `c"…"` constant."""
    return "".join([_ESCAPES[b] for b in data])


def quote(text: str) -> str:
    """A quoted string: metadata, inline assembly, names."""
    return '"' + escape(text.encode()) + '"'


def symbol(name: str) -> str:
    """A global's name with its `@`."""
    return "@" + name if _PLAIN_NAME.match(name) else "@" + quote(name)


def float_bits(value: float, t: IrType) -> str:
    """An exact floating constant; LLVM writes an `f32` as the double of the same value."""
    if t == "f32" and math.isfinite(value):
        try:
            value = struct.unpack("<f", struct.pack("<f", value))[0]
        except OverflowError:
            value = math.copysign(math.inf, value)
    return f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016X}"


def constant(c: Const) -> str:
    """A scalar constant without its type."""
    t, value = c.type, c.value
    if t == "f64" or t == "f32":
        return float_bits(float(value), t)
    if t == "ptr":
        return f"inttoptr (i64 {value} to ptr)" if value else "null"
    if t == "i1":
        return "true" if value else "false"
    return str(int(value))


def zero(t: IrType) -> str:
    """The all-zero constant of a type, without the type."""
    if t == "f64" or t == "f32":
        return "0.0"
    if t == "ptr":
        return "null"
    return "0" if isinstance(t, str) else "zeroinitializer"
