"""Lua values: 64-bit NaN boxing with full 48-bit pointers and int32 where a number is integral.

A word up to `NAN_LIMIT` is a double (its only NaNs are 0x7ff8… and 0xfff8… with an empty payload);
above it the top 16 bits are a tag and the low 48 a payload:

    ffff  number, an int32 in the low half, the 16 bits between are zero
    fffe  table      fffd  function      fffc  string      fffb  userdata, thread, cdata, …
    fffa  light userdata, all 48 bits are the program's
    fff9  nil (payload 0), false (1), true (2)

Raw addresses (frame links, unused slots) read as tiny doubles, so a stack needs no description.
A number that an int32 holds exactly may be stored either way: the two are the same value in Lua,
except that minus zero is always a double.
"""

from __future__ import annotations

from wrought.lang.core.function import fn, inline
from wrought.lang.core.intrinsics import bitcast, to_int_raw, trunc
from wrought.lang.core.scalars import Ptr, f64, i32, type_param, u32, u64

T = type_param("T")

TAG_INT = 0xFFFF << 48
TAG_TABLE = 0xFFFE << 48
TAG_FUNCTION = 0xFFFD << 48
TAG_STRING = 0xFFFC << 48
TAG_OBJECT = 0xFFFB << 48
TAG_LIGHT = 0xFFFA << 48
TAG_PRIMITIVE = 0xFFF9 << 48

NAN_LIMIT = 0xFFF8 << 48
"""The largest word that is a double."""
CANONICAL_NAN = 0x7FF8 << 48
PAYLOAD = (1 << 48) - 1

NIL = TAG_PRIMITIVE
FALSE = TAG_PRIMITIVE + 1
TRUE = TAG_PRIMITIVE + 2
INTERNAL = TAG_PRIMITIVE + 3
"""Never visible to a program: a key that was never set, an absent value."""


@inline
@fn
def is_int(v: u64) -> bool:
    """Whether a number is held as an int32."""
    return v >= TAG_INT


@inline
@fn
def both_int(a: u64, b: u64) -> bool:
    """Whether two numbers are held as int32s."""
    return a & b >= TAG_INT


@inline
@fn
def is_double(v: u64) -> bool:
    return v <= NAN_LIMIT


@inline
@fn
def is_number(v: u64) -> bool:
    return v <= NAN_LIMIT or v >= TAG_INT


@inline
@fn
def is_nil(v: u64) -> bool:
    return v == NIL


@inline
@fn
def is_falsy(v: u64) -> bool:
    """nil or false."""
    return v - NIL <= 1


@inline
@fn
def is_boolean(v: u64) -> bool:
    return v - FALSE <= 1


@inline
@fn
def has_tag(v: u64, tag: u64) -> bool:
    return (v ^ tag) >> 48 == 0


@inline
@fn
def is_table(v: u64) -> bool:
    return (v ^ TAG_TABLE) >> 48 == 0


@inline
@fn
def is_function(v: u64) -> bool:
    return (v ^ TAG_FUNCTION) >> 48 == 0


@inline
@fn
def is_string(v: u64) -> bool:
    return (v ^ TAG_STRING) >> 48 == 0


@inline
@fn
def is_object(v: u64) -> bool:
    """A userdata, thread or another object that says itself what it is."""
    return (v ^ TAG_OBJECT) >> 48 == 0


@inline
@fn
def is_collectable(v: u64) -> bool:
    """Whether a value is an object that the collector owns."""
    return v - TAG_OBJECT < TAG_INT - TAG_OBJECT


@inline
@fn
def int_value(n: i32) -> u64:
    return TAG_INT | u64(bitcast(u32, n))


@inline
@fn
def as_int(v: u64) -> i32:
    """The int32 of a value for which `is_int` holds."""
    return bitcast(i32, trunc(u32, v))


@inline
@fn
def double_value(x: f64) -> u64:
    """A result of arithmetic: its NaNs have an empty payload already."""
    return bitcast(u64, x)


@inline
@fn
def as_double(v: u64) -> f64:
    """The double of a value for which `is_double` holds."""
    return bitcast(f64, v)


@fn
def foreign_double(x: f64) -> u64:
    """A double from outside (bytecode, C, Python): any NaN is made canonical."""
    return bitcast(u64, x) if x == x else CANONICAL_NAN


@inline
@fn
def number_of(v: u64) -> f64:
    """A number as a double, whichever way it is held."""
    return f64(as_int(v)) if is_int(v) else as_double(v)


@inline
@fn
def normal_number(x: f64) -> u64:
    """A number as an int32 where that is exact and not minus zero, else as a double."""
    n = to_int_raw(i32, x)
    if f64(n) == x and (n != 0 or bitcast(u64, x) == 0):
        return int_value(n)
    return foreign_double(x)


@inline
@fn
def boolean(b: bool) -> u64:
    return TRUE if b else FALSE


@inline
@fn
def address_value(tag: u64, p: Ptr[T]) -> u64:
    """A value from an object's address."""
    return tag | u64(p)
