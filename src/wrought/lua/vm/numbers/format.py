"""A number to text: what `tostring`, `string.format` and serialisers print.

The functions write at the start of a caller's buffer and return the length.
"""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import cold, fn
from wrought.lang.core.intrinsics import addr_of, bitcast, zeroed
from wrought.lang.core.scalars import Array, Slice, i64, u8, u64
from wrought.lua.vm.numbers.digits import leading_digits
from wrought.lua.vm.numbers.double import SIGN, is_finite, is_nan, to_int32
from wrought.lua.vm.numbers.emit import decimal_length, put_digits, put_text
from wrought.lua.vm.numbers.float_format import format_double
from wrought.lua.vm.numbers.general import DIGITS, NUMBER_BUFFER, put_eight, put_general
from wrought.lua.vm.numbers.powers import SMALL
from wrought.lua.vm.numbers.shortest import shortest_digits
from wrought.lua.vm.numbers.spec import BUFFER, NumberFormat

LUA_DIGITS = 14
"""Lua's own numbers are printed as by `%.14g`."""


@fn
def format_int(out: Slice[u8], value: i64) -> u64:
    """An integer in decimal; at most 20 bytes.  `out` has NUMBER_BUFFER bytes."""
    assert len(out) >= NUMBER_BUFFER, "the buffer is too small"
    sign = put_minus(out, bitcast(u64, value))
    magnitude = bitcast(u64, -value if value < 0 else value)
    if magnitude < 100_000_000:
        return put_eight(out, sign, magnitude)
    length = decimal_length(magnitude)
    put_digits(out[sign:], magnitude, length)
    return sign + length


@fn
def format_number(out: Slice[u8], bits: u64) -> u64:
    """A double as `tostring` has it, `%.14g` with ties going up as in LuaJIT; at most 21 bytes.

    `out` has NUMBER_BUFFER bytes.  A NaN is `nan`, whatever its sign.
    """
    assert len(out) >= NUMBER_BUFFER, "the buffer is too small"
    integer, fits = to_int32(bits)
    if fits:
        return format_int(out, integer)
    if not is_finite(bits) or bits == SIGN:
        return format_named(out, bits)
    magnitude = bits & ~u64(SIGN)
    n, exponent, decided = leading_digits(magnitude, LUA_DIGITS, False)
    if not decided:
        return format_slowly(out, bits)
    return put_general(out, put_minus(out, bits), n * 1000, exponent, LUA_DIGITS)


@fn
def format_shortest(out: Slice[u8], bits: u64) -> u64:
    """A double in the fewest digits that read back as it; at most 24 bytes.

    Laid out as `%.17g`: an exponent below 1e-4 and from 1e17 on.  `out` has NUMBER_BUFFER bytes.
    """
    assert len(out) >= NUMBER_BUFFER, "the buffer is too small"
    integer, fits = to_int32(bits)
    if fits:
        return format_int(out, integer)
    if not is_finite(bits) or bits == SIGN:
        return format_named(out, bits)
    n, k = shortest_digits(bits)
    length = decimal_length(n)
    exponent = k + bitcast(i64, length) - 1
    return put_general(out, put_minus(out, bits), n * SMALL[DIGITS - length], exponent, DIGITS)


@fn
def put_minus(out: Slice[u8], bits: u64) -> u64:
    """The sign of a double, if it is one; its length."""
    if bits < SIGN:
        return 0
    out[0] = ord("-")
    return 1


@fn
def format_named(out: Slice[u8], bits: u64) -> u64:
    """-0, the infinities and NaN."""
    if is_nan(bits):
        return put_text(out, 0, b"nan")
    return put_text(out, put_minus(out, bits), b"0" if bits == SIGN else b"inf")


@struct
class Room:
    """A buffer of the size that any format may need."""

    text: Array[u8, BUFFER]


@cold
@fn
def format_slowly(out: Slice[u8], bits: u64) -> u64:
    """`%.14g` by the general way, for what it alone decides."""
    room = zeroed(Room)
    spec = NumberFormat(ord("g"), 0, 0, LUA_DIGITS)
    return put_text(out, 0, room.text[:format_double(room.text, addr_of(spec), bits)])
