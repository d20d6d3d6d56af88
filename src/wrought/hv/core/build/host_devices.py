"""The board's devices in the hardware domain's address space, each at its own address.

Whatever a kept node's `reg` names is mapped, through the `ranges` of the buses above; of PCI host
bridges the windows to the bus, too.  RAM and what is somebody's never is.
"""

from __future__ import annotations

from wrought.hv.abi.address import PAGE, Gpa, Hpa
from wrought.hv.core.build.host import gap, touches_ram
from wrought.hv.core.build.host_walk import HostWalk, Role, begin_walk, is_reserved_memory
from wrought.hv.core.domain import Domain
from wrought.hv.core.stage2 import stage2_map, stage2_walk
from wrought.hv.core.stage2_types import Kind
from wrought.hv.machine.iommu import iommu_attach, iommu_protects
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import add_ovf, addr_of, zeroed
from wrought.lang.core.scalars import Ptr, u64
from wrought.rt.fdt import Fdt, Token
from wrought.rt.fdt_address import reserved_regions, translate_in, upwards
from wrought.rt.fdt_find import node_name, property_of
from wrought.rt.fdt_tree import Lineage, cell
from wrought.rt.fdt_values import Range, cell_count, equal_text, number, reg

PCI_CELLS = 3
"""#address-cells of a PCI bus: the space, then 64 bits (IEEE 1275 PCI binding, 2.2.1.1)."""


@fn
def map_devices(domain: Ptr[Domain], tree: Ptr[Fdt], gic: u64) -> bool:
    """Map everything; False where memory for tables is out."""
    walk = zeroed(HostWalk)
    begin_walk(addr_of(walk), tree, gic)
    token = walk.step()
    while token != Token.FINISH and token != Token.BAD:
        if token == Token.BEGIN and walk.role() == Role.KEEP:
            if not map_node(domain, tree, addr_of(walk.line)):
                return False
        token = walk.step()
    return map_reserved(domain, tree)


@fn
def map_node(domain: Ptr[Domain], tree: Ptr[Fdt], line: Ptr[Lineage]) -> bool:
    """All registers of one node."""
    if line.depth < 2 or is_reserved_memory(tree, line):
        return True
    node = line.nodes[line.depth - 1]
    parent = line.nodes[line.depth - 2]
    if iommu_protects(tree, node) and not iommu_attach(domain, tree, node):
        print(f"{domain.label()}: the DMA of {node_name(tree, node)} stays stopped")
    i: u64 = 0
    while reg(tree, parent, node, i).found:
        if not map_place(domain, translate_in(tree, line, i)):
            return False
        i += 1
    if equal_text(property_of(tree, node, b"device_type").data, b"pci"):
        return map_windows(domain, tree, line)
    return True


@fn
def map_windows(domain: Ptr[Domain], tree: Ptr[Fdt], line: Ptr[Lineage]) -> bool:
    """What a PCI host bridge lets through to its bus."""
    node = line.nodes[line.depth - 1]
    parent = line.nodes[line.depth - 2]
    up = cell_count(tree, parent, b"#address-cells", 2)
    size = cell_count(tree, node, b"#size-cells", 2)
    rows = property_of(tree, node, b"ranges").data
    if up < 1 or up > 2 or size < 1 or size > 2:
        return True
    step = PCI_CELLS + up + size
    for i in range(len(rows) // (4 * step)):
        # Configuration space (0) is reached through `reg`.
        if cell(rows, i * step) >> 24 & 3 != 0:
            place = Range(number(rows, i * step + PCI_CELLS, up),
                          number(rows, i * step + PCI_CELLS + up, size), True)
            if not map_place(domain, upwards(tree, line, line.depth - 2, place)):
                return False
    return True


@fn
def map_place(domain: Ptr[Domain], place: Range) -> bool:
    """Map what is free of a place, page by page rounded outward."""
    end, wrapped = add_ovf(place.address, place.size)
    limit = u64(1) << u64(domain.memory.ipa_bits)
    if not place.found or place.size == 0 or wrapped or place.address >= limit:
        return True
    end = min(end + PAGE - 1 & ~u64(PAGE - 1), limit)
    start, stop = gap(place.address & ~u64(PAGE - 1), end)
    while start < end:
        if not map_holes(domain, start, stop, Kind.DEVICE):
            return False
        start, stop = gap(stop, end)
    return True


@fn
def map_holes(domain: Ptr[Domain], start: u64, end: u64, kind: Kind) -> bool:
    """Map what is not mapped yet: devices share pages."""
    at = start
    while at < end:
        there = stage2_walk(addr_of(domain.memory), Gpa(at))
        size = min(there.size, end - at)
        if there.kind == Kind.NONE:
            if not stage2_map(addr_of(domain.memory), Gpa(at), Hpa(at), size, kind):
                return False
        at += size
    return True


@fn
def map_reserved(domain: Ptr[Domain], tree: Ptr[Fdt]) -> bool:
    """RAM that /reserved-memory sets aside for devices, which their drivers share with them."""
    walk = reserved_regions(tree)
    region = walk.step()
    while region.place.found:
        start, size = region.place.address, region.place.size
        end, wrapped = add_ovf(start, size)
        limit = u64(1) << u64(domain.memory.ipa_bits)
        whole = (start | size) & (PAGE - 1) == 0 and not wrapped and end <= limit
        if whole and size != 0 and touches_ram(start, end):
            if not map_holes(domain, start, end, Kind.SHARED):
                return False
        region = walk.step()
    return True
