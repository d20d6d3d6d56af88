"""Loading and running chunks for Python."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, slice_from, zeroed
from wrought.lang.core.scalars import Ptr, Slice, i64, u8, u64
from wrought.lua.embed import capi
from wrought.lua.embed.bits import u64_bits
from wrought.lua.embed.capi import Object
from wrought.lua.embed.core import kinds
from wrought.lua.embed.crossing import Work, invoke, place, raised
from wrought.lua.embed.lock import lock_gil, unlock_gil
from wrought.lua.embed.methods import start
from wrought.lua.embed.to_lua import bytes_of, to_lua
from wrought.lua.embed.to_python import results_to_python, to_python
from wrought.lua.front.chunk import load_chunk, modes
from wrought.lua.vm.buffer import close_buffer, contents, open_buffer, put_bytes
from wrought.lua.vm.objects import (
    Buffer,
    Str,
    Vm,
    function_value,
    string_of,
    string_value,
)
from wrought.lua.vm.strings import intern

LOAD, EXECUTE, EVALUATE = 0, 1, 2
DEFAULT_NAME = b"<python>"
"""Of chunks."""


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
