"""Placing a vCPU's `vcpu_info` (VCPUOP_register_vcpu_info)."""

from __future__ import annotations

from wrought.hv.abi.address import PAGE, PAGE_SHIFT
from wrought.hv.abi.shared_info import TimeInfo, VcpuInfo
from wrought.hv.abi.xen import Errno
from wrought.hv.core.domain import Vcpu, VcpuState
from wrought.hv.core.guest_page import MAX_FRAME, own_ram
from wrought.hv.core.shared import vcpu_info
from wrought.hv.machine.guest import raise_interrupt
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import sizeof, zeroed
from wrought.lang.core.scalars import Ptr, Untrusted, i64, u8, u32, u64

ALL = 0xFFFF_FFFF_FFFF_FFFF
ALIGNMENT = 8


@fn
def in_shared_info(vcpu: Ptr[Vcpu]) -> bool:
    """Whether it is still where vCPU 0 finds it at first."""
    return vcpu.events.info == vcpu.domain.shared_info


@fn
def place_vcpu_info(vcpu: Ptr[Vcpu], target: Ptr[Vcpu], frame: Untrusted[u64],
                    offset: Untrusted[u32]) -> i64:
    """Move it into the guest's frame, once; `vcpu` asks.

    Everything is marked as news, so that nothing that came before is lost.
    """
    if offset > PAGE - sizeof(VcpuInfo) or frame >= MAX_FRAME or offset % ALIGNMENT != 0:
        return i64(Errno.EINVAL)
    if target != vcpu and target.state.load(Order.RELAXED) != u8(VcpuState.OFFLINE):
        return i64(Errno.EINVAL)
    with target.domain.memory.lock:
        at = own_ram(target.domain, u64(frame) << PAGE_SHIFT)
        if u64(at) == 0:
            return i64(Errno.EINVAL)
        with target.domain.events.lock:
            if u64(target.events.info) != 0 and not in_shared_info(target):
                return i64(Errno.EINVAL)
            target.events.info = at + u64(offset)
    info = vcpu_info(target)
    info.time = zeroed(TimeInfo)
    info.pending_words.store(ALL, Order.SEQ_CST)
    info.upcall_pending.store(1, Order.SEQ_CST)
    raise_interrupt(target, target.domain.upcall)
    return 0
