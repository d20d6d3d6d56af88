"""The interrupt controller in the device tree (Linux bindings arm,gic.yaml, arm,gic-v3.yaml)."""

from __future__ import annotations

from wrought.hv.drivers.gic.places import MAX_REGIONS, Region, gic
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import unroll
from wrought.lang.core.scalars import Ptr, Slice, u8, u32, u64
from wrought.rt.bytes import ABSENT
from wrought.rt.fdt import Fdt
from wrought.rt.fdt_address import translate
from wrought.rt.fdt_find import property_of
from wrought.rt.fdt_tree import cell, is_reachable
from wrought.rt.fdt_values import cell_count, find_compatible, number

V3 = (b"arm,gic-v3",)
V2 = (b"arm,gic-400", b"arm,cortex-a15-gic", b"arm,cortex-a7-gic", b"arm,eb11mp-gic",
      b"qcom,msm-qgic2")
"""Those of a GICv2 that can have the virtualization extension."""
PPI = 1
"""The first cell of a specifier."""
TWO_PAGES = 0x2000


@fn
def controller(tree: Ptr[Fdt], wanted: Slice[u8]) -> u64:
    """The first controller of that kind that is on."""
    node = find_compatible(tree, wanted, ABSENT)
    while node != ABSENT and not is_reachable(tree, node):
        node = find_compatible(tree, wanted, node)
    return node


@fn
def region(tree: Ptr[Fdt], node: u64, i: u64) -> Region:
    """Entry `i` of `reg`, as the CPU addresses it; size 0 where there is none."""
    place = translate(tree, node, i)
    return Region(place.address, place.size) if place.found else Region(0, 0)


@fn
def maintenance_of(tree: Ptr[Fdt], node: u64) -> u32:
    """INTID of the controller's own interrupt, the maintenance interrupt; 0 for none.

    It is a PPI of this controller, whatever `interrupt-parent` is above it.
    """
    value = property_of(tree, node, b"interrupts").data
    if cell_count(tree, node, b"#interrupt-cells", 0) < 3 or len(value) < 12:
        return 0
    return cell(value, 1) % 16 + 16 if cell(value, 0) == PPI else u32(0)


@fn
def stride_of(tree: Ptr[Fdt], node: u64) -> u64:
    """`redistributor-stride`, one or two cells, a multiple of 64 KB; 0 where there is none."""
    value = property_of(tree, node, b"redistributor-stride").data
    stride: u64 = 0
    if len(value) == 4 or len(value) == 8:
        stride = number(value, 0, len(value) // 4)
    return stride if stride % 0x1_0000 == 0 else 0


@fn
def read_v3(tree: Ptr[Fdt], node: u64) -> bool:
    """Fill `gic`; False where registers are missing."""
    gic.distributor = region(tree, node, 0)
    regions = cell_count(tree, node, b"#redistributor-regions", 1)
    if regions < 1 or regions > MAX_REGIONS:
        return False
    for i in range(regions):
        gic.redistributors[i] = region(tree, node, 1 + i)
        if gic.redistributors[i].size == 0:
            return False
    gic.redistributor_count = regions
    gic.stride = stride_of(tree, node)
    gic.version = 3
    return gic.distributor.size != 0


@fn
def read_v2(tree: Ptr[Fdt], node: u64) -> bool:
    """Fill `gic`; False where registers are missing, those for virtual machines for example."""
    gic.distributor = region(tree, node, 0)
    gic.cpu_interface = region(tree, node, 1)
    gic.hypervisor = region(tree, node, 2)
    gic.virtual = region(tree, node, 3)
    if (gic.distributor.size == 0 or gic.cpu_interface.size == 0 or gic.hypervisor.size == 0
            or gic.virtual.size == 0):
        return False
    # Old trees say 4 KB; GICC_DIR is in the second page all the same.
    gic.cpu_interface.size = max(gic.cpu_interface.size, u64(TWO_PAGES))
    gic.virtual.size = max(gic.virtual.size, u64(TWO_PAGES))
    gic.version = 2
    return True


@fn
def gic_probe(tree: Ptr[Fdt]) -> bool:
    """Find the controller and record its places; False where there is none that serves a
    hypervisor."""
    gic.version = 0
    for name in unroll(V3):
        node = controller(tree, name)
        if node != ABSENT:
            gic.maintenance = maintenance_of(tree, node)
            return read_v3(tree, node)
    for name in unroll(V2):
        node = controller(tree, name)
        if node != ABSENT:
            gic.maintenance = maintenance_of(tree, node)
            return read_v2(tree, node)
    return False
