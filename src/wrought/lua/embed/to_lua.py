"""Python objects as Lua values.

None is nil; bool, int, float, str and bytes, and what is derived from them, are what they are in
Lua; a proxy is its object; everything else becomes a userdata (`foreign`).
"""

from __future__ import annotations

from wrought.lang.core.function import cold, fn, noinline, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, c_str, slice_from, trunc
from wrought.lang.core.scalars import Ptr, f64, i32, i64, u8, u64
from wrought.lua.embed import capi
from wrought.lua.embed.capi import (
    BYTES_SUBCLASS,
    LONG_SUBCLASS,
    TEXT_SUBCLASS,
    Object,
    drop,
    flags_of,
)
from wrought.lua.embed.core import CODEC, Core, Wrapped, is_proxy, kinds, proxy_of
from wrought.lua.embed.crossing import raised, room_for
from wrought.lua.embed.foreign import new_foreign, protocol_of
from wrought.lua.vm.errors import plain_error
from wrought.lua.vm.objects import Vm, string_value
from wrought.lua.vm.strings import intern
from wrought.lua.vm.value import FALSE, NIL, TRUE, foreign_double, int_value


@fn
def to_lua(core: Ptr[Core], vm: Ptr[Vm], o: Ptr[Object]) -> u64:
    """The value of an object.  Throws RAISED, "not enough memory" and other errors.

    Nothing but the stack up to the thread's top keeps it alive.
    """
    type = u64(o.type)
    if type == u64(kinds.integer):
        return integer_to_lua(core, vm, o)
    if type == u64(kinds.text):
        return text_to_lua(core, vm, o)
    if type == u64(kinds.float):
        return foreign_double(capi.PyFloat_AsDouble(o))
    if o == kinds.none:
        return NIL
    if o == kinds.true:
        return TRUE
    if o == kinds.false:
        return FALSE
    if is_proxy(o):
        if u64(proxy_of(o).core) != u64(core):
            plain_error(vm, b"cannot mix objects from different Lua runtimes")
        return proxy_of(o).value
    return other_to_lua(core, vm, o)


@noinline
@unsafe
@fn
def other_to_lua(core: Ptr[Core], vm: Ptr[Vm], o: Ptr[Object]) -> u64:
    # SAFETY: the type says what the object is.
    if o.type == kinds.wrapped:
        w = bitcast(Ptr[Wrapped], o)
        return new_foreign(core, vm, w.object, w.items)
    flags = flags_of(o)
    if flags & LONG_SUBCLASS != 0:
        return integer_to_lua(core, vm, o)
    if flags & TEXT_SUBCLASS != 0:
        return text_to_lua(core, vm, o)
    if flags & BYTES_SUBCLASS != 0:
        return bytes_to_lua(core, vm, o)
    if capi.PyType_IsSubtype(o.type, kinds.float) != 0:
        return foreign_double(capi.PyFloat_AsDouble(o))
    return new_foreign(core, vm, o, protocol_of(o))


@fn
def object_to_lua(core: Ptr[Core], vm: Ptr[Vm], o: Ptr[Object]) -> u64:
    """The same, but None is an object too, for where nil would be the end of something."""
    if o == kinds.none:
        return new_foreign(core, vm, o, 0)
    return to_lua(core, vm, o)


@fn
def integer_to_lua(core: Ptr[Core], vm: Ptr[Vm], o: Ptr[Object]) -> u64:
    """An int: exact up to 2^53, rounded up to 2^63, an OverflowError beyond."""
    overflow: i32 = 0
    n = capi.PyLong_AsLongLongAndOverflow(o, addr_of(overflow))
    if overflow != 0:
        return too_large(core, vm, o)
    small = trunc(i32, n)
    if i64(small) == n:
        return int_value(small)
    if n == -1:
        if capi.PyErr_Occurred() is not None:
            raised(vm)
    return bitcast(u64, f64(n))


@cold
@noinline
@unsafe
@fn
def too_large(core: Ptr[Core], vm: Ptr[Vm], o: Ptr[Object]) -> u64:
    # SAFETY: one argument is given.
    handler = core.overflow
    if handler is None:
        capi.PyErr_SetString(kinds.overflow_error,
                             c_str(b"int too large to convert to a Lua number"))
        raised(vm)
    given = o
    made = capi.PyObject_Vectorcall(handler, addr_of(given), 1, None)
    if made is None:
        raised(vm)
    if flags_of(made) & LONG_SUBCLASS != 0:
        # It may be just as large.
        overflow: i32 = 0
        capi.PyLong_AsLongLongAndOverflow(made, addr_of(overflow))
        if overflow != 0:
            drop(made)
            capi.PyErr_SetString(kinds.overflow_error,
                                 c_str(b"the overflow handler gave too large an int"))
            raised(vm)
    # A value that is an object of Lua's is kept alive by its caller's stack at best: what handlers
    # return are numbers and texts, or objects that the new userdata keeps.
    v = to_lua(core, vm, made)
    drop(made)
    return v


@unsafe
@fn
def text_to_lua(core: Ptr[Core], vm: Ptr[Vm], o: Ptr[Object]) -> u64:
    """A str, encoded; UTF-8 where the runtime's strings are bytes."""
    # SAFETY: the bytes belong to the object.
    if core.encoding == CODEC:
        return encode_by_name(core, vm, o)
    size: i64 = 0
    data = capi.PyUnicode_AsUTF8AndSize(o, addr_of(size))
    if data is None:
        raised(vm)
    n = bitcast(u64, size)
    room_for(core, vm, n)
    return string_value(intern(vm, slice_from(data, n)))


@noinline
@unsafe
@fn
def encode_by_name(core: Ptr[Core], vm: Ptr[Vm], o: Ptr[Object]) -> u64:
    # SAFETY: the codec's name ends with a zero byte.
    codec = core.codec
    if codec is None:
        raised(vm)
    name, size = bytes_of(vm, codec)
    made = capi.PyUnicode_AsEncodedString(o, name, None)
    if made is None:
        raised(vm)
    room_for(core, vm, size)
    v = bytes_to_lua(core, vm, made)
    drop(made)
    return v


@unsafe
@fn
def bytes_of(vm: Ptr[Vm], o: Ptr[Object]) -> tuple[Ptr[u8], u64]:
    """The data of a bytes object, which ends with a zero byte, and its size."""
    # SAFETY: the address is written where the call succeeds.
    data = c_str(b"")
    size: i64 = 0
    if capi.PyBytes_AsStringAndSize(o, addr_of(data), addr_of(size)) != 0:
        raised(vm)
    return data, bitcast(u64, size)


@unsafe
@fn
def bytes_to_lua(core: Ptr[Core], vm: Ptr[Vm], o: Ptr[Object]) -> u64:
    # SAFETY: the object outlives the copy.
    data, size = bytes_of(vm, o)
    room_for(core, vm, size)
    return string_value(intern(vm, slice_from(data, size)))
