"""vm_assist: switch what a guest wants done for it (xen/public/xen.h, VMASST_…)."""

from __future__ import annotations

from wrought.hv.abi.hvm import ASSIST_DISABLE, ASSIST_ENABLE, ASSIST_RUNSTATE_UPDATE_FLAG
from wrought.hv.abi.xen import Errno
from wrought.hv.core.domain import Vcpu
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import trunc
from wrought.lang.core.scalars import Ptr, Untrusted, i64, u32, u64

BIT = 1 << ASSIST_RUNSTATE_UPDATE_FLAG


@fn
def vm_assist(vcpu: Ptr[Vcpu], command: Untrusted[u64], kind: Untrusted[u64],
              a2: Untrusted[u64], a3: Untrusted[u64], a4: Untrusted[u64]) -> i64:
    """The hypercall; Arm has one assist."""
    if trunc(u32, kind) != ASSIST_RUNSTATE_UPDATE_FLAG:
        return i64(Errno.EINVAL)
    op = trunc(u32, command)
    if op == ASSIST_ENABLE:
        vcpu.domain.calls.assists.or_(BIT, Order.RELAXED)
        return 0
    if op == ASSIST_DISABLE:
        vcpu.domain.calls.assists.and_(~u32(BIT), Order.RELAXED)
        return 0
    return i64(Errno.ENOSYS)
