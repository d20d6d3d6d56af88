"""Local variables and upvalues: debug.getlocal, setlocal, getupvalue, setupvalue, …"""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast
from wrought.lang.core.scalars import Ptr, i64, u64
from wrought.lua.lib.args import arg_error, check_any, check_function, check_int
from wrought.lua.lib.debug.target import level_argument, text_value, thread_argument
from wrought.lua.vm.debug.locals import local_at
from wrought.lua.vm.debug.slots import variable_name
from wrought.lua.vm.debug.upvalues import (
    join_upvalues,
    name_of_upvalue,
    set_upvalue,
    upvalue,
    upvalue_identity,
)
from wrought.lua.vm.objects import Closure, Vm, function_of, string_value
from wrought.lua.vm.value import NIL, PAYLOAD, TAG_LIGHT, is_function


@unsafe
@fn
def getlocal(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """getlocal([thread,] level or function, number): a name and a value, of a function the name."""
    # SAFETY: built-in functions have n arguments and MIN_SLOTS free slots, here and below.
    thread, first = thread_argument(vm, args, n)
    number = i64(check_int(vm, args, n, first + 1))
    if is_function(args[first]):
        args[0] = parameter_name(function_of(args[first]), number)
        return 1
    frame = level_argument(vm, args, n, first, thread)
    local = local_at(addr_of(frame), number)
    if not local.found:
        args[0] = NIL
        return 1
    args[1] = local.slot[0]
    args[0] = text_value(vm, local.name)
    return 2


@unsafe
@fn
def parameter_name(function: Ptr[Closure], number: i64) -> u64:
    """The name of a Lua function's parameter, counted from 1; nil where there is none."""
    # SAFETY: what is found is a string.
    proto = function.proto
    if proto is None or number < 1 or number > i64(proto.numparams):
        return NIL
    name = variable_name(proto, 1, bitcast(u64, number - 1))
    return NIL if name is None else string_value(name)


@unsafe
@fn
def setlocal(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """setlocal([thread,] level, number, value): the variable's name.

    Temporaries and the hidden variables of loops can't be set: bytecode relies on them.
    """
    # SAFETY: as in getlocal.  A stack needs no barrier.
    thread, first = thread_argument(vm, args, n)
    frame = level_argument(vm, args, n, first, thread)
    value = check_any(vm, args, n, first + 2)
    local = local_at(addr_of(frame), i64(check_int(vm, args, n, first + 1)))
    if not local.found or not local.writable:
        args[0] = NIL
        return 1
    local.slot[0] = value
    args[0] = text_value(vm, local.name)
    return 1


@unsafe
@fn
def upvalue_argument(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> tuple[Ptr[Closure], u64, bool]:
    """A function, the index of an upvalue from 0 on, and whether the function has it."""
    # SAFETY: as in getlocal.
    index = bitcast(u64, i64(check_int(vm, args, n, 1)) - 1)
    function = check_function(vm, args, n, 0)
    return function, index, index < function.nup


@unsafe
@fn
def getupvalue(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """getupvalue(function, number): name and value, or nothing."""
    # SAFETY: as in getlocal.
    function, index, found = upvalue_argument(vm, args, n)
    if not found:
        return 0
    args[0] = text_value(vm, name_of_upvalue(function, index))
    args[1] = upvalue(function, index)
    return 2


@unsafe
@fn
def setupvalue(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """setupvalue(function, number, value): the name, or nothing.

    What the functions of the libraries hold can't be set: they rely on it.
    """
    # SAFETY: as in getlocal.
    value = check_any(vm, args, n, 2)
    function, index, found = upvalue_argument(vm, args, n)
    if not found or function.builtin != 0:
        return 0
    set_upvalue(vm, function, index, value)
    args[0] = text_value(vm, name_of_upvalue(function, index))
    return 1


@unsafe
@fn
def upvalueid(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """A light userdata that is the same for functions that share the variable."""
    # SAFETY: as in getlocal.
    check_function(vm, args, n, 0)
    function, index, found = upvalue_argument(vm, args, n)
    if not found:
        arg_error(vm, 1, b"index out of range")
    args[0] = TAG_LIGHT | upvalue_identity(function, index) & PAYLOAD
    return 1


@unsafe
@fn
def lua_upvalue(vm: Ptr[Vm], args: Ptr[u64], n: u64, i: u64) -> tuple[Ptr[Closure], u64]:
    """The Lua function args[i] and the index of its upvalue args[i + 1]."""
    # SAFETY: as in getlocal.
    function = check_function(vm, args, n, i)
    if function.proto is None:
        arg_error(vm, i, b"Lua function expected")
    index = bitcast(u64, i64(check_int(vm, args, n, i + 1)) - 1)
    if index >= function.nup:
        arg_error(vm, i + 1, b"index out of range")
    return function, index


@unsafe
@fn
def upvaluejoin(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """upvaluejoin(f, number, g, number): f's upvalue is from now on g's."""
    # SAFETY: as in getlocal.
    function, index = lua_upvalue(vm, args, n, 0)
    other, other_index = lua_upvalue(vm, args, n, 2)
    join_upvalues(vm, function, index, other, other_index)
    return 0
