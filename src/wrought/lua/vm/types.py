"""The types of Lua, as `type` names them and lua.h numbers them."""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Slice, u8, u64
from wrought.lua.vm.objects import Kind, header_of
from wrought.lua.vm.value import (
    NIL,
    TAG_FUNCTION,
    TAG_LIGHT,
    TAG_OBJECT,
    TAG_STRING,
    TAG_TABLE,
    is_number,
)

TNIL, TBOOLEAN, TLIGHT, TNUMBER, TSTRING, TTABLE, TFUNCTION, TUSERDATA, TTHREAD = range(9)
TPROTO, TCDATA = 9, 10

TYPE_NAMES = 16
"""The names as strings are in `Vm.cache` from here on, by number."""


@fn
def type_number(v: u64) -> u64:
    """LUA_TNIL … of a value."""
    if is_number(v):
        return TNUMBER
    tag = v >> 48 << 48
    if tag == TAG_TABLE:
        return TTABLE
    if tag == TAG_STRING:
        return TSTRING
    if tag == TAG_FUNCTION:
        return TFUNCTION
    if tag == TAG_OBJECT:
        return _object_type(header_of(v).kind)
    if tag == TAG_LIGHT:
        return TLIGHT
    return TNIL if v == NIL else TBOOLEAN


@fn
def _object_type(kind: Kind) -> u64:
    if kind == Kind.USERDATA:
        return TUSERDATA
    if kind == Kind.THREAD:
        return TTHREAD
    return TPROTO if kind == Kind.PROTO else TCDATA


@fn
def type_name(v: u64) -> Slice[u8]:
    """What `type` returns, and what error messages say."""
    return name_of_type(type_number(v))


@fn
def name_of_type(number: u64) -> Slice[u8]:
    match number:
        case 0:
            return b"nil"
        case 1:
            return b"boolean"
        case 2 | 7:
            return b"userdata"
        case 3:
            return b"number"
        case 4:
            return b"string"
        case 5:
            return b"table"
        case 6:
            return b"function"
        case 8:
            return b"thread"
        case 9:
            return b"proto"
        case _:
            return b"cdata"
