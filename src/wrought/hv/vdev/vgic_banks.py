"""Finding interrupts and vCPUs, and telling a vCPU that something changed for it."""

from __future__ import annotations

from wrought.hv.a64.state import arch, arch_domain
from wrought.hv.core.domain import WORK_INTERRUPTS, Domain, Vcpu, VcpuState
from wrought.hv.core.sched_wake import wake
from wrought.hv.drivers.gic.lists import lr_count
from wrought.hv.machine.cpu import cpu_number, kick
from wrought.hv.vdev.vgic_types import MAX_LISTS, PRIVATE, Bank, VgicCpu, VgicDist
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of
from wrought.lang.core.scalars import Ptr, u8, u32, u64


@fn(inline=True)
def vgic(vcpu: Ptr[Vcpu]) -> Ptr[VgicCpu]:
    """A vCPU's part."""
    return addr_of(arch(vcpu).vgic)


@fn(inline=True)
def dist(vcpu: Ptr[Vcpu]) -> Ptr[VgicDist]:
    """Its domain's part."""
    return dist_of(vcpu.domain)


@fn(inline=True)
def dist_of(domain: Ptr[Domain]) -> Ptr[VgicDist]:
    """A domain's part."""
    return addr_of(arch_domain(domain).vgic)


@fn
def exists(d: Ptr[VgicDist], intid: u32) -> bool:
    """Whether it is an interrupt of the domain."""
    if intid < PRIVATE:
        return True
    n = u64(intid // 32 - 1)
    return n < len(d.bank) and d.bank[n].valid >> intid % 32 & 1 != 0


@fn
def bank_of(vcpu: Ptr[Vcpu], intid: u32) -> Ptr[Bank]:
    """The bank of an interrupt that `exists`."""
    if intid < PRIVATE:
        return addr_of(vgic(vcpu).own)
    return addr_of(dist(vcpu).bank[u64(intid // 32 - 1)])


@fn(inline=True)
def is_here(v: Ptr[VgicCpu]) -> bool:
    """Whether this CPU's list registers are this vCPU's."""
    return v.loaded_on == cpu_number() + 1


@fn(inline=True)
def all_lists() -> u32:
    """A bit for each list register."""
    return (u32(1) << min(lr_count(), MAX_LISTS)) - 1


@fn
def notify(vcpu: Ptr[Vcpu]) -> None:
    """Have the vCPU look for interrupts before it runs on, which it does soon."""
    vcpu.work.or_(WORK_INTERRUPTS, Order.SEQ_CST)
    if vcpu.state.load(Order.SEQ_CST) == u8(VcpuState.RUNNING):
        if vcpu.cpu != cpu_number():
            kick(vcpu.cpu)
    else:
        wake(vcpu)


@fn
def disturb(vcpu: Ptr[Vcpu]) -> None:
    """Have it write its list registers anew."""
    vgic(vcpu).stale.store(1, Order.RELEASE)
    notify(vcpu)


@fn
def mark(vcpu: Ptr[Vcpu], intid: u32) -> None:
    """An SPI may have become a candidate: note the bank at its target, and tell that unless it is
    this vCPU.  Under the domain's lock."""
    target = vcpu.domain.vcpu(u64(bank_of(vcpu, intid).target[intid % 32]))
    if target is not None:
        vgic(target).spi_banks.or_(u32(1) << (intid // 32 - 1), Order.RELEASE)
        if target.id != vcpu.id:
            notify(target)


@fn
def mark_parked(vcpu: Ptr[Vcpu], intid: u32) -> None:
    """An SPI of this vCPU is active and in no list register.  Under the domain's lock."""
    vgic(vcpu).parked_banks.or_(u32(1) << (intid // 32 - 1), Order.RELAXED)
