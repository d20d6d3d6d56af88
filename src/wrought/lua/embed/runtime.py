"""The runtime in Python: making and closing a state, loading chunks, limits."""

from __future__ import annotations

from wrought.lang.core.function import fn, inline, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, c_str, slice_from, trunc, uninit, zeroed
from wrought.lang.core.scalars import Fn, Ptr, Slice, Void, i32, i64, u8, u32, u64
from wrought.lua.embed import capi
from wrought.lua.embed.access import METATABLE
from wrought.lua.embed.bits import i64_bits, u64_bits
from wrought.lua.embed.capi import Object, drop_maybe, keep
from wrought.lua.embed.core import Core, kinds
from wrought.lua.embed.crossing import Work, invoke, place, raised, run
from wrought.lua.embed.iteration import PYTHON
from wrought.lua.embed.lock import enter, leave, lock_gil, unlock_gil
from wrought.lua.embed.proxies import free_object
from wrought.lua.embed.to_lua import bytes_of, to_lua
from wrought.lua.embed.to_python import results_to_python, to_python
from wrought.lua.front.chunk import load_chunk, modes
from wrought.lua.lib.open import open_libraries
from wrought.lua.lib.registry import open_library
from wrought.lua.vm.budget import NO_BUDGET, no_budget, remaining, set_budget
from wrought.lua.vm.buffer import close_buffer, contents, open_buffer, put_bytes
from wrought.lua.vm.gc.control import (
    NO_LIMIT,
    collect,
    fail_after,
    set_limit,
    set_step_stress,
    set_stress,
)
from wrought.lua.vm.heads import FUNCB, head
from wrought.lua.vm.memory import in_use
from wrought.lua.vm.new import new_builtin
from wrought.lua.vm.objects import (
    Buffer,
    Str,
    Vm,
    function_value,
    string_of,
    string_value,
    table_value,
)
from wrought.lua.vm.state import close_state, new_state
from wrought.lua.vm.strings import intern
from wrought.lua.vm.system import random_word
from wrought.lua.vm.table.create import new_table
from wrought.lua.vm.table.insert import set_str

LOAD, EXECUTE, EVALUATE = 0, 1, 2
DEFAULT_NAME = b"<python>"
"""Of chunks."""


@inline
@unsafe
@fn
def core_at(o: Ptr[Object]) -> Ptr[Core]:
    # SAFETY: methods of the type get objects of the type.
    return bitcast(Ptr[Core], o)


@unsafe
@fn
def start(o: Ptr[Object], args: Ptr[Ptr[Object]], n: i64, body: Fn[[Ptr[Work]], None]
          ) -> Ptr[Object] | None:
    """Run a body for a method of the runtime."""
    # SAFETY: all that is read of the work is written here.
    core = core_at(o)
    vm = enter(core)
    if vm is None:
        return None
    work = uninit(Work)
    work.core = core
    work.vm = vm
    work.args = args
    work.n = u64_bits(n)
    work.result = None
    work.partial = None
    ok = run(core, vm, body, addr_of(work))
    leave(core)
    return work.result if ok else None


@fn
def tp_new(type: Ptr[Object], args: Ptr[Object] | None, named: Ptr[Object] | None
           ) -> Ptr[Object] | None:
    """A runtime without a state."""
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
    core.table = new_table(vm, 16, 0)
    set_str(vm, vm.registry, intern(vm, b"python references"), table_value(core.table))
    core.meta = new_table(vm, 0, 4)
    set_str(vm, vm.registry, intern(vm, b"python metatable"), table_value(core.meta))
    METATABLE.open(vm, core.meta)
    weak = new_table(vm, 0, 1)
    set_str(vm, weak, intern(vm, b"__mode"), string_value(intern(vm, b"v")))
    core.objects = new_table(vm, 0, 4)
    core.objects.meta = weak
    set_str(vm, vm.registry, intern(vm, b"python objects"), table_value(core.objects))
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
    if n != 7 or core.vm is not None:
        capi.PyErr_SetString(kinds.runtime_error, c_str(b"the Lua runtime is open already"))
        return None
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
def integer(o: Ptr[Object]) -> u64:
    """A small int that is not negative."""
    overflow: i32 = 0
    return u64_bits(capi.PyLong_AsLongLongAndOverflow(o, addr_of(overflow)))


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
    """The last reference is gone."""
    # SAFETY: finalisers may make references to a runtime of the plain type, which stays then.
    core = core_at(o)
    capi.PyObject_GC_UnTrack(o)
    if core.vm is not None:
        o.references += 1
        finalise(o)
        o.references -= 1
        if o.references > 0:
            return
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


