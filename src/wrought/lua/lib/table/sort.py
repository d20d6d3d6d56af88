"""table.sort.

An order function is called from `sort_on`, which can go on from any question: the whole sort is a
single run of native code, and a comparison costs a Lua frame.
"""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, count_leading_zeros, zeroed
from wrought.lang.core.scalars import Ptr, u64
from wrought.lua.lib.args import check_function, check_table, is_absent
from wrought.lua.lib.table.sort_order import OTHERS, kind_of, sort_alike
from wrought.lua.lib.table.sort_steps import next_question
from wrought.lua.lib.table.sorting import (
    BEGIN,
    DOWN,
    LEFT,
    PIVOT,
    RIGHT,
    SLOT,
    UP,
    Sorting,
    before_by_value,
)
from wrought.lua.vm.barrier import barrier_back
from wrought.lua.vm.call_often import Calls, open_calls, run_calls
from wrought.lua.vm.charge import MOST, charge
from wrought.lua.vm.frame import CONT_HEAD
from wrought.lua.vm.objects import Table, Vm
from wrought.lua.vm.table.length import length
from wrought.lua.vm.value import NIL, is_falsy


@unsafe
@fn
def sort_on(o: Ptr[Calls], answered: bool) -> None:
    """Sort, from the beginning or, if answered, from the answer on that the order function gave."""
    # SAFETY: the state is a Sorting.
    s = bitcast(Ptr[Sorting], o.state)
    answer = False
    if answered:
        s.args = o.slot() - SLOT
        answer = not is_falsy(o.slot()[0])
    while next_question(s, answer):
        x = s.args[LEFT if s.phase != DOWN else PIVOT]
        y = s.args[RIGHT if s.phase != UP else PIVOT]
        if s.order == NIL:
            answer = before_by_value(s, x, y)
        else:
            slot = s.args + SLOT
            slot[2] = s.order
            slot[CONT_HEAD] = x
            slot[CONT_HEAD + 1] = y
            o.call(2)
            slot = o.slot()
            s.args = slot - SLOT
            answer = not is_falsy(slot[0])


@unsafe
@fn
def sort_at_once(vm: Ptr[Vm], t: Ptr[Table], n: u64) -> bool:
    """Sort elements that are all ints, numbers or strings, in the array part; whether they are."""
    # SAFETY: the array part has n elements from 1 on.
    if n >= t.asize:
        return False
    kind = kind_of(t.array + 1, n)
    if kind == OTHERS:
        return False
    sort_alike(t.array + 1, n, kind)
    barrier_back(vm, t)
    return True


@unsafe
@fn
def table_sort(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """table.sort(t [, before])."""
    # SAFETY: args has n values and MIN_SLOTS free slots behind.
    t = check_table(vm, args, n, 0)
    count = length(t)
    order: u64 = NIL
    if not is_absent(args, n, 1):
        check_function(vm, args, n, 1)
        order = args[1]
    charge(vm, min(count * (64 - count_leading_zeros(count)), u64(MOST)))
    if count < 2 or order == NIL and sort_at_once(vm, t, count):
        return 0
    args[1] = order
    s = zeroed(Sorting)
    s.vm = vm
    s.t = t
    s.args = args
    s.order = order
    s.phase = BEGIN
    s.low = 1
    s.high = count
    s.depth = 4 * (64 - count_leading_zeros(count))
    o = open_calls(vm, args + SLOT, sort_on, u64(addr_of(s)))
    run_calls(addr_of(o))
    return 0
