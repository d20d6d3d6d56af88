"""Reading a format of string.format: flags, width, precision, conversion."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import bitcast
from wrought.lang.core.scalars import Ptr, Slice, i32, u8, u32, u64
from wrought.lua.vm.numbers.spec import (
    ALTERNATE,
    LEFT,
    NOT_GIVEN,
    PLUS,
    SPACE,
    ZERO,
    NumberFormat,
)

CONVERSIONS = b"diouxXeEfFgGaAcsqp"


@struct
class FormatReader:
    """The format and where we are in it."""

    text: Slice[u8]
    at: u64

    def peek(self) -> u8:
        """The next character, 0 at the end."""
        return self.text[self.at] if self.at < len(self.text) else u8(0)


@fn
def read_flags(r: Ptr[FormatReader]) -> u32:
    flags: u32 = 0
    while True:
        match r.peek():
            case 45:
                flags |= LEFT
            case 43:
                flags |= PLUS
            case 32:
                flags |= SPACE
            case 35:
                flags |= ALTERNATE
            case 48:
                flags |= ZERO
            case _:
                return flags
        r.at += 1


@fn
def read_two_digits(r: Ptr[FormatReader]) -> u32:
    """A number of at most two digits; 0 for none."""
    n: u32 = 0
    for _ in range(2):
        digit = r.peek() - ord("0")
        if digit >= 10:
            break
        n = n * 10 + u32(digit)
        r.at += 1
    return n


@fn
def read_spec(r: Ptr[FormatReader], spec: Ptr[NumberFormat]) -> bool:
    """What follows a %, up to the conversion; false where that is none of CONVERSIONS.

    Then `at` is where the message's quotation of the format ends.
    """
    spec.flags = read_flags(r)
    spec.width = read_two_digits(r)
    spec.precision = NOT_GIVEN
    if r.peek() == ord("."):
        r.at += 1
        spec.precision = bitcast(i32, read_two_digits(r))
    spec.conversion = r.peek()
    known = False
    for c in CONVERSIONS:
        known = known or c == spec.conversion
    if known or spec.conversion >= 32:
        r.at += 1
    return known