@unsafe
@fn
def given_bytes(vm: Ptr[Vm], o: Ptr[Object], default: Slice[u8]) -> Slice[u8]:
    """The bytes of a bytes object or, in UTF-8, of a str; the default for None."""
    # SAFETY: the bytes belong to the object.
    if o == kinds.none:
        return default
    if o.type == kinds.text:
        size: i64 = 0
        data = capi.PyUnicode_AsUTF8AndSize(o, addr_of(size))
        if data is None:
            raised(vm)
        return slice_from(data, u64_bits(size))
    start, count = bytes_of(vm, o)
    return slice_from(start, count)


@fn
def load_source(vm: Ptr[Vm], source: Slice[u8], name: Ptr[Str], allowed: u64, expression: bool
                ) -> u64:
    """A chunk, or an expression as the function that returns it."""
    if not expression:
        return function_value(load_chunk(vm, source, name, allowed))
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    put_bytes(addr_of(b), b"return ")
    put_bytes(addr_of(b), source)
    f = load_chunk(vm, contents(addr_of(b)), name, allowed)
    close_buffer(addr_of(b))
    return function_value(f)


@unsafe
@fn
def load_body(work: Ptr[Work]) -> None:
    """args: source, chunk name, mode, then arguments to call the chunk with, unless `more` is LOAD;
    for EVALUATE the source is an expression."""
    # SAFETY: the bytes belong to Python objects that the caller owns; slots as in `call_body`.
    core, vm = work.core, work.vm
    source = given_bytes(vm, work.args[0], b"")
    name = given_bytes(vm, work.args[1], DEFAULT_NAME)
    allowed = modes(given_bytes(vm, work.args[2], b"bt"))
    thread = vm.current
    own = u64(thread.top) - u64(thread.stack)
    slot = place(core, vm, work.n)
    slot[3] = string_value(intern(vm, name))
    unlock_gil(core)
    f = load_source(vm, source, string_of(slot[3]), allowed, work.more == EVALUATE)
    lock_gil(core)
    slot = bitcast(Ptr[u64], u64(thread.stack) + own)
    if work.more == LOAD:
        slot[2] = f
        work.result = to_python(core, vm, f)
        thread.top = slot
        return
    slot[2] = f
    for i in range(3, work.n):
        v = to_lua(core, vm, work.args[i])
        thread.top[0] = v
        thread.top += 1
    slot = bitcast(Ptr[u64], u64(thread.stack) + own)
    thread.top = slot
    slot, count = invoke(core, vm, slot, work.n - 3)
    work.result = results_to_python(work, slot, count)
    thread.top = bitcast(Ptr[u64], u64(thread.stack) + own)


@fn
def load_only_body(work: Ptr[Work]) -> None:
    work.more = LOAD
    load_body(work)


@fn
def load_and_call_body(work: Ptr[Work]) -> None:
    work.more = EXECUTE
    load_body(work)


@fn
def evaluate_body(work: Ptr[Work]) -> None:
    work.more = EVALUATE
    load_body(work)


@fn
def load(o: Ptr[Object], args: Ptr[Ptr[Object]], n: i64) -> Ptr[Object] | None:
    """_load(source, name, mode) -> function; all are bytes or UTF-8, or None for the default."""
    return start(o, args, n, load_only_body)


@fn
def run_chunk(o: Ptr[Object], args: Ptr[Ptr[Object]], n: i64) -> Ptr[Object] | None:
    """_run(source, name, mode, *args) -> what the chunk returns."""
    return start(o, args, n, load_and_call_body)


