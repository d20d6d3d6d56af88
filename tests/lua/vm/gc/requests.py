"""Operations that may run out of memory, under a `try_call`."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, trunc, try_call, zeroed
from wrought.lang.core.scalars import Ptr, i32, u32, u64
from wrought.lua.vm.memory import alloc, raw_alloc, reserve, safe_point
from wrought.lua.vm.objects import Vm
from wrought.lua.vm.table.create import new_table
from wrought.rt.escape import TryFrame

ALLOC, SAFE_POINT, RESERVE, RAW, TABLE, CHURN = range(6)
OUT_OF_MEMORY = 4


@struct
class Request:
    """What may fail."""

    vm: Ptr[Vm]
    what: u64
    size: u64
    result: u64


@unsafe
@fn
def serve(r: Ptr[Request]) -> None:
    # SAFETY: only addresses are taken.
    if r.what == ALLOC:
        r.result = u64(alloc(r.vm, r.size))
    elif r.what == SAFE_POINT:
        safe_point(r.vm)
    elif r.what == RESERVE:
        reserve(r.vm, r.size)
    elif r.what == RAW:
        r.result = u64(raw_alloc(r.vm, r.size))
    elif r.what == TABLE:
        r.result = u64(new_table(r.vm, trunc(u32, r.size), 3))
    else:
        r.result = churn(r.vm, r.size)


@fn
def churn(vm: Ptr[Vm], tables: u64) -> u64:
    """Make garbage with a safe point before each table; the largest heap in bytes."""
    most: u64 = 0
    for _ in range(tables):
        safe_point(vm)
        new_table(vm, 4, 0)
        most = max(most, vm.gc.allocated)
    return most


@fn
def attempt(vm: Ptr[Vm], what: u64, size: u64) -> tuple[i32, u64]:
    """Do what may fail: the error's code or 0, and the address or number."""
    frame = zeroed(TryFrame)
    request = Request(vm, what, size, 0)
    vm.frame = addr_of(frame)
    code = try_call(addr_of(frame), serve, addr_of(request))
    return code, request.result
