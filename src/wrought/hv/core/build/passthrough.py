"""Devices that a domain is given: its partial device tree (`multiboot,device-tree`), as Xen's
docs/misc/arm/passthrough.txt describes it.

Below /passthrough, `xen,reg` says which registers are mapped where, `xen,path` which device of the
board it is, whose interrupts come with it.  Nothing is given that is RAM, the hypervisor's, or
another domain's, and no device that could reach all memory unless the fragment asks for that
(`xen,force-assign-without-iommu`).
"""

from __future__ import annotations

from wrought.hv.abi.address import PAGE, Gpa, Hpa
from wrought.hv.abi.layout import PL011_SIZE, PL011_SPI, GuestLayout
from wrought.hv.core.build.host import (
    add_span,
    given_to_other,
    host,
    is_ours,
    take_back,
    touches_ram,
)
from wrought.hv.core.build.host_interrupts import spi_at, trigger_of
from wrought.hv.core.build.result import Built
from wrought.hv.core.domain import Domain, domains
from wrought.hv.core.stage2 import stage2_map, stage2_walk
from wrought.hv.core.stage2_types import Kind
from wrought.hv.machine.devices import give_interrupt
from wrought.hv.machine.iommu import iommu_attach, iommu_protects
from wrought.hv.machine.memory import bytes_at
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import add_ovf, addr_of, zeroed
from wrought.lang.core.scalars import Ptr, Slice, u8, u64
from wrought.rt.bytes import ABSENT, equal
from wrought.rt.fdt import ROOT, Check, Fdt, Token, open_tree
from wrought.rt.fdt_find import fdt_find, node_name, property_of, walk_from
from wrought.rt.fdt_interrupt import interrupt
from wrought.rt.fdt_tree import DEEPEST, Lineage
from wrought.rt.fdt_values import cell_count, number, text


@fn
def open_fragment(domain: Ptr[Domain], into: Ptr[Fdt]) -> bool:
    """Read the domain's partial device tree; False where it is damaged."""
    module = domain.config.tree
    return open_tree(into, bytes_at(Hpa(module.start), module.size)) == Check.OK


@fn
def give_devices(domain: Ptr[Domain], layout: Ptr[GuestLayout], gic: u64) -> Built:
    """All devices of a domain's fragment; on failure the caller ends the domain."""
    take_back(domain.id)
    if domain.config.tree.size == 0:
        return Built.OK
    fragment = zeroed(Fdt)
    if not open_fragment(domain, addr_of(fragment)):
        return Built.BAD_FRAGMENT
    walk = walk_from(addr_of(fragment), ROOT)
    line = zeroed(Lineage)
    while True:
        match walk.step():
            case Token.BEGIN:
                if walk.depth > DEEPEST:
                    return Built.BAD_FRAGMENT
                line.nodes[walk.depth - 1] = walk.start
                line.depth = walk.depth
                result = give_node(domain, layout, addr_of(fragment), addr_of(line), gic)
                if result != Built.OK:
                    print(f"{domain.label()}: device {walk.name}")
                    return result
            case Token.FINISH:
                return Built.OK
            case Token.BAD:
                return Built.BAD_FRAGMENT
            case _:
                pass


@fn
def give_node(domain: Ptr[Domain], layout: Ptr[GuestLayout], fragment: Ptr[Fdt],
              line: Ptr[Lineage], gic: u64) -> Built:
    """What a node of the fragment asks for."""
    if line.depth < 3 or not equal(node_name(fragment, line.nodes[1]), b"passthrough"):
        return Built.OK
    node = line.nodes[line.depth - 1]
    registers = property_of(fragment, node, b"xen,reg")
    if registers.found:
        parent = line.nodes[line.depth - 2]
        result = give_registers(domain, layout, registers.data,
                                cell_count(fragment, parent, b"#address-cells", 2),
                                cell_count(fragment, parent, b"#size-cells", 1))
        if result != Built.OK:
            return result
    path = property_of(fragment, node, b"xen,path")
    if not path.found:
        return Built.OK
    trusted = property_of(fragment, node, b"xen,force-assign-without-iommu").found
    return give_path(domain, text(path.data), trusted, gic)