@fn
def evaluate(o: Ptr[Object], args: Ptr[Ptr[Object]], n: i64) -> Ptr[Object] | None:
    """_eval(expression, name, mode, *args) -> its value."""
    return start(o, args, n, evaluate_body)


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
def collect_body(work: Ptr[Work]) -> None:
    unlock_gil(work.core)
    collect(work.vm)
    lock_gil(work.core)
    work.result = keep(kinds.none)


@unsafe
@fn
def collect_garbage(o: Ptr[Object], unused: Ptr[Object] | None) -> Ptr[Object] | None:
    # SAFETY: no argument is read.
    given = o
    return start(o, addr_of(given), 0, collect_body)


@unsafe
@fn
def limit_body(work: Ptr[Work]) -> None:
    # SAFETY: there is an argument.
    n = integer(work.args[0])
    set_limit(work.vm, NO_LIMIT if n == 0 else n)
    work.result = keep(kinds.none)


@fn
def limit(o: Ptr[Object], args: Ptr[Ptr[Object]], n: i64) -> Ptr[Object] | None:
    """_limit(bytes), 0 for no limit."""
    return start(o, args, n, limit_body)


@unsafe
@fn
def budget_body(work: Ptr[Work]) -> None:
    # SAFETY: there is an argument.
    overflow: i32 = 0
    n = capi.PyLong_AsLongLongAndOverflow(work.args[0], addr_of(overflow))
    if overflow == 0 and n < 0:
        no_budget(work.vm)
    else:
        set_budget(work.vm, u64_bits(n) if overflow == 0 else u64(1) << 62)
    work.result = keep(kinds.none)


@fn
def budget(o: Ptr[Object], args: Ptr[Ptr[Object]], n: i64) -> Ptr[Object] | None:
    """_budget(instructions), negative for no limit."""
    return start(o, args, n, budget_body)


@fn
def remaining_body(work: Ptr[Work]) -> None:
    n = remaining(work.vm)
    work.result = keep(kinds.none) if n == NO_BUDGET else number(work, n)


@unsafe
@fn
def instructions_left(o: Ptr[Object], unused: Ptr[Object] | None) -> Ptr[Object] | None:
    """What is left of the instruction limit, None where there is none."""
    # SAFETY: no argument is read.
    given = o
    return start(o, addr_of(given), 0, remaining_body)


@unsafe
@fn
def test_body(work: Ptr[Work]) -> None:
    # SAFETY: there are two arguments.
    how = integer(work.args[0])
    if how == 1:
        set_stress(work.vm, integer(work.args[1]) != 0)
    elif how == 2:
        set_step_stress(work.vm)
    else:
        fail_after(work.vm, integer(work.args[1]))
    work.result = keep(kinds.none)


@fn
def prepare_test(o: Ptr[Object], args: Ptr[Ptr[Object]], n: i64) -> Ptr[Object] | None:
    """_test(1, on): collect at every safe point; _test(2, 0): a tiny step at each;
    _test(3, n): let the n-th allocation from now on fail."""
    return start(o, args, n, test_body)


@fn
def memory_body(work: Ptr[Work]) -> None:
    work.result = number(work, in_use(work.vm))


@fn
def number(work: Ptr[Work], n: u64) -> Ptr[Object]:
    made = capi.PyLong_FromLongLong(i64_bits(n))
    if made is None:
        raised(work.vm)
    return made


@unsafe
@fn
def memory(o: Ptr[Object], unused: Ptr[Object] | None) -> Ptr[Object] | None:
    """_memory() -> bytes in use."""
    # SAFETY: no argument is read.
    given = o
    return start(o, addr_of(given), 0, memory_body)


@fn
def set_overflow(o: Ptr[Object], handler: Ptr[Object]) -> Ptr[Object] | None:
    """set_overflow_handler(function or None)."""
    core = core_at(o)
    old = core.overflow
    core.overflow = callable(handler)
    drop_maybe(old)
    return keep(kinds.none)
