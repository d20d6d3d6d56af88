"""Lua calls Python objects."""

from __future__ import annotations

from wrought.lang.core.function import fn, inline, noinline, unsafe
from wrought.lang.core.intrinsics import addr_of, c_str, uninit, zeroed
from wrought.lang.core.scalars import Array, Ptr, u64
from wrought.lua.embed import capi
from wrought.lua.embed.bits import i64_bits, u64_bits
from wrought.lua.embed.capi import FREE_BEFORE, Object, drop
from wrought.lua.embed.core import Core, kinds
from wrought.lua.embed.crossing import Work, raised, visit
from wrought.lua.embed.foreign import foreign_object
from wrought.lua.embed.to_lua import to_lua
from wrought.lua.embed.to_python import to_python
from wrought.lua.vm.errors import error_text
from wrought.lua.vm.objects import Vm, function_of
from wrought.lua.vm.stack import ensure

HELD = 17
"""Arguments that are passed without a tuple, and a free place before them."""


@unsafe
@fn
def call_native(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """__call of Python objects."""
    # SAFETY: built-in functions have n arguments and MIN_SLOTS free slots, here and below.
    if n == 0:
        error_text(vm, b"Python object expected")
    return call_object(vm, args[0], 1, n)


@unsafe
@fn
def as_function_native(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """What `python.as_function` returns: the object is its upvalue."""
    # SAFETY: the function has one upvalue.
    return call_object(vm, function_of(args[-2]).upvalues()[0], 0, n)


@unsafe
@fn
def call_object(vm: Ptr[Vm], target: u64, first: u64, n: u64) -> u64:
    # SAFETY: the objects are held in this frame while the body runs.
    held = uninit(Array[Ptr[Object], HELD])
    work = zeroed(Work)
    work.args = addr_of(held[0]) + 1
    work.target = target
    work.first = first
    work.count = n
    visit(vm, call_body, addr_of(work))
    return work.count


@unsafe
@fn
def call_body(work: Ptr[Work]) -> None:
    """Call the target with the arguments on the Lua stack."""
    # SAFETY: a built-in function's arguments begin at its frame's base.
    core, vm = work.core, work.vm
    f = checked_object(core, vm, work.target)
    if work.first < work.count:
        if f.type == kinds.method or f.type == kinds.c_method:
            skip_self(work, f)
    n = work.count - work.first
    thread = vm.current
    if n >= HELD:
        call_with_tuple(work, f, n)
        return
    for i in range(n):
        work.args[i] = to_python(core, vm, thread.base[work.first + i])
        work.n = i + 1
    result: Ptr[Object] | None = None
    if n == 1 and work.args[0].type == kinds.arguments:
        result = call_with_arguments(f, work.args[0])
    else:
        result = capi.PyObject_Vectorcall(f, work.args, n | FREE_BEFORE, None)
    while work.n > 0:
        work.n -= 1
        drop(work.args[work.n])
    give_result(work, result)


@fn
def checked_object(core: Ptr[Core], vm: Ptr[Vm], v: u64) -> Ptr[Object]:
    """The object of a userdata, or a TypeError."""
    o = foreign_object(core, v)
    if o is None:
        capi.PyErr_SetString(kinds.type_error, c_str(b"a Python object is expected"))
        raised(vm)
    return o


@noinline
@unsafe
@fn
def skip_self(work: Ptr[Work], f: Ptr[Object]) -> None:
    """`object:method()` passes the object to a method that is bound to it: leave it out."""
    # SAFETY: there is a first argument.
    given = foreign_object(work.core, work.vm.current.base[work.first])
    if given is None:
        return
    own = capi.PyObject_GetAttrString(f, c_str(b"__self__"))
    if own is None:
        capi.PyErr_Clear()
        return
    if own == given:
        work.first += 1
    drop(own)


@noinline
@unsafe
@fn
def call_with_tuple(work: Ptr[Work], f: Ptr[Object], n: u64) -> None:
    """Many arguments."""
    # SAFETY: as in call_body.
    made = capi.PyTuple_New(i64_bits(n))
    if made is None:
        raised(work.vm)
    work.partial = made
    for i in range(n):
        o = to_python(work.core, work.vm, work.vm.current.base[work.first + i])
        capi.PyTuple_SetItem(made, i64_bits(i), o)
    work.partial = None
    result = capi.PyObject_Call(f, made, None)
    drop(made)
    give_result(work, result)


@noinline
@fn
def call_with_arguments(f: Ptr[Object], given: Ptr[Object]) -> Ptr[Object] | None:
    """Call with what `python.args` has packed."""
    positional = capi.PyObject_GetAttrString(given, c_str(b"positional"))
    if positional is None:
        return None
    named = capi.PyObject_GetAttrString(given, c_str(b"named"))
    if named is None:
        drop(positional)
        return None
    result = capi.PyObject_Call(f, positional, named)
    drop(positional)
    drop(named)
    return result


@fn
def give_result(work: Ptr[Work], result: Ptr[Object] | None) -> None:
    """Make a Python result, which is given up, the function's only one, or several of a tuple."""
    if result is None:
        raised(work.vm)
    work.partial = result
    if work.core.unpack != 0 and result.type == kinds.tuple:
        give_items(work, result, 0)
    else:
        give_value(work, to_lua(work.core, work.vm, result))
    work.partial = None
    drop(result)


@inline
@unsafe
@fn
def give_value(work: Ptr[Work], v: u64) -> None:
    """The function's only result."""
    # SAFETY: there is room at the frame's base.
    work.vm.current.base[0] = v
    work.count = 1


@noinline
@unsafe
@fn
def give_items(work: Ptr[Work], items: Ptr[Object], at: u64) -> None:
    """Make a tuple's items results, from the one at `at` on."""
    # SAFETY: `ensure` has made the room; results are alive up to the thread's top.
    vm = work.vm
    n = capi.PyTuple_Size(items)
    count = at
    thread = vm.current
    ensure(vm, thread.base, u64_bits(n) + at)
    for i in range(n):
        o = capi.PyTuple_GetItem(items, i)
        if o is None:
            raised(vm)
        v = to_lua(work.core, vm, o)
        thread.base[count] = v
        count += 1
        if u64(thread.top) < u64(thread.base + count):
            thread.top = thread.base + count
    work.count = count
