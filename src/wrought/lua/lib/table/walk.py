"""Functions that call one for each element: foreach, foreachi."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import bitcast, trunc
from wrought.lang.core.scalars import Ptr, i32, u32, u64
from wrought.lua.lib.args import check_function, check_table
from wrought.lua.lib.table.elements import fill_up
from wrought.lua.vm.call import call
from wrought.lua.vm.frame import CONT_HEAD
from wrought.lua.vm.objects import Vm, table_of
from wrought.lua.vm.table.iterate import next_entry
from wrought.lua.vm.table.length import length
from wrought.lua.vm.table.lookup import get_int
from wrought.lua.vm.value import NIL, int_value, is_nil

SLOT = 3
"""The called function's frame is above table, function and key."""


@unsafe
@fn
def visit(vm: Ptr[Vm], args: Ptr[u64], key: u64, value: u64) -> tuple[Ptr[u64], u64]:
    """Call the function in args[1] with a key and a value: where args is then, what it returned."""
    # SAFETY: there are MIN_SLOTS slots behind the arguments.
    slot = args + SLOT
    slot[-1] = key
    slot[2] = args[1]
    slot[CONT_HEAD] = key
    slot[CONT_HEAD + 1] = value
    slot, _ = call(vm, slot, 2, 1)
    return slot - SLOT, slot[0]


@unsafe
@fn
def table_foreach(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """table.foreach(t, f): f(key, value) until one is not nil, which is returned."""
    # SAFETY: the table stays in args[0].
    given = fill_up(args, n, 2)
    check_table(vm, args, given, 0)
    check_function(vm, args, given, 1)
    args[2] = NIL
    while True:
        _, key, value = next_entry(table_of(args[0]), args[2])
        if is_nil(key):
            return 0
        args, result = visit(vm, args, key, value)
        if not is_nil(result):
            args[0] = result
            return 1


@unsafe
@fn
def table_foreachi(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """table.foreachi(t, f): the same for 1 … #t, in order."""
    # SAFETY: as in table_foreach.
    given = fill_up(args, n, 2)
    t = check_table(vm, args, given, 0)
    check_function(vm, args, given, 1)
    for i in range(1, length(t) + 1):
        key = bitcast(i32, trunc(u32, i))
        args, result = visit(vm, args, int_value(key), get_int(table_of(args[0]), key))
        if not is_nil(result):
            args[0] = result
            return 1
    return 0
