"""Moving ranges of integer keys: what inserting in the middle, removing and table.move do."""

from __future__ import annotations

from wrought.lang.core.function import fn, inline, unsafe
from wrought.lang.core.intrinsics import bitcast, move_memory, trunc
from wrought.lang.core.scalars import Ptr, i32, i64, u64
from wrought.lua.vm.barrier import barrier_back
from wrought.lua.vm.objects import Table, Vm
from wrought.lua.vm.table.insert import set_int
from wrought.lua.vm.table.lookup import get_int


@unsafe
@fn
def move_range(vm: Ptr[Vm], t: Ptr[Table], first: i64, last: i64, to: i64) -> None:
    """t[to], … = t[first], …, t[last], without metamethods; the ranges may overlap.

    All keys must be int32s.  At once where both ranges are inside the array part.
    """
    # SAFETY: both ranges are inside the array part, which the conditions say.
    if first > last or first == to:
        return
    if first >= 0 and to >= 0 and max(last, to + (last - first)) < i64(t.asize):
        array = t.array
        count = bitcast(u64, last - first) + 1
        move_memory(array + bitcast(u64, to), array + bitcast(u64, first), count)
        barrier_back(vm, t)
    elif to > first:
        for back in range(last - first + 1):
            move_one(vm, t, last - back, to + (last - first) - back)
    else:
        for forth in range(last - first + 1):
            move_one(vm, t, first + forth, to + forth)


@inline
@fn
def move_one(vm: Ptr[Vm], t: Ptr[Table], source: i64, to: i64) -> None:
    """t[to] = t[source]."""
    set_int(vm, t, trunc(i32, to), get_int(t, trunc(i32, source)))
