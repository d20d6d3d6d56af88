"""Stream numbers of devices in the device tree: `iommus` of a device, `iommu-map` of a PCI host
bridge (Linux bindings, iommu/iommu.txt, pci/pci-iommu.txt)."""

from __future__ import annotations

from wrought.hv.drivers.smmu.units import StreamRange, unit_count, units
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, u32, u64
from wrought.rt.bytes import ABSENT
from wrought.rt.fdt import Fdt
from wrought.rt.fdt_find import property_of
from wrought.rt.fdt_tree import cell, find_phandle
from wrought.rt.fdt_values import cell_count

MAP_CELLS = 4
"""Of a row of `iommu-map`: first requester, IOMMU, first stream, count."""


@fn
def unit_of(node: u64) -> u64:
    """The number of the SMMU at a node, ABSENT for what is none."""
    for i in range(unit_count):
        if units[i].node == node:
            return i
    return ABSENT


@fn
def stream_count(tree: Ptr[Fdt], node: u64) -> u64:
    """Entries that `streams_of` has for a device; 0 without an IOMMU."""
    rows = len(property_of(tree, node, b"iommu-map").data) // (4 * MAP_CELLS)
    value = property_of(tree, node, b"iommus").data
    at: u64 = 0
    while at < len(value) // 4:
        at += 1 + cells_behind(tree, cell(value, at))
        rows += 1
    return rows


@fn
def cells_behind(tree: Ptr[Fdt], phandle: u32) -> u64:
    """#iommu-cells of an IOMMU; 1 where it does not say it."""
    controller = find_phandle(tree, phandle)
    if controller == ABSENT:
        return 1
    return cell_count(tree, controller, b"#iommu-cells", 1)


@fn
def streams_of(tree: Ptr[Fdt], node: u64, wanted: u64) -> StreamRange:
    """Entry `wanted` of `iommus`, behind those the rows of `iommu-map`; unit ABSENT where it
    belongs to an IOMMU that is no SMMUv3 or is not there."""
    value = property_of(tree, node, b"iommus").data
    i: u64 = 0
    at: u64 = 0
    while at < len(value) // 4:
        behind = cells_behind(tree, cell(value, at))
        if i == wanted:
            unit = unit_of(find_phandle(tree, cell(value, at)))
            if behind != 1 or at + 1 >= len(value) // 4:
                unit = ABSENT
            return StreamRange(unit, cell(value, at + 1), 1)
        at += 1 + behind
        i += 1
    rows = property_of(tree, node, b"iommu-map").data
    first = (wanted - i) * MAP_CELLS
    if first + MAP_CELLS > len(rows) // 4:
        return StreamRange(ABSENT, 0, 0)
    return StreamRange(unit_of(find_phandle(tree, cell(rows, first + 1))), cell(rows, first + 2),
                       cell(rows, first + 3))
