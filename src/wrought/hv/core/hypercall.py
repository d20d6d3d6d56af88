"""Hypercalls: HVC #0xEA1 from a guest (xen/public/arch-arm.h).

The number is in x16, arguments in x0 to x4, the result in x0.  Functions and permissions come
from one table, `wrought.hv.core.hypercall_table`.
"""

from __future__ import annotations

from wrought.hv.abi.xen import CALLS, Errno
from wrought.hv.core.call_result import RESTART
from wrought.hv.core.domain import WORK_CONTINUE, Vcpu
from wrought.hv.core.hypercall_table import HANDLERS
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import bitcast, trunc
from wrought.lang.core.scalars import Array, Ptr, i64, u32, u64
from wrought.lang.core.static import percpu

calls_made = percpu(Array[u64, CALLS])
"""Hypercalls by number, of each physical CPU."""


@fn
def hypercall(vcpu: Ptr[Vcpu]) -> None:
    """Do what the guest asked for; its registers say what, and get the result.

    After RESTART the guest executes the HVC again (WORK_CONTINUE), with the arguments that the
    function left in its registers.
    """
    x = vcpu.regs.x[:]
    number = u64(trunc(u32, x[16]))
    result = i64(Errno.ENOSYS)
    if number < CALLS:
        calls_made[number] += 1
        result = HANDLERS[number](vcpu, x[0], x[1], x[2], x[3], x[4])
        if result == RESTART:
            vcpu.work.or_(WORK_CONTINUE, Order.RELAXED)
            return
    x[0] = bitcast(u64, result)
