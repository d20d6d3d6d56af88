"""What all proxies can do: be called, compared, hashed, printed, and die."""

from __future__ import annotations

from wrought.lang.core.function import fn, inline, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, c_str, uninit, zeroed
from wrought.lang.core.scalars import Array, Fn, Ptr, Slice, i32, i64, u8, u64
from wrought.lua.embed import capi
from wrought.lua.embed.bits import i64_bits
from wrought.lua.embed.capi import FREE_BEFORE, Object, drop, drop_maybe, keep
from wrought.lua.embed.core import is_proxy, kinds, proxy_of
from wrought.lua.embed.crossing import Work, invoke, place, run
from wrought.lua.embed.lock import leave
from wrought.lua.embed.references import give_back
from wrought.lua.embed.tables import begin
from wrought.lua.embed.to_lua import to_lua
from wrought.lua.embed.to_python import results_to_python
from wrought.lua.vm.types import type_name
from wrought.lua.vm.value import PAYLOAD

TP_FREE = 74
"""Py_tp_free, a number of the stable ABI."""
EQUAL, UNEQUAL = 2, 3


@unsafe
@fn
def call_body(work: Ptr[Work]) -> None:
    """Call the target with Python arguments."""
    # SAFETY: `place` has made the room; the stack may move while an argument is converted.
    core, vm = work.core, work.vm
    thread = vm.current
    own = u64(thread.top) - u64(thread.stack)
    slot = place(core, vm, work.n)
    for i in range(work.n):
        v = to_lua(core, vm, work.args[i])
        thread.top[0] = v
        thread.top += 1
    slot = bitcast(Ptr[u64], u64(thread.stack) + own)
    thread.top = slot
    slot[2] = work.target
    slot, count = invoke(core, vm, slot, work.n)
    work.result = results_to_python(work, slot, count)
    thread.top = bitcast(Ptr[u64], u64(thread.stack) + own)


@unsafe
@fn
def call_proxy(o: Ptr[Object], args: Ptr[Ptr[Object]], n: u64, names: Ptr[Object] | None
               ) -> Ptr[Object] | None:
    """o(*args), as CPython's vectorcall protocol has it."""
    # SAFETY: the work is written by `begin`.
    if refuses_names(names):
        return None
    work = uninit(Work)
    if not begin(o, addr_of(work), args, n & ~FREE_BEFORE):
        return None
    ok = run(work.core, work.vm, call_body, addr_of(work))
    leave(work.core)
    return work.result if ok else None


@inline
@fn
def refuses_names(names: Ptr[Object] | None) -> bool:
    """Lua functions have no keyword arguments: an exception where there are some."""
    if names is None:
        return False
    if capi.PyTuple_Size(names) == 0:
        return False
    capi.PyErr_SetString(kinds.type_error, c_str(b"Lua functions take no keyword arguments"))
    return True


@fn
def tp_call(o: Ptr[Object], args: Ptr[Object], names: Ptr[Object] | None) -> Ptr[Object] | None:
    """The older calling protocol."""
    return capi.PyVectorcall_Call(o, args, names)


@fn
def hash(o: Ptr[Object]) -> i64:
    """By the Lua object."""
    return i64_bits((proxy_of(o).value & PAYLOAD) >> 4)


@fn
def compare(a: Ptr[Object], b: Ptr[Object], how: i32) -> Ptr[Object] | None:
    """Proxies are equal where they stand for the same Lua object."""
    if (how != EQUAL and how != UNEQUAL) or not is_proxy(b):
        return keep(kinds.not_implemented)
    p, q = proxy_of(a), proxy_of(b)
    same = u64(p.core) == u64(q.core) and p.value == q.value
    return keep(kinds.true if same == (how == EQUAL) else kinds.false)


@unsafe
@fn
def free_object(o: Ptr[Object]) -> None:
    """Give the memory of an object back, and its reference to its type."""
    # SAFETY: the slot holds a freefunc.
    type = o.type
    free = bitcast(Fn[[Ptr[Object]], None], capi.PyType_GetSlot(type, TP_FREE))
    free(o)
    drop(type)


@fn
def die(o: Ptr[Object]) -> None:
    """The last reference to a proxy is gone."""
    capi.PyObject_GC_UnTrack(o)
    proxy = proxy_of(o)
    if proxy.weak != 0:
        capi.PyObject_ClearWeakRefs(o)
    core = proxy.core
    give_back(core, proxy.slot)
    drop_maybe(proxy.bound)
    free_object(o)
    drop(addr_of(core.head))


@fn
def put(out: Slice[u8], at: u64, text: Slice[u8]) -> u64:
    """Copy a text to out[at] …; where it ends."""
    out[at:at + len(text)].copy_from(text)
    return at + len(text)


@unsafe
@fn
def show(o: Ptr[Object]) -> Ptr[Object] | None:
    """<Lua table at 0x7f…>."""
    # SAFETY: a proxy keeps its object alive.
    out = zeroed(Array[u8, 64])
    value = proxy_of(o).value
    at = put(out[:], 0, b"<Lua ")
    if proxy_of(o).core.vm is None:
        at = put(out[:], at, b"object of a closed runtime")
    else:
        at = put(out[:], at, type_name(value))
    at = put(out[:], at, b" at 0x")
    shift: u64 = 48
    while shift > 0:
        shift -= 4
        digit = (value >> shift) & 15
        out[at] = b"0123456789abcdef"[digit]
        at += 1
    at = put(out[:], at, b">")
    return capi.PyUnicode_DecodeUTF8(addr_of(out[0]), i64_bits(at), None)


@fn
def is_true(o: Ptr[Object]) -> i32:
    """Every Lua object is true in Python, empty tables as well."""
    return 1


@fn
def own_attribute(o: Ptr[Object], name: Ptr[Object]) -> Ptr[Object] | None:
    """An attribute of functions and threads: only those that they have in Python."""
    return capi.PyObject_GenericGetAttr(o, name)


@fn
def no_attribute(o: Ptr[Object], name: Ptr[Object], value: Ptr[Object] | None) -> i32:
    capi.PyErr_SetString(kinds.attribute_error, c_str(b"functions and threads have no fields"))
    return -1


@fn
def no_item(o: Ptr[Object], key: Ptr[Object]) -> Ptr[Object] | None:
    capi.PyErr_SetString(kinds.type_error, c_str(b"functions and threads have no fields"))
    return None


@fn
def no_item_to_set(o: Ptr[Object], key: Ptr[Object], value: Ptr[Object] | None) -> i32:
    capi.PyErr_SetString(kinds.type_error, c_str(b"functions and threads have no fields"))
    return -1
