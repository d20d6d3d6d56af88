"""The runtime in Python: making and closing a state, its tables."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, c_str, trunc
from wrought.lang.core.scalars import Ptr, Void, i32, i64, u8, u32, u64
from wrought.lua.embed import capi
from wrought.lua.embed.access import METATABLE
from wrought.lua.embed.capi import Object, drop_maybe, keep
from wrought.lua.embed.core import kinds
from wrought.lua.embed.crossing import Work, invoke, place
from wrought.lua.embed.iteration import PYTHON
from wrought.lua.embed.lock import enter, leave, lock_gil, unlock_gil
from wrought.lua.embed.methods import core_at, integer, start
from wrought.lua.embed.proxies import free_object
from wrought.lua.embed.to_python import results_to_python, to_python
from wrought.lua.lib.open import open_libraries
from wrought.lua.lib.registry import open_library
from wrought.lua.vm.heads import FUNCB, head
from wrought.lua.vm.new import new_builtin
from wrought.lua.vm.objects import (
    Vm,
    function_value,
    string_value,
    table_value,
)
from wrought.lua.vm.state import close_state, new_state
from wrought.lua.vm.strings import intern
from wrought.lua.vm.system import random_word
from wrought.lua.vm.table.create import new_table
from wrought.lua.vm.table.insert import set_int, set_str

KEPT = 31
"""In `Vm.cache`: a table of the runtime's own tables."""


@fn
def tp_new(type: Ptr[Object], args: Ptr[Object] | None, named: Ptr[Object] | None
           ) -> Ptr[Object] | None:
    """A runtime without a state.  The plain type has no finaliser that is called in time."""
    if type == kinds.core:
        capi.PyErr_SetString(kinds.type_error, c_str(b"LuaRuntime is what makes runtimes"))
        return None
    return capi.PyType_GenericAlloc(type, 0)


@unsafe
@fn
def open_native(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """Opening the libraries as a built-in function, for it may run out of memory."""
    # SAFETY: nothing of the arguments is used.
    open_libraries(vm)
    args[0] = table_value(open_library(vm, b"python", PYTHON.open))
    return 1


@unsafe
@fn
def open_body(work: Ptr[Work]) -> None:
    """Fill a new state; the result is Lua's `python` table."""
    # SAFETY: `place` has made the room.
    core, vm = work.core, work.vm
    # Scripts reach the registry (`debug.getregistry`), but not this.
    kept = new_table(vm, 4, 0)
    vm.cache[KEPT] = table_value(kept)
    core.table = new_table(vm, 16, 0)
    set_int(vm, kept, 1, table_value(core.table))
    core.meta = new_table(vm, 0, 4)
    set_int(vm, kept, 2, table_value(core.meta))
    METATABLE.open(vm, core.meta)
    weak = new_table(vm, 0, 1)
    set_str(vm, weak, intern(vm, b"__mode"), string_value(intern(vm, b"v")))
    core.objects = new_table(vm, 0, 4)
    core.objects.meta = weak
    set_int(vm, kept, 3, table_value(core.objects))
    top = vm.current.top
    slot = place(core, vm, 0)
    vm.current.top = top
    slot[2] = function_value(new_builtin(vm, open_native, 0, vm.globals, head(FUNCB)))
    slot, count = invoke(core, vm, slot, 0)
    work.result = results_to_python(work, slot, count)
    vm.current.top = slot


@unsafe
@fn
def open_runtime(o: Ptr[Object], args: Ptr[Ptr[Object]], n: i64) -> Ptr[Object] | None:
    """_open(encoding, codec, unpack, filter, getter, setter, overflow) -> the `python` table.

    The encoding is one of BYTES, UTF8, CODEC; the codec its name as bytes; functions may be None.
    """
    # SAFETY: there are seven arguments, which `api` gives.
    core = core_at(o)
    if n != 7 or core.opened != 0:
        capi.PyErr_SetString(kinds.runtime_error, c_str(b"the Lua runtime is open already"))
        return None
    core.opened = 1
    core.encoding = trunc(u8, integer(args[0]))
    core.codec = callable(args[1])
    core.unpack = 1 if args[2] == kinds.true else 0
    core.filter = callable(args[3])
    core.getter = callable(args[4])
    core.setter = callable(args[5])
    core.overflow = callable(args[6])
    vm = new_state(random_word(), random_word())
    if vm is None:
        return capi.PyErr_NoMemory()
    vm.user = u64(core)
    core.vm = vm
    return start(o, args, 0, open_body)


@fn
def callable(o: Ptr[Object]) -> Ptr[Object] | None:
    """A function to keep, or None for Python's None."""
    if o == kinds.none:
        return None
    return keep(o)


@fn
def finalise(o: Ptr[Object]) -> None:
    """Close the state, for nothing that lives refers to it: proxies that Lua's finalisers leave
    behind are of a closed runtime.  The exception that is set stays."""
    core = core_at(o)
    vm = core.vm
    if vm is None:
        return
    kind: Ptr[Object] | None = None
    value: Ptr[Object] | None = None
    trace: Ptr[Object] | None = None
    capi.PyErr_Fetch(addr_of(kind), addr_of(value), addr_of(trace))
    if enter(core) is not None:
        unlock_gil(core)
        close_state(vm)
        lock_gil(core)
        core.vm = None
        leave(core)
    capi.PyErr_Restore(kind, value, trace)


@unsafe
@fn
def die(o: Ptr[Object]) -> None:
    """The last reference is gone; `finalise` was called before."""
    # SAFETY: the noted slots are memory of CPython's allocator.
    core = core_at(o)
    capi.PyObject_GC_UnTrack(o)
    capi.PyMem_Free(bitcast(Ptr[Void], core.pending) if core.pending != 0 else None)
    drop_maybe(core.codec)
    clear(o)
    free_object(o)


@fn
def clear(o: Ptr[Object]) -> i32:
    """tp_clear: give up the functions that the runtime was made with."""
    core = core_at(o)
    filter, getter, setter, overflow = core.filter, core.getter, core.setter, core.overflow
    core.filter, core.getter, core.setter, core.overflow = None, None, None, None
    drop_maybe(filter)
    drop_maybe(getter)
    drop_maybe(setter)
    drop_maybe(overflow)
    return 0


@fn
def globals_body(work: Ptr[Work]) -> None:
    work.result = to_python(work.core, work.vm, table_value(work.vm.globals))


@unsafe
@fn
def globals(o: Ptr[Object], unused: Ptr[Object] | None) -> Ptr[Object] | None:
    # SAFETY: no argument is read.
    given = o
    return start(o, addr_of(given), 0, globals_body)


@unsafe
@fn
def table_body(work: Ptr[Work]) -> None:
    # SAFETY: there are two arguments.
    asize = min(integer(work.args[0]), 1 << 24)
    bits: u32 = 0
    while u64(1) << u64(bits) < integer(work.args[1]) and bits < 24:
        bits += 1
    t = new_table(work.vm, trunc(u32, asize), bits)
    work.result = to_python(work.core, work.vm, table_value(t))


@fn
def table(o: Ptr[Object], args: Ptr[Ptr[Object]], n: i64) -> Ptr[Object] | None:
    """_table(slots of the array part, keys of the hash part) -> an empty table."""
    return start(o, args, n, table_body)


@fn
def set_overflow(o: Ptr[Object], handler: Ptr[Object]) -> Ptr[Object] | None:
    """set_overflow_handler(function or None)."""
    core = core_at(o)
    old = core.overflow
    core.overflow = callable(handler)
    drop_maybe(old)
    return keep(kinds.none)
