"""Which numbers a constant of each type can hold."""

from __future__ import annotations

import math
import struct

from .model import Const
from .types import type_bits, type_text

_LIMITS = {**{name: 1 << bits for name, bits in type_bits.items()}, "ptr": 1 << 64}


def const_problem(c: Const) -> str:
    """What is wrong with a constant, or ""."""
    limit = _LIMITS.get(c.type) if isinstance(c.type, str) else None
    value = c.value
    if limit is not None:
        if isinstance(value, int) and 0 <= value < limit:
            return ""
        return f"the constant {value!r} is not an integer from 0 to {limit - 1} ({c.type})"
    if c.type not in ("f32", "f64"):
        return f"a constant cannot have type {type_text(c.type)}"
    if not isinstance(value, float):
        return f"the constant {value!r} of type {c.type} is not a Python float"
    if c.type == "f32" and not _is_f32(value):
        return f"the constant {value!r} is not exactly an f32"
    return ""


def _is_f32(value: float) -> bool:
    if math.isnan(value) or math.isinf(value):
        return True
    try:
        return struct.unpack("<f", struct.pack("<f", value))[0] == value
    except OverflowError:
        return False
