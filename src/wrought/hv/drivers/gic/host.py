"""The host's GIC, whichever version it is.

Order: `gic_probe(tree)`; map the places it found; `gic_init_boot()` once; `gic_init_cpu(number)`
on every CPU.  Interrupts are INTIDs.  One that was taken by `acknowledge` gets `drop_priority`,
so that others can come, and `deactivate`, by the hypervisor or through a list register by the
guest, so that it can come again.
"""

from __future__ import annotations

from wrought.hv.drivers.gic import gich, ich, v2, v3
from wrought.hv.drivers.gic.banks import (
    CLEAR_ACTIVE,
    CLEAR_ENABLE,
    CLEAR_PENDING,
    SET_ACTIVE,
    SET_ENABLE,
    SET_PENDING,
    get_bit,
    set_bit,
    set_config_bits,
    set_priority_byte,
)
from wrought.hv.drivers.gic.places import (
    CPUS,
    KICK_SGI,
    LOCAL,
    SPECIAL,
    SPURIOUS,
    GicPlaces,
    Region,
    cpu_ready,
    gic,
    places,
    virtual_interface,
)
from wrought.hv.drivers.gic.probe import gic_probe
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import dsb
from wrought.lang.core.scalars import u8, u32
from wrought.rt.a64.cpu import this_cpu

__all__ = ["KICK_SGI", "SPURIOUS", "GicPlaces", "Region", "gic", "gic_probe", "places",
           "virtual_interface"]


@fn
def gic_init_boot() -> None:
    """The distributor: all SPIs off and to this CPU.  Once, on the boot CPU, registers mapped."""
    if gic.version == 3:
        v3.init_distributor(this_cpu())
    else:
        v2.init_distributor()


@fn
def gic_init_cpu(number: u32) -> None:
    """This CPU's private interrupts (off), its interface, and its virtual interface (empty)."""
    assert number < CPUS, "more CPUs than the GIC driver has room for"
    if gic.version == 3:
        v3.init_cpu(number)
        ich.init()
    else:
        v2.init_cpu(number)
        gich.init()
    if gic.maintenance != 0:
        enable(gic.maintenance)
    cpu_ready[number] = True


@fn(inline=True)
def acknowledge() -> u32:
    """Take the highest pending interrupt: its INTID, or one that `is_special`."""
    return v3.acknowledge() if gic.version == 3 else v2.acknowledge()


@fn(inline=True)
def is_special(intid: u32) -> bool:
    """Whether `acknowledge` gave no interrupt: nothing pending, or none for us."""
    return intid - SPECIAL < 4


@fn(inline=True)
def drop_priority(intid: u32) -> None:
    """Let further interrupts come; this one stays active."""
    if gic.version == 3:
        v3.drop_priority(intid)
    else:
        v2.drop_priority(intid)


@fn(inline=True)
def deactivate(intid: u32) -> None:
    """Let this interrupt come again."""
    if gic.version == 3:
        v3.deactivate(intid)
    else:
        v2.deactivate(intid)


@fn
def enable(intid: u32) -> None:
    """Forward the interrupt; a PPI's is this CPU's.  What was written before is seen."""
    dsb("ishst")
    set_bit(SET_ENABLE, intid)


@fn
def disable(intid: u32) -> None:
    """Do not forward it; it can still become pending.  The effect may take a moment."""
    set_bit(CLEAR_ENABLE, intid)


@fn
def set_priority(intid: u32, priority: u8) -> None:
    """0 is the highest; hardware may have only the upper bits."""
    set_priority_byte(intid, priority)


@fn
def set_config(intid: u32, edge: bool) -> None:
    """Edge- or level-triggered.  The interrupt should be disabled."""
    set_config_bits(intid, edge)


@fn
def set_target(spi: u32, cpu: u32) -> None:
    """Send an SPI to the CPU of that number, which has run `gic_init_cpu`."""
    assert spi >= LOCAL, "a CPU's own interrupt has no target"
    assert cpu_ready[cpu], "the CPU is not started"
    if gic.version == 3:
        v3.set_target(spi, cpu)
    else:
        v2.set_target(spi, cpu)


@fn
def is_pending(intid: u32) -> bool:
    """Whether it is pending at the distributor."""
    return get_bit(SET_PENDING, intid)


@fn
def is_active(intid: u32) -> bool:
    """Whether it is active."""
    return get_bit(SET_ACTIVE, intid)


@fn
def is_enabled(intid: u32) -> bool:
    """Whether it is forwarded."""
    return get_bit(SET_ENABLE, intid)


@fn
def set_pending(intid: u32, pending: bool) -> None:
    """Make it pending, or take an edge back."""
    set_bit(SET_PENDING if pending else CLEAR_PENDING, intid)


@fn
def set_active(intid: u32, active: bool) -> None:
    """Make it active, or end it, without priorities."""
    set_bit(SET_ACTIVE if active else CLEAR_ACTIVE, intid)


@fn
def interrupt_count() -> u32:
    """INTIDs below this exist."""
    return gic.lines


@fn
def send_kick(cpu: u32) -> None:
    """Interrupt a CPU with our SGI; nothing where it is not started."""
    if not cpu_ready[cpu]:
        return
    if gic.version == 3:
        v3.send_kick(cpu)
    else:
        v2.send_kick(cpu)


@fn
def send_kick_all_others() -> None:
    """Interrupt all other CPUs with our SGI."""
    if gic.version == 3:
        v3.send_kick_all_others()
    else:
        v2.send_kick_all_others()
