"""The functions of Lua's `python` table that are compiled: iterators, protocols, as_function."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.scalars import Fn, Ptr, f64, u64
from wrought.lua.embed import capi
from wrought.lua.embed.access import access
from wrought.lua.embed.calling import as_function_native, checked_object, give_items, give_value
from wrought.lua.embed.capi import drop
from wrought.lua.embed.core import core_of, kinds
from wrought.lua.embed.crossing import Work, raised
from wrought.lua.embed.foreign import foreign_object, new_foreign
from wrought.lua.embed.to_lua import object_to_lua, to_lua
from wrought.lua.lib.args import arg_error, opt_number
from wrought.lua.lib.registry import library
from wrought.lua.vm.heads import FUNCB, head
from wrought.lua.vm.new import new_builtin
from wrought.lua.vm.objects import Vm, function_value
from wrought.lua.vm.value import NIL, is_function, is_number, normal_number, number_of


@unsafe
@fn
def check_object(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> None:
    """The first argument must be a Python object."""
    # SAFETY: there are n arguments.
    if n > 0:
        if foreign_object(core_of(vm), args[0]) is not None:
            return
    arg_error(vm, 0, b"not a python object")


@unsafe
@fn
def start(work: Ptr[Work], next: Fn[[Ptr[Vm], Ptr[u64], u64], u64], control: u64) -> None:
    """The three values of a generic `for`."""
    # SAFETY: the frame has room for three results.
    core, vm = work.core, work.vm
    iterator = capi.PyObject_GetIter(checked_object(core, vm, work.target))
    if iterator is None:
        raised(vm)
    work.partial = iterator
    base = vm.current.base
    base[1] = new_foreign(core, vm, iterator, 0)
    base[0] = function_value(new_builtin(vm, next, 0, vm.globals, head(FUNCB)))
    base[2] = control
    work.partial = None
    drop(iterator)
    work.count = 3


@fn
def iter_body(work: Ptr[Work]) -> None:
    start(work, next_native, NIL)


@fn
def iter_native(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    check_object(vm, args, n)
    return access(vm, args, n, 1, iter_body)


@fn
def iterex_body(work: Ptr[Work]) -> None:
    start(work, next_unpacked_native, NIL)


@fn
def iterex_native(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    check_object(vm, args, n)
    return access(vm, args, n, 1, iterex_body)


@unsafe
@fn
def enumerate_body(work: Ptr[Work]) -> None:
    # SAFETY: enumerate_native has left the number there.
    start(work, next_counted_native, work.vm.current.base[1])


@unsafe
@fn
def enumerate_native(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    # SAFETY: built-in functions have n arguments and MIN_SLOTS free slots.
    check_object(vm, args, n)
    args[1] = normal_number(opt_number(vm, args, n, 1, 0.0) - 1.0)
    return access(vm, args, 2, 1, enumerate_body)


@fn
def step(work: Ptr[Work]) -> bool:
    """Take the iterator's next object into `work.partial`; where there is none the result is nil.
    """
    made = capi.PyIter_Next(checked_object(work.core, work.vm, work.target))
    if made is None:
        if capi.PyErr_Occurred() is not None:
            raised(work.vm)
        give_value(work, NIL)
        return False
    work.partial = made
    return True


@fn
def finish(work: Ptr[Work]) -> None:
    """Give the object up that `step` took."""
    made = work.partial
    work.partial = None
    if made is not None:
        drop(made)


@fn
def next_body(work: Ptr[Work]) -> None:
    if step(work):
        made = work.partial
        if made is not None:
            give_value(work, object_to_lua(work.core, work.vm, made))
        finish(work)


@fn
def next_native(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    return access(vm, args, n, 1, next_body)


@unsafe
@fn
def next_unpacked_body(work: Ptr[Work]) -> None:
    # SAFETY: a result is at the frame's base.
    if step(work):
        made = work.partial
        if made is not None:
            if made.type == kinds.tuple and capi.PyTuple_Size(made) > 0:
                give_items(work, made, 0)
                if work.vm.current.base[0] == NIL:
                    work.vm.current.base[0] = new_foreign(work.core, work.vm, kinds.none, 0)
            else:
                give_value(work, object_to_lua(work.core, work.vm, made))
        finish(work)


@fn
def next_unpacked_native(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    return access(vm, args, n, 1, next_unpacked_body)


@unsafe
@fn
def next_counted_body(work: Ptr[Work]) -> None:
    # SAFETY: the control variable is the second argument.
    if step(work):
        made = work.partial
        base = work.vm.current.base
        number = number_of(base[1]) + 1.0 if is_number(base[1]) else f64(0)
        if made is not None:
            # The number goes on; so the object may be nil.
            v = to_lua(work.core, work.vm, made)
            base = work.vm.current.base
            base[1] = v
            base[0] = normal_number(number)
            work.count = 2
        finish(work)


@fn
def next_counted_native(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    return access(vm, args, n, 2, next_counted_body)


@fn
def attrgetter_body(work: Ptr[Work]) -> None:
    give_value(work, new_foreign(work.core, work.vm,
                                 checked_object(work.core, work.vm, work.target), 0))


@fn
def attrgetter_native(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    check_object(vm, args, n)
    return access(vm, args, n, 1, attrgetter_body)


@fn
def itemgetter_body(work: Ptr[Work]) -> None:
    give_value(work, new_foreign(work.core, work.vm,
                                 checked_object(work.core, work.vm, work.target), 1))


@fn
def itemgetter_native(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    check_object(vm, args, n)
    return access(vm, args, n, 1, itemgetter_body)


@unsafe
@fn
def as_function(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """A function that calls a Python object."""
    # SAFETY: the new function has one upvalue.
    check_object(vm, args, n)
    if is_function(args[0]):
        return 1
    f = new_builtin(vm, as_function_native, 1, vm.globals, head(FUNCB))
    f.upvalues()[0] = args[0]
    args[0] = function_value(f)
    return 1


PYTHON = library("python", [
    ("iter", iter_native), ("iterex", iterex_native), ("enumerate", enumerate_native),
    ("as_attrgetter", attrgetter_native), ("as_itemgetter", itemgetter_native),
    ("as_function", as_function),
])
