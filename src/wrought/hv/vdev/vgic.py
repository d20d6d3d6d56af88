"""The virtual interrupt controller, GICv2 or GICv3: what the rest of the hypervisor calls.

A vCPU comes to `vgic_flush` whenever its `work` has WORK_INTERRUPTS; `vgic_load` and `vgic_save`
switch it in and out; the maintenance interrupt calls `vgic_maintenance`.  Nothing else is needed
at an exit: what the guest does with its list registers is looked at when it matters.
"""

from __future__ import annotations

from wrought.hv.core.domain import WORK_INTERRUPTS, Vcpu
from wrought.hv.vdev.vgic_banks import dist, exists, is_here, vgic
from wrought.hv.vdev.vgic_change import clear_active
from wrought.hv.vdev.vgic_deliver import vgic_flush, vgic_maintenance, vgic_sync
from wrought.hv.vdev.vgic_init import (
    vgic_destroy,
    vgic_init_domain,
    vgic_init_vcpu,
    vgic_map_hw,
    vgic_map_spi,
)
from wrought.hv.vdev.vgic_inject import vgic_inject_edge, vgic_set_level
from wrought.hv.vdev.vgic_map import bank_at
from wrought.hv.vdev.vgic_sgi import vgic_sgi0_v3, vgic_sgi_v3
from wrought.hv.vdev.vgic_switch import vgic_load, vgic_pending, vgic_save
from wrought.hv.vdev.vgicd import vgicd_read, vgicd_write
from wrought.hv.vdev.vgicr import vgicr_read, vgicr_write
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, u32

__all__ = [
    "vgic_deactivate", "vgic_destroy", "vgic_flush", "vgic_init_domain",
    "vgic_init_vcpu", "vgic_inject_edge", "vgic_load", "vgic_maintenance", "vgic_map_hw",
    "vgic_map_spi", "vgic_pending", "vgic_save", "vgic_set_level", "vgic_sgi0_v3", "vgic_sgi_v3",
    "vgic_sync", "vgicd_read", "vgicd_write", "vgicr_read", "vgicr_write"]


@fn
def vgic_deactivate(vcpu: Ptr[Vcpu], intid: u32) -> None:
    """The guest wrote ICC_DIR_EL1 (or GICV_DIR where that page traps): end the interrupt.  The
    write traps while an active interrupt is in no list register."""
    if not exists(dist(vcpu), intid) or not is_here(vgic(vcpu)):
        return
    bank = bank_at(vcpu, intid // 32)
    if bank is not None:
        with dist(vcpu).lock:
            clear_active(vcpu, bank, intid // 32, u32(1) << intid % 32)
        vcpu.work.or_(WORK_INTERRUPTS, Order.RELAXED)
