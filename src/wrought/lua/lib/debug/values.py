"""Metatables and environments of any value, and the registry."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.scalars import Ptr, u64
from wrought.lua.lib.args import check_any, check_table, check_table_or_nil
from wrought.lua.vm.barrier import barrier, barrier_back
from wrought.lua.vm.errors import error_text
from wrought.lua.vm.metatables import metatable_of
from wrought.lua.vm.objects import (
    Kind,
    Vm,
    function_of,
    header_of,
    table_of,
    table_value,
    thread_of,
    userdata_of,
)
from wrought.lua.vm.types import type_number
from wrought.lua.vm.value import NIL, TRUE, is_function, is_object, is_table


@unsafe
@fn
def getregistry(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    # SAFETY: built-in functions have n arguments and MIN_SLOTS free slots, here and below.
    args[0] = table_value(vm.registry)
    return 1


@unsafe
@fn
def getmetatable(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """The metatable of any value, whatever __metatable says."""
    # SAFETY: as in getregistry.
    meta = metatable_of(vm, check_any(vm, args, n, 0))
    args[0] = NIL if meta is None else table_value(meta)
    return 1


@unsafe
@fn
def setmetatable(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """Set the metatable of a table or userdata, or of all values of another type; true."""
    # SAFETY: as in getregistry; metatables of types are roots.
    meta = check_table_or_nil(vm, args, n, 1)
    v = args[0]
    if is_table(v):
        t = table_of(v)
        t.meta = meta
        barrier_back(vm, t)
    elif is_object(v) and header_of(v).kind == Kind.USERDATA:
        userdata_of(v).meta = meta
        barrier(vm, header_of(v), args[1])
    else:
        vm.metatables[type_number(v) & 15] = meta
    args[0] = TRUE
    return 1


@unsafe
@fn
def getfenv(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """The environment of a function, userdata or thread; nil for other values."""
    # SAFETY: as in getregistry.
    v = check_any(vm, args, n, 0)
    args[0] = NIL
    if is_function(v):
        args[0] = table_value(function_of(v).env)
    elif is_object(v):
        if header_of(v).kind == Kind.USERDATA:
            args[0] = table_value(userdata_of(v).env)
        elif header_of(v).kind == Kind.THREAD:
            args[0] = table_value(thread_of(v).env)
    return 1


@unsafe
@fn
def setfenv(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """Set the environment of a function, userdata or thread, and return that."""
    # SAFETY: as in getregistry.
    env = check_table(vm, args, n, 1)
    v = args[0]
    if is_function(v):
        function_of(v).env = env
    elif is_object(v) and header_of(v).kind == Kind.USERDATA:
        userdata_of(v).env = env
    elif is_object(v) and header_of(v).kind == Kind.THREAD:
        thread_of(v).env = env
    else:
        error_text(vm, b"'setfenv' cannot change environment of given object")
    barrier(vm, header_of(v), args[1])
    return 1
