"""List registers of one vCPU out, of another in; and whether a vCPU has a reason to wake."""

from __future__ import annotations

from wrought.hv.core.domain import WORK_INTERRUPTS, Vcpu
from wrought.hv.drivers.gic.list_register import ListRegister
from wrought.hv.drivers.gic.lists import (
    GROUP_0,
    HCR_EN,
    apr_count,
    apr_read,
    apr_write,
    hcr_write,
    host_clear_active,
    host_set_active,
    lr_empty,
    lr_read,
    vmcr_read,
    vmcr_write,
)
from wrought.hv.machine.cpu import cpu_number
from wrought.hv.vdev.vgic_banks import dist, is_here, vgic
from wrought.hv.vdev.vgic_choose import INTID_BITS, Best, choose
from wrought.hv.vdev.vgic_deliver import (
    count_ends,
    has_parked,
    involves_spis,
    start_anew,
    vgic_flush,
)
from wrought.hv.vdev.vgic_lists import ACTIVE_BIT, PENDING_BIT
from wrought.hv.vdev.vgic_types import VgicCpu
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, count_trailing_zeros, trunc, zeroed
from wrought.lang.core.scalars import Ptr, u32

VMCR_GROUP_0, VMCR_GROUP_1 = 1 << 0, 1 << 1
VMCR_PRIORITY_SHIFT = 24
LEVELS, IDLE = 256, 0x100
"""Priorities, and the running priority of a vCPU that handles nothing."""


@fn
def vgic_load(vcpu: Ptr[Vcpu]) -> None:
    """Make this CPU's list registers, which are empty, the vCPU's, which is loaded nowhere.  They
    are filled by `vgic_flush`, for which WORK_INTERRUPTS is set where there is something."""
    v = vgic(vcpu)
    for i in range(apr_count()):
        load_priorities(v, i)
        load_priorities(v, GROUP_0 + i)
    vmcr_write(v.vmcr)
    v.hcr = HCR_EN
    hcr_write(HCR_EN)
    switch_host(v, True)
    v.loaded_on = cpu_number() + 1
    if any_candidate(vcpu, v) or has_parked(v):
        vcpu.work.or_(WORK_INTERRUPTS, Order.RELAXED)


@fn
def vgic_save(vcpu: Ptr[Vcpu]) -> None:
    """Take the vCPU out of this CPU's list registers: what it has pending and active is in its
    banks while it does not run, where other CPUs can change it."""
    v = vgic(vcpu)
    if not is_here(v):
        return
    if involves_spis(v):
        with dist(vcpu).lock:
            save_lists(vcpu, v, True)
    else:
        save_lists(vcpu, v, False)
    for i in range(apr_count()):
        save_priorities(v, i)
        save_priorities(v, GROUP_0 + i)
    v.vmcr = vmcr_read()
    hcr_write(0)
    switch_host(v, False)
    v.loaded_on = 0


@fn
def save_lists(vcpu: Ptr[Vcpu], v: Ptr[VgicCpu], with_spis: bool) -> None:
    """What the guest has left in its list registers."""
    count_ends(vcpu, v, with_spis)
    v.stale.store(0, Order.RELAXED)
    start_anew(vcpu, v)


@fn(inline=True)
def load_priorities(v: Ptr[VgicCpu], i: u32) -> None:
    """One word of active priorities; they are 0 while no vCPU is loaded."""
    if v.apr[i] != 0:
        apr_write(i, v.apr[i])


@fn(inline=True)
def save_priorities(v: Ptr[VgicCpu], i: u32) -> None:
    """Likewise."""
    v.apr[i] = apr_read(i)
    if v.apr[i] != 0:
        apr_write(i, 0)


@fn
def switch_host(v: Ptr[VgicCpu], to: bool) -> None:
    """The host's private interrupts behind this vCPU's are active on this CPU only while it is
    loaded: they are another vCPU's next (its own virtual timer)."""
    rest = v.own.fired.load(Order.RELAXED) & v.own.mapped
    while rest != 0:
        physical = u32(v.own.physical[count_trailing_zeros(rest)])
        if to:
            host_set_active(physical)
        else:
            host_clear_active(physical)
        rest &= rest - 1


@fn
def vgic_pending(vcpu: Ptr[Vcpu]) -> bool:
    """Whether the vCPU's CPU interface signals an interrupt: pending, enabled, its group enabled,
    above the priority mask and what is being handled.  It ends WFI and sleep.  Call it on the
    vCPU's CPU, or while the vCPU is loaded nowhere."""
    v = vgic(vcpu)
    here = is_here(v)
    if here:
        if v.used & ~trunc(u32, lr_empty()) == 0 and not any_candidate(vcpu, v):
            return False
        vgic_flush(vcpu)
    vmcr = vmcr_read() if here else v.vmcr
    limit = min(vmcr >> VMCR_PRIORITY_SHIFT, running_priority(v, here))
    return list_signals(v, vmcr, limit) if here else candidate_signals(vcpu, v, limit)


@fn
def running_priority(v: Ptr[VgicCpu], here: bool) -> u32:
    """The priority of what the guest handles: the lowest bit of the active priorities, of which
    a word stands for 32 levels, in both groups (IHI 0069, 12.4.2).  IDLE for nothing."""
    words = apr_count()
    for n in range(words):
        both = v.apr[n] | v.apr[GROUP_0 + n]
        if here:
            both = apr_read(n) | apr_read(GROUP_0 + n)
        if both != 0:
            return (n * 32 + count_trailing_zeros(both)) * (LEVELS // (words * 32))
    return IDLE


@fn
def any_candidate(vcpu: Ptr[Vcpu], v: Ptr[VgicCpu]) -> bool:
    """Whether there may be one outside of the list registers."""
    again = v.own.raised() & v.own.listed
    return (v.own.candidates(dist(vcpu).group_0, dist(vcpu).group_1) | again
            | v.spi_banks.load(Order.ACQUIRE) | v.stale.load(Order.ACQUIRE)) != 0


@fn
def list_signals(v: Ptr[VgicCpu], vmcr: u32, limit: u32) -> bool:
    """Whether a list register holds an interrupt that is signalled."""
    rest = v.used
    while rest != 0:
        value = lr_read(count_trailing_zeros(rest))
        lr = ListRegister(value)
        enabled = vmcr & (VMCR_GROUP_1 if lr.group else VMCR_GROUP_0) != 0
        if (value & (PENDING_BIT | ACTIVE_BIT) == PENDING_BIT and enabled
                and u32(lr.priority) < limit):
            return True
        rest &= rest - 1
    return False


@fn
def candidate_signals(vcpu: Ptr[Vcpu], v: Ptr[VgicCpu], limit: u32) -> bool:
    """Whether something outside is: of a vCPU that is not loaded."""
    best = zeroed(Best)
    best.room = 1
    if involves_spis(v):
        with dist(vcpu).lock:
            choose(vcpu, addr_of(best), True)
    else:
        choose(vcpu, addr_of(best), False)
    return best.count != 0 and best.key[0] >> INTID_BITS < limit