@fn
def give_registers(domain: Ptr[Domain], layout: Ptr[GuestLayout], rows: Slice[u8], address: u64,
                   size: u64) -> Built:
    """Map what `xen,reg` names: machine address, bytes, guest address."""
    step = 2 * address + size
    if address < 1 or address > 2 or size < 1 or size > 2 or len(rows) % (4 * step) != 0:
        return Built.BAD_FRAGMENT
    for i in range(len(rows) // (4 * step)):
        start = number(rows, i * step, address)
        bytes = number(rows, i * step + address, size)
        guest = number(rows, i * step + address + size, address)
        end, wrapped = add_ovf(start, bytes)
        guest_end, guest_wrapped = add_ovf(guest, bytes)
        if wrapped or guest_wrapped or (start | bytes | guest) & (PAGE - 1) != 0 or bytes == 0:
            return Built.BAD_FRAGMENT
        if is_ours(start, end) or touches_ram(start, end):
            return Built.DEVICE_FORBIDDEN
        if given_to_other(start, end, domain.id) or is_hardware_domains(start, end):
            return Built.DEVICE_TAKEN
        if is_emulated(layout, guest, guest_end):
            return Built.DEVICE_PLACE
        if not add_span(start, bytes, domain.id):
            return Built.TOO_MANY_DEVICES
        if not stage2_map(addr_of(domain.memory), Gpa(guest), Hpa(start), bytes, Kind.DEVICE):
            return Built.DEVICE_PLACE
    return Built.OK


@fn
def is_hardware_domains(start: u64, end: u64) -> bool:
    """Whether the hardware domain has a page of these registers mapped, which it has at their own
    addresses."""
    first = domains[0]
    if first is None or not first.hardware:
        return False
    at = start
    while at < end:
        there = stage2_walk(addr_of(first.memory), Gpa(at))
        if there.kind != Kind.NONE:
            return True
        at += there.size
    return False


@fn
def overlaps(start: u64, end: u64, other: u64, size: u64) -> bool:
    """Whether two ranges share a byte."""
    return start < other + size and other < end


@fn
def is_emulated(layout: Ptr[GuestLayout], start: u64, end: u64) -> bool:
    """Whether the domain has one of its emulated devices, or its grant table, there."""
    return (overlaps(start, end, layout.gicd, layout.gicd_size)
            or overlaps(start, end, layout.gicr, layout.gicr_size)
            or overlaps(start, end, layout.gicc, layout.gicc_size)
            or overlaps(start, end, layout.grants, layout.grants_size)
            or layout.uart != 0 and overlaps(start, end, layout.uart, PL011_SIZE))


@fn
def give_path(domain: Ptr[Domain], path: Slice[u8], trusted: bool, gic: u64) -> Built:
    """A device of the board: its DMA confined, its interrupts routed."""
    tree = host.tree
    if tree is None:
        return Built.DEVICE_UNKNOWN
    node = fdt_find(tree, path) if len(path) > 1 and path[0] == ord("/") else u64(ABSENT)
    if node == ABSENT:
        return Built.DEVICE_UNKNOWN
    if iommu_protects(tree, node):
        if not iommu_attach(domain, tree, node):
            return Built.DEVICE_TAKEN
    elif not trusted:
        return Built.DEVICE_UNPROTECTED
    i: u64 = 0
    found = interrupt(tree, node, i)
    while found.controller != ABSENT:
        intid = spi_at(addr_of(found), gic)
        if intid != 0:
            emulated = domain.config.uart and intid == PL011_SPI
            if emulated or not give_interrupt(domain, intid, trigger_of(found.cells[2])):
                return Built.DEVICE_TAKEN
        i += 1
        found = interrupt(tree, node, i)
    return Built.OK
