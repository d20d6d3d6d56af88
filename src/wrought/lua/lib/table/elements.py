"""Elements that come and go: insert, remove, move, and lengths."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import bitcast, trunc
from wrought.lang.core.scalars import Ptr, i32, i64, u32, u64
from wrought.lua.lib.args import check_int, check_table
from wrought.lua.vm.errors import error_text
from wrought.lua.vm.objects import Table, Vm, table_value
from wrought.lua.vm.table.insert import set_int
from wrought.lua.vm.table.iterate import iterate
from wrought.lua.vm.table.length import length
from wrought.lua.vm.table.lookup import get_int
from wrought.lua.vm.table.move import move_range
from wrought.lua.vm.table.nodes import has_nodes
from wrought.lua.vm.value import (
    NIL,
    int_value,
    is_nil,
    is_number,
    normal_number,
    number_of,
)


@unsafe
@fn
def fill_up(args: Ptr[u64], n: u64, count: u64) -> u64:
    """Arguments that are not given are nil: so they are called in the errors of functions that
    LuaJIT has in Lua."""
    # SAFETY: there are MIN_SLOTS slots behind the arguments.
    while n < count:
        args[n] = NIL
        n += 1
    return n


@fn
def last_index(t: Ptr[Table]) -> i32:
    """The length, as an index."""
    return bitcast(i32, trunc(u32, length(t)))


@unsafe
@fn
def table_insert(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """table.insert(t [, position], value)."""
    # SAFETY: args has n values and MIN_SLOTS free slots behind.
    t = check_table(vm, args, n, 0)
    end = last_index(t) + 1
    if n == 2:
        set_int(vm, t, end, args[1])
        return 0
    if n != 3:
        error_text(vm, b"wrong number of arguments to 'insert'")
    at = check_int(vm, args, n, 1)
    first = i64(at)
    if first < 0 and not has_nodes(t):
        first = 0   # everything below is nil
    if first < end:
        move_range(vm, t, first, i64(end) - 1, first + 1)
    set_int(vm, t, at, args[2])
    return 0


@unsafe
@fn
def table_remove(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """table.remove(t [, position]): nothing where the position is outside the list."""
    # SAFETY: as in table_insert.
    given = fill_up(args, n, 2)
    t = check_table(vm, args, given, 0)
    last = last_index(t)
    if is_nil(args[1]):
        if last == 0:
            return 0
        args[0] = get_int(t, last)
        set_int(vm, t, last, NIL)
        return 1
    at = check_int(vm, args, given, 1)
    if at < 1 or at > last:
        return 0
    args[0] = get_int(t, at)
    move_range(vm, t, i64(at) + 1, i64(last), i64(at))
    set_int(vm, t, last, NIL)
    return 1


@unsafe
@fn
def table_move(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """table.move(a, first, last, to [, b]), as Lua 5.3 has it, but without metamethods."""
    # SAFETY: as in table_insert.
    given = fill_up(args, n, 5)
    a = check_table(vm, args, given, 0)
    first = i64(check_int(vm, args, given, 1))
    last = i64(check_int(vm, args, given, 2))
    to = i64(check_int(vm, args, given, 3))
    b = a if is_nil(args[4]) else check_table(vm, args, given, 4)
    if b == a:
        move_range(vm, a, first, last, to)
    else:
        for i in range(last - first + 1 if last >= first else i64(0)):
            set_int(vm, b, trunc(i32, to + i), get_int(a, trunc(i32, first + i)))
    args[0] = table_value(b)
    return 1


@unsafe
@fn
def table_getn(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """table.getn(t): the length."""
    # SAFETY: as in table_insert.
    t = check_table(vm, args, fill_up(args, n, 1), 0)
    args[0] = int_value(last_index(t))
    return 1


@unsafe
@fn
def table_maxn(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """table.maxn(t): the largest positive number that is a key, or 0."""
    # SAFETY: as in table_insert.
    t = check_table(vm, args, n, 0)
    found = 0.0
    at, key, _ = iterate(t, 0)
    while not is_nil(key):
        if is_number(key):
            found = max(found, number_of(key))
        at, key, _ = iterate(t, at)
    args[0] = normal_number(found)
    return 1
