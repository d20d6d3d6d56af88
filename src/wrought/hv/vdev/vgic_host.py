"""The host's shared interrupts behind a guest's: enabled, triggered and aimed as those are.  All
under the domain's lock."""

from __future__ import annotations

from wrought.hv.core.domain import Vcpu
from wrought.hv.drivers.gic.lists import aim_host, configure_host, mask_host, unmask_host
from wrought.hv.vdev.vgic_types import Bank
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import count_trailing_zeros
from wrought.lang.core.scalars import Ptr, u32, u64


@fn
def switch_host(bank: Ptr[Bank], mask: u32, on: bool) -> None:
    """The host's SPIs behind the guest's are enabled as those are: a line that falls while the
    guest does not look is then not remembered."""
    rest = mask & bank.mapped
    while rest != 0:
        physical = u32(bank.physical[count_trailing_zeros(rest)])
        if on:
            unmask_host(physical)
        else:
            mask_host(physical)
        rest &= rest - 1


@fn
def aim(owner: Ptr[Vcpu], bank: Ptr[Bank], mask: u32) -> None:
    """To the CPUs where the vCPUs run, or ran last, that the guest wants them at."""
    rest = mask & bank.mapped
    while rest != 0:
        i = count_trailing_zeros(rest)
        vcpu = owner.domain.vcpu(u64(bank.target[i]))
        if vcpu is not None:
            aim_host(u32(bank.physical[i]), vcpu.cpu)
        rest &= rest - 1


@fn
def configure(bank: Ptr[Bank], mask: u32) -> None:
    """Edge- or level-triggered as the guest has said."""
    rest = mask & bank.mapped
    while rest != 0:
        i = count_trailing_zeros(rest)
        configure_host(u32(bank.physical[i]), bank.edge >> i & 1 != 0)
        rest &= rest - 1
