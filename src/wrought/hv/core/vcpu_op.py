"""vcpu_op: where a vCPU's events and times are shown (xen/public/vcpu.h).

Of the sub-operations Xen has two on Arm; vCPUs are started through PSCI and timers are the CPU's.
"""

from __future__ import annotations

from wrought.hv.abi.vcpu import RegisterRunstate, RegisterVcpuInfo, VcpuOp
from wrought.hv.abi.xen import Errno
from wrought.hv.core.call_table import Operation, by_number
from wrought.hv.core.domain import Vcpu, VcpuState
from wrought.hv.core.event_info import place_vcpu_info
from wrought.hv.core.guest_memory import read_struct, write_struct
from wrought.hv.core.runstate import runstate_now
from wrought.hv.core.runstate_place import place_runstate
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, trunc, zeroed
from wrought.lang.core.scalars import Fn, Ptr, Untrusted, i64, u8, u32, u64
from wrought.lang.core.static import fn_table

VcpuFn = Fn[[Ptr[Vcpu], Ptr[Vcpu], Untrusted[u64]], i64]
"""The vCPU that calls, the one that is meant, and the argument."""


@fn
def is_up(vcpu: Ptr[Vcpu], target: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """1 if it was started."""
    return 0 if target.state.load(Order.RELAXED) == u8(VcpuState.OFFLINE) else 1


@fn
def get_runstate(vcpu: Ptr[Vcpu], target: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """Write a RunstateInfo."""
    info = runstate_now(target)
    return 0 if write_struct(vcpu, arg, addr_of(info)) else i64(Errno.EFAULT)


@fn
def register_runstate(vcpu: Ptr[Vcpu], target: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """Keep a RunstateInfo up to date."""
    request = zeroed(RegisterRunstate)
    if not read_struct(vcpu, arg, addr_of(request)):
        return i64(Errno.EFAULT)
    return place_runstate(vcpu, target, request.area)


@fn
def register_vcpu_info(vcpu: Ptr[Vcpu], target: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """Move a vCPU's `vcpu_info` to where the guest wants it, once."""
    request = zeroed(RegisterVcpuInfo)
    if not read_struct(vcpu, arg, addr_of(request)):
        return i64(Errno.EFAULT)
    return place_vcpu_info(vcpu, target, request.frame, request.offset)


@fn
def no_vcpu(vcpu: Ptr[Vcpu], target: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """Not on Arm: what Xen answers there."""
    return i64(Errno.EINVAL)


OPERATIONS = (
    Operation(VcpuOp.IS_UP, "is_up", is_up, "1 for a vCPU that was started, else 0."),
    Operation(VcpuOp.GET_RUNSTATE_INFO, "get_runstate_info", get_runstate,
              "Times spent running, waiting for a CPU, blocked and offline.", "EFAULT"),
    Operation(VcpuOp.REGISTER_RUNSTATE_MEMORY_AREA, "register_runstate_memory_area",
              register_runstate, "Keep those times up to date at a virtual address; 0 ends it.",
              "EFAULT, EINVAL for an address that is no multiple of 8 or not in the domain's RAM"),
    Operation(VcpuOp.REGISTER_VCPU_INFO, "register_vcpu_info", register_vcpu_info,
              "Place a vCPU's `vcpu_info`, once; all its events are marked as news.",
              "EFAULT, EINVAL for a place that crosses a page, is not in the domain's RAM, for "
              "another vCPU that runs, or the second time"),
)
VCPU_OPS = fn_table(VcpuFn, by_number(OPERATIONS, no_vcpu))


@fn
def vcpu_op(vcpu: Ptr[Vcpu], command: Untrusted[u64], id: Untrusted[u64], arg: Untrusted[u64],
            a3: Untrusted[u64], a4: Untrusted[u64]) -> i64:
    """The hypercall."""
    number = trunc(u32, id)
    if number >= vcpu.domain.vcpu_count:
        return i64(Errno.ENOENT)
    target = vcpu.domain.vcpu(u64(number))
    if target is None:
        return i64(Errno.ENOENT)
    op = trunc(u32, command)
    if op < len(VCPU_OPS):
        return VCPU_OPS[u64(op)](vcpu, target, arg)
    return i64(Errno.EINVAL)
