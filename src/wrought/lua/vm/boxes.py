"""Values that hold objects: from a value to the object's address, and back.

Nothing is tested here: who asks for a table's address knows that the value is a table.
"""

from __future__ import annotations

from wrought.lang.core.function import fn, inline, unsafe
from wrought.lang.core.intrinsics import bitcast
from wrought.lang.core.scalars import Ptr, u64
from wrought.lua.vm.value import (
    PAYLOAD,
    TAG_FUNCTION,
    TAG_LIGHT,
    TAG_OBJECT,
    TAG_STRING,
    TAG_TABLE,
)


@inline
@unsafe
@fn
def table_of(v: u64) -> Ptr[Table]:
    # SAFETY: the caller has tested the tag, here and below.
    return bitcast(Ptr[Table], v ^ TAG_TABLE)


@inline
@unsafe
@fn
def string_of(v: u64) -> Ptr[Str]:
    # SAFETY: as in table_of.
    return bitcast(Ptr[Str], v ^ TAG_STRING)


@inline
@unsafe
@fn
def function_of(v: u64) -> Ptr[Closure]:
    # SAFETY: as in table_of.
    return bitcast(Ptr[Closure], v ^ TAG_FUNCTION)


@inline
@unsafe
@fn
def header_of(v: u64) -> Ptr[Header]:
    """The header of any collectable value."""
    # SAFETY: every object begins with one.
    return bitcast(Ptr[Header], v & PAYLOAD)


@inline
@unsafe
@fn
def userdata_of(v: u64) -> Ptr[Userdata]:
    # SAFETY: the caller has tested tag and kind.
    return bitcast(Ptr[Userdata], v ^ TAG_OBJECT)


@inline
@unsafe
@fn
def thread_of(v: u64) -> Ptr[Thread]:
    # SAFETY: as in userdata_of.
    return bitcast(Ptr[Thread], v ^ TAG_OBJECT)


@inline
@unsafe
@fn
def proto_of(v: u64) -> Ptr[Proto]:
    # SAFETY: as in userdata_of.
    return bitcast(Ptr[Proto], v ^ TAG_OBJECT)


@inline
@fn
def table_value(t: Ptr[Table]) -> u64:
    return TAG_TABLE | u64(t)


@inline
@fn
def string_value(s: Ptr[Str]) -> u64:
    return TAG_STRING | u64(s)


@inline
@fn
def function_value(f: Ptr[Closure]) -> u64:
    return TAG_FUNCTION | u64(f)


@inline
@fn
def userdata_value(u: Ptr[Userdata]) -> u64:
    return TAG_OBJECT | u64(u)


@inline
@fn
def thread_value(t: Ptr[Thread]) -> u64:
    return TAG_OBJECT | u64(t)


@inline
@fn
def proto_value(p: Ptr[Proto]) -> u64:
    return TAG_OBJECT | u64(p)


@inline
@fn
def light_address(v: u64) -> u64:
    """The 48 bits of a light userdata."""
    return v ^ TAG_LIGHT


from wrought.lua.vm.objects import (  # noqa: E402
    Closure,
    Header,
    Proto,
    Str,
    Table,
    Thread,
    Userdata,
)
