"""The modules table.new and table.clear."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import bitcast, count_leading_zeros
from wrought.lang.core.scalars import Ptr, u32, u64
from wrought.lua.lib.args import check_int, check_table
from wrought.lua.vm.errors import run_error
from wrought.lua.vm.objects import Vm, table_value
from wrought.lua.vm.table.create import new_table
from wrought.lua.vm.table.resize import clear

MOST_SLOTS = 1 << 27
MOST_NODES = 1 << 26


@unsafe
@fn
def table_new(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """table.new(slots, nodes): an empty table with room for so many elements and other keys."""
    # SAFETY: args has n values and MIN_SLOTS free slots behind.
    slots = bitcast(u32, check_int(vm, args, n, 0))
    nodes = bitcast(u32, check_int(vm, args, n, 1))
    if slots >= MOST_SLOTS or nodes > MOST_NODES:
        run_error(vm, b"table overflow")
    hbits: u32 = 0
    if nodes > 0:
        hbits = 33 - count_leading_zeros(nodes - 1)
    args[0] = table_value(new_table(vm, slots + 1 if slots > 0 else 0, hbits))
    return 1


@unsafe
@fn
def table_clear(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """table.clear(t): remove all keys; the memory stays the table's."""
    # SAFETY: as in table_new.
    clear(check_table(vm, args, n, 0))
    return 0
