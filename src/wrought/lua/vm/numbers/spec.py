"""What a conversion of `string.format` asks for."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.scalars import i32, u8, u32

LEFT = 1
"""The flag `-`: padded on the right."""
PLUS = 2
"""The flag `+`: a sign always."""
SPACE = 4
"""The flag blank: a blank where no sign is."""
ALTERNATE = 8
"""The flag `#`: `0x`, a leading 0, a point always, zeros that `g` would strip."""
ZERO = 16
"""The flag `0`: padded with zeros behind the sign."""
HALF_EVEN = 32
"""Ties of decimal digits go to the even one, as in C.  Else they go up, as in LuaJIT."""

LARGEST = 99
"""The largest width and precision, as `string.format` has them."""

BUFFER = 512
"""Bytes that hold any formatted number: the longest has 1 + 309 + 1 + 99."""

NOT_GIVEN = -1
"""The precision where the format has none."""


@struct
class NumberFormat:
    """A conversion: one of `diouxXeEfFgGaA`, flags, least width, precision or NOT_GIVEN."""

    conversion: u8
    flags: u32
    width: u32
    precision: i32
