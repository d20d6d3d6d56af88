"""The machine's interrupts of devices, and whose they are."""

from __future__ import annotations

from wrought.hv.core.domain import Domain
from wrought.hv.drivers.gic.host import disable, gic, set_config, set_target
from wrought.hv.machine.cpu import cpu_number
from wrought.hv.machine.devices import Trigger
from wrought.hv.vdev.vgic import vgic_inject_edge, vgic_map_spi
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import trunc
from wrought.lang.core.scalars import Array, Ptr, u32, u64
from wrought.lang.core.static import static

LINES = 1020


@struct
class Owner:
    """To whom a shared interrupt goes."""

    domain: Ptr[Domain] | None


owners = static(Array[Owner, LINES])


@fn
def give_interrupt(domain: Ptr[Domain], intid: u32, trigger: Trigger) -> bool:
    """See `machine.devices`; until it is enabled the SPI goes to this CPU."""
    if intid < 32 or intid >= gic.lines or intid >= LINES:
        return False
    owner = owners[u64(intid)].domain
    if owner is not None and u64(owner) != u64(domain):
        return False
    if not vgic_map_spi(domain, intid, intid):
        return False
    if trigger != Trigger.UNKNOWN:
        set_config(intid, trigger == Trigger.EDGE)
    set_target(intid, cpu_number())
    owners[u64(intid)].domain = domain
    return True


@fn
def interrupt_lines() -> u32:
    """As the distributor says."""
    return gic.lines


@fn
def forget_interrupts(domain: Ptr[Domain]) -> None:
    """The domain has ended: nothing of its comes to it any more."""
    for i in range(u64(LINES)):
        owner = owners[i].domain
        if owner is not None and u64(owner) == u64(domain):
            disable(trunc(u32, i))
            owners[i].domain = None


@fn
def deliver(intid: u32) -> bool:
    """An SPI came and stays active: the guest's end of interrupt ends it.  False where it is
    nobody's."""
    domain = owners[u64(intid)].domain
    if domain is None:
        return False
    vcpu = domain.vcpu(0)
    if vcpu is None:
        return False
    vgic_inject_edge(vcpu, intid)
    return True
