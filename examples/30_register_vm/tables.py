"""GET: a field of a table, found again through a cache in the instruction itself."""

from __future__ import annotations

from machine import CachedGet, Dispatch, Ins, Status, Table, Vm, next_ins

from wrought.lang.core.function import cold, handler
from wrought.lang.core.intrinsics import bitcast, tail
from wrought.lang.core.scalars import Ptr, i64, u64


@cold
@handler("GET_MISS")
def get_miss(ins: Ins, pc: Ptr[Ins], base: Ptr[i64], dispatch: Ptr[Dispatch],
             vm: Ptr[Vm]) -> None:
    """Look the key up and note in the instruction where it was."""
    vm.misses += 1
    table = bitcast(Ptr[Table], bitcast(u64, base[ins.b]))
    for slot, key in enumerate(table.keys):
        if key == ins.c:
            cached = CachedGet(bitcast(u64, ins))
            cached.shape = table.shape
            cached.slot = slot
            pc[-1] = Ins(bitcast(u64, cached))
            base[ins.a] = table.values[slot]
            return next_ins(ins, pc, base, dispatch, vm)
    vm.status = Status.NO_SUCH_KEY


@handler("GET")
def get(ins: Ins, pc: Ptr[Ins], base: Ptr[i64], dispatch: Ptr[Dispatch],
        vm: Ptr[Vm]) -> None:
    """A = the value of key C in the table B."""
    cached = CachedGet(bitcast(u64, ins))
    table = bitcast(Ptr[Table], bitcast(u64, base[ins.b]))
    if table.shape != cached.shape:
        return tail(get_miss)(ins, pc, base, dispatch, vm)
    base[ins.a] = table.values[cached.slot]
    return next_ins(ins, pc, base, dispatch, vm)
