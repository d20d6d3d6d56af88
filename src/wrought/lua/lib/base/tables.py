"""Functions on tables and metatables: next, pairs, ipairs, rawget, setmetatable, …"""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.scalars import Ptr, u64
from wrought.lua.lib.args import (
    check_any,
    check_int,
    check_table,
    check_table_or_nil,
    opt_any,
)
from wrought.lua.vm.barrier import barrier_back
from wrought.lua.vm.debug.messages import run_error
from wrought.lua.vm.errors import error_text
from wrought.lua.vm.gc.vector import watch
from wrought.lua.vm.metamethods import Mm
from wrought.lua.vm.metatables import TABLE_FINALISERS, metamethod, metatable_of
from wrought.lua.vm.objects import Vm, table_value
from wrought.lua.vm.table.insert import set
from wrought.lua.vm.table.iterate import next_entry
from wrought.lua.vm.table.lookup import get, get_int
from wrought.lua.vm.value import (
    NIL,
    boolean,
    int_value,
    is_number,
    number_of,
)

WATCHED = 16
"""`Table.flags`: it will be finalised."""


@unsafe
@fn
def lua_next(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    # SAFETY: built-in functions have n arguments and MIN_SLOTS free slots, here and below.
    t = check_table(vm, args, n, 0)
    ok, key, value = next_entry(t, opt_any(args, n, 1))
    if not ok:
        run_error(vm, b"invalid key to 'next'")
    args[0] = key
    args[1] = value
    return 1 if key == NIL else 2


@unsafe
@fn
def pairs(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    # SAFETY: as in lua_next.
    check_any(vm, args, n, 0)
    t = check_table(vm, args, n, 0)
    args[0] = vm.next_function
    args[1] = table_value(t)
    args[2] = NIL
    return 3


@unsafe
@fn
def ipairs(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    # SAFETY: as in lua_next.
    check_any(vm, args, n, 0)
    t = check_table(vm, args, n, 0)
    args[0] = vm.ipairs_function
    args[1] = table_value(t)
    args[2] = int_value(0)
    return 3


@unsafe
@fn
def ipairs_next(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """What `ipairs` returns: the next index and its value, nothing at the end."""
    # SAFETY: as in lua_next.
    t = check_table(vm, args, n, 0)
    i = check_int(vm, args, n, 1) + 1
    value = get_int(t, i)
    if value == NIL:
        return 0
    args[0] = int_value(i)
    args[1] = value
    return 2


@unsafe
@fn
def rawequal(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    # SAFETY: as in lua_next.
    a = check_any(vm, args, n, 0)
    b = check_any(vm, args, n, 1)
    same = a == b
    if is_number(a) and is_number(b):
        same = number_of(a) == number_of(b)
    args[0] = boolean(same)
    return 1


@unsafe
@fn
def rawget(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    # SAFETY: as in lua_next.
    t = check_table(vm, args, n, 0)
    args[0] = get(t, check_any(vm, args, n, 1))
    return 1


@unsafe
@fn
def rawset(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    # SAFETY: as in lua_next.
    t = check_table(vm, args, n, 0)
    key = check_any(vm, args, n, 1)
    set(vm, t, key, check_any(vm, args, n, 2))
    return 1


@unsafe
@fn
def getmetatable(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    # SAFETY: as in lua_next.
    v = check_any(vm, args, n, 0)
    meta = metatable_of(vm, v)
    if meta is None:
        args[0] = NIL
        return 1
    protected = metamethod(vm, v, Mm.METATABLE)
    args[0] = table_value(meta) if protected == NIL else protected
    return 1


@unsafe
@fn
def setmetatable(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    # SAFETY: as in lua_next.
    t = check_table(vm, args, n, 0)
    meta = check_table_or_nil(vm, args, n, 1)
    if metamethod(vm, args[0], Mm.METATABLE) != NIL:
        error_text(vm, b"cannot change a protected metatable")
    t.meta = meta
    barrier_back(vm, t)
    if vm.options & TABLE_FINALISERS != 0 and t.flags & WATCHED == 0:
        if metamethod(vm, args[0], Mm.GC) != NIL:
            t.flags |= WATCHED
            watch(vm, u64(t))
    return 1
