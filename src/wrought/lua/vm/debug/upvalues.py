"""Upvalues of functions, as debug.getupvalue and its relatives reach them."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast
from wrought.lang.core.scalars import Ptr, Slice, u8, u64
from wrought.lua.vm.barrier import barrier
from wrought.lua.vm.debug.slots import upvalue_name
from wrought.lua.vm.objects import CLOSURE_SIZE, Closure, Header, UpValue, Vm
from wrought.lua.vm.value import TAG_OBJECT


@unsafe
@fn
def is_shared(function: Ptr[Closure], index: u64) -> bool:
    """Whether upvalue `index` is an `UpValue`: of Lua functions, unless it is held by value."""
    # SAFETY: a prototype has a capture for each upvalue.
    proto = function.proto
    if proto is None:
        return False
    captures = proto.captures
    return captures is not None and not captures[index].by_value


@unsafe
@fn
def shared_variable(function: Ptr[Closure], index: u64) -> Ptr[UpValue] | None:
    """The variable behind an upvalue; None where the function holds its value."""
    # SAFETY: the word of a shared upvalue is the variable's address.
    if index >= function.nup or not is_shared(function, index):
        return None
    return bitcast(Ptr[UpValue], function.upvalues()[index])


@unsafe
@fn
def upvalue(function: Ptr[Closure], index: u64) -> u64:
    """The value of upvalue `index`, which is below `nup`."""
    # SAFETY: a variable's `v` points at its value.
    variable = shared_variable(function, index)
    if variable is not None:
        return variable.v[0]
    return function.upvalues()[index]


@unsafe
@fn
def set_upvalue(vm: Ptr[Vm], function: Ptr[Closure], index: u64, value: u64) -> None:
    """Set upvalue `index`, which is below `nup`: in all closures that share it, or, held by value,
    in this one."""
    # SAFETY: as in upvalue.
    variable = shared_variable(function, index)
    if variable is not None:
        variable.v[0] = value
        barrier(vm, bitcast(Ptr[Header], u64(addr_of(variable.kind))), value)
        return
    function.upvalues()[index] = value
    barrier(vm, bitcast(Ptr[Header], u64(addr_of(function.kind))), value)


@unsafe
@fn
def name_of_upvalue(function: Ptr[Closure], index: u64) -> Slice[u8]:
    """The name that the program has for an upvalue; "" in built-in functions and stripped code."""
    # SAFETY: a name is a string.
    proto = function.proto
    if proto is None:
        return b""
    name = upvalue_name(proto, index)
    return b"" if name is None else name.bytes()


@fn
def upvalue_identity(function: Ptr[Closure], index: u64) -> u64:
    """What debug.upvalueid makes a light userdata of: equal for shared variables."""
    variable = shared_variable(function, index)
    if variable is not None:
        return u64(variable)
    return u64(addr_of(function.kind)) + CLOSURE_SIZE + 8 * index


@unsafe
@fn
def join_upvalues(vm: Ptr[Vm], function: Ptr[Closure], index: u64,
                  other: Ptr[Closure], other_index: u64) -> None:
    """Let upvalue `index` be `other`'s upvalue, as debug.upvaluejoin does; both are Lua functions.

    Where one of the two holds a value, the value is copied: there is no variable to share.
    """
    # SAFETY: both words are addresses of variables, or a value goes through set_upvalue.
    variable = shared_variable(other, other_index)
    if variable is None or shared_variable(function, index) is None:
        set_upvalue(vm, function, index, upvalue(other, other_index))
        return
    function.upvalues()[index] = u64(variable)
    barrier(vm, bitcast(Ptr[Header], u64(addr_of(function.kind))), TAG_OBJECT | u64(variable))
