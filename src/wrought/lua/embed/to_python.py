"""Lua values as Python objects.

nil is None; booleans, numbers and strings are what they are in Python, an integral number an int;
a Python object is itself again; everything else gets a proxy.
"""

from __future__ import annotations

from wrought.lang.core.function import fn, inline, noinline, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, c_str, to_int_raw, zeroed
from wrought.lang.core.scalars import Ptr, Slice, f64, i64, u8, u64
from wrought.lua.embed import capi
from wrought.lua.embed.bits import i64_bits
from wrought.lua.embed.capi import Object, keep
from wrought.lua.embed.core import BYTES, UTF8, Core, Proxy, kinds
from wrought.lua.embed.crossing import Work, raised
from wrought.lua.embed.foreign import foreign_object
from wrought.lua.embed.references import give_back, take_slot
from wrought.lua.vm.objects import Kind, Vm, header_of
from wrought.lua.vm.strings import text
from wrought.lua.vm.value import (
    FALSE,
    NIL,
    TRUE,
    as_double,
    as_int,
    is_double,
    is_function,
    is_int,
    is_object,
    is_string,
    is_table,
)


@fn
def number_to_python(x: f64) -> Ptr[Object] | None:
    """A double: an int where it is integral, not minus zero, and below 2^63."""
    n = to_int_raw(i64, x)
    if f64(n) == x and x < 9223372036854775808.0 and (n != 0 or bitcast(u64, x) == 0):
        return capi.PyLong_FromLongLong(n)
    return capi.PyFloat_FromDouble(x)


@unsafe
@fn
def decode(core: Ptr[Core], bytes: Slice[u8]) -> Ptr[Object] | None:
    """A string in the runtime's encoding."""
    # SAFETY: the codec's name ends with a zero byte.
    if core.encoding == UTF8:
        return capi.PyUnicode_DecodeUTF8(bytes.ptr, i64_bits(len(bytes)), None)
    if core.encoding == BYTES:
        return capi.PyBytes_FromStringAndSize(bytes.ptr, i64_bits(len(bytes)))
    return decode_by_name(core, bytes, None)


@noinline
@unsafe
@fn
def decode_by_name(core: Ptr[Core], bytes: Slice[u8], errors: Ptr[u8] | None
                   ) -> Ptr[Object] | None:
    # SAFETY: as in decode.
    codec = core.codec
    if codec is None:
        return capi.PyUnicode_DecodeUTF8(bytes.ptr, i64_bits(len(bytes)), errors)
    data, size = bytes.ptr, i64(0)
    if capi.PyBytes_AsStringAndSize(codec, addr_of(data), addr_of(size)) != 0:
        return None
    return capi.PyUnicode_Decode(bytes.ptr, i64_bits(len(bytes)), data, errors)


@fn
def decode_leniently(core: Ptr[Core], bytes: Slice[u8]) -> Ptr[Object] | None:
    """The text of a message, whatever bytes it has."""
    return decode_by_name(core, bytes, c_str(b"replace"))


@inline
@fn
def to_python(core: Ptr[Core], vm: Ptr[Vm], v: u64) -> Ptr[Object]:
    """A new reference.  Throws RAISED, "not enough memory"."""
    made = convert(core, vm, v)
    if made is None:
        raised(vm)
    return made


@fn
def convert(core: Ptr[Core], vm: Ptr[Vm], v: u64) -> Ptr[Object] | None:
    if is_int(v):
        return capi.PyLong_FromLongLong(as_int(v))
    if is_double(v):
        return number_to_python(as_double(v))
    if is_string(v):
        return decode(core, text(v))
    if v == NIL:
        return keep(kinds.none)
    if v == TRUE:
        return keep(kinds.true)
    if v == FALSE:
        return keep(kinds.false)
    found = foreign_object(core, v)
    if found is not None:
        return keep(found)
    return new_proxy(core, vm, v)


@unsafe
@fn
def new_proxy(core: Ptr[Core], vm: Ptr[Vm], v: u64) -> Ptr[Object] | None:
    """A proxy of a table, function, thread, userdata or light userdata."""
    # SAFETY: the allocated object is a zeroed Proxy.
    type = kinds.object
    if is_table(v):
        type = kinds.table
    elif is_function(v):
        type = kinds.function
    elif is_object(v):
        if header_of(v).kind == Kind.THREAD:
            type = kinds.thread
    slot = take_slot(core, vm, v)
    made = capi.PyType_GenericAlloc(type, 0)
    if made is None:
        give_back(core, slot)
        return None
    proxy = bitcast(Ptr[Proxy], made)
    proxy.vectorcall = kinds.call_thread if type == kinds.thread else kinds.call_proxy
    keep(addr_of(core.head))
    proxy.core = core
    proxy.value = v
    proxy.slot = slot
    return made


@unsafe
@fn
def results_to_python(work: Ptr[Work], at: Ptr[u64], count: u64) -> Ptr[Object]:
    """None, the only value, or a tuple.  The values are below the thread's top."""
    # SAFETY: the stack may move while Python code runs, so that values are found by their index.
    core, vm = work.core, work.vm
    if count == 1:
        return to_python(core, vm, at[0])
    if count == 0:
        return keep(kinds.none)
    thread = vm.current
    index = (u64(at) - u64(thread.stack)) // 8
    made = capi.PyTuple_New(i64_bits(count))
    if made is None:
        raised(vm)
    work.partial = made
    for i in range(count):
        o = to_python(core, vm, thread.stack[index + i])
        capi.PyTuple_SetItem(made, i64_bits(i), o)
    work.partial = None
    return made


@fn
def convert_target(work: Ptr[Work]) -> None:
    """A body: the target as a Python object."""
    work.result = to_python(work.core, work.vm, work.target)


@unsafe
@fn
def empty_work(core: Ptr[Core], vm: Ptr[Vm]) -> Work:
    """Work without arguments."""
    # SAFETY: the pointers are read only where `n` is not zero.
    made = zeroed_work()
    made.core = core
    made.vm = vm
    return made


@inline
@unsafe
@fn
def zeroed_work() -> Work:
    # SAFETY: as in empty_work.
    return zeroed(Work)
