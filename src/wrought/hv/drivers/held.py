"""Devices that the hypervisor drives itself: no domain gets them."""

from __future__ import annotations

from wrought.hv.core.build.host import hold, hold_line, host
from wrought.hv.drivers.gic.host import Region, gic
from wrought.hv.drivers.gic.specifier import intid_of
from wrought.hv.drivers.uart.console import find_console
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of
from wrought.lang.core.scalars import Ptr
from wrought.rt.fdt import Fdt


@fn
def hold_region(region: Region) -> None:
    """One block of registers."""
    hold(region.start, region.size)


@fn
def hold_devices(tree: Ptr[Fdt]) -> None:
    """Interrupt controller and console; after `use_host` and `gic_probe`, before domains are
    built."""
    hold_region(gic.distributor)
    hold_region(gic.cpu_interface)
    hold_region(gic.hypervisor)
    hold_region(gic.virtual)
    for region in gic.redistributors[:gic.redistributor_count]:
        hold_region(region[0])
    place = find_console(tree)
    if place.found():
        hold(place.base, place.size)
        hold_line(intid_of(tree, addr_of(place.interrupt)))
        host.console = place.node
