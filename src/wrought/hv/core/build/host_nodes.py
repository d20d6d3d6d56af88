"""Nodes of the hardware domain's device tree that differ from the board's (bindings as in
`guest_tree`)."""

from __future__ import annotations

from wrought.hv.abi import layout as at
from wrought.hv.core.build.config import DomainConfig
from wrought.hv.core.build.guest_tree import ALL_CPUS, LEVEL_LOW, PPI, TreeFacts
from wrought.hv.core.build.host import touches_ram
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import trunc
from wrought.lang.core.scalars import Ptr, u32, u64
from wrought.rt.bytes import ABSENT
from wrought.rt.fdt import Fdt
from wrought.rt.fdt_address import reserved_regions
from wrought.rt.fdt_find import property_of
from wrought.rt.fdt_values import cell_count
from wrought.rt.fdt_write import FdtWriter


@struct
class HostTree:
    """The tree being written, and what goes into it."""

    w: Ptr[FdtWriter]
    tree: Ptr[Fdt]
    gic: u64
    console: u64
    config: Ptr[DomainConfig]
    facts: Ptr[TreeFacts]
    gic_phandle: u32
    interrupt_cells: u64
    """Of the interrupt controller: 3, or 4 with partitions of PPIs."""
    address_cells: u64
    """Of the root."""
    size_cells: u64
    has_chosen: bool
    has_reserved: bool
    """/reserved-memory was written."""


@fn
def write_number(w: Ptr[FdtWriter], value: u64, cells: u64) -> None:
    """A number in one or two cells."""
    if cells > 1:
        w.word(trunc(u32, value >> 32))
    w.word(trunc(u32, value))


@fn
def write_reg(host: Ptr[HostTree], address: u64, size: u64) -> None:
    """`reg` of a node below the root, with one entry."""
    host.w.header(b"reg", 4 * (host.address_cells + host.size_cells))
    write_number(host.w, address, host.address_cells)
    write_number(host.w, size, host.size_cells)


@fn
def write_ppi(host: Ptr[HostTree], intid: u32) -> None:
    """A private interrupt, active low as timers are."""
    host.w.word(PPI)
    host.w.word(intid - 16)
    host.w.word(ALL_CPUS | LEVEL_LOW)
    if host.interrupt_cells > 3:
        host.w.word(0)


@fn
def write_chosen_properties(w: Ptr[FdtWriter], config: Ptr[DomainConfig],
                            facts: Ptr[TreeFacts]) -> None:
    """Command line and ramdisk."""
    w.text(b"bootargs", config.bootargs)
    if facts.ramdisk_size != 0:
        w.double(b"linux,initrd-start", facts.ramdisk)
        w.double(b"linux,initrd-end", facts.ramdisk + facts.ramdisk_size)


@fn
def write_gic_properties(host: Ptr[HostTree], parent: u64) -> None:
    """`reg`: the distributor as the board has it, and the CPU interface (GICv2) or the
    redistributors (GICv3) as large as the domain's are."""
    address = cell_count(host.tree, parent, b"#address-cells", 2)
    size = cell_count(host.tree, parent, b"#size-cells", 1)
    entry = 4 * (address + size)
    value = property_of(host.tree, host.gic, b"reg").data
    if len(value) < 2 * entry or size == 0:
        return
    layout = host.facts.layout
    second = layout.gicr_size if layout.version == 3 else layout.gicc_size
    host.w.header(b"reg", 2 * entry)
    host.w.bytes(value[:4 * address])
    write_number(host.w, layout.gicd_size, size)
    host.w.bytes(value[entry:entry + 4 * address])
    write_number(host.w, second, size)


@fn
def write_timer_properties(host: Ptr[HostTree]) -> None:
    """The timer's interrupts as a vCPU has them."""
    host.w.cell(b"interrupt-parent", host.gic_phandle)
    host.w.header(b"interrupts", 12 * host.interrupt_cells)
    write_ppi(host, at.SECURE_TIMER_PPI)
    write_ppi(host, at.PHYSICAL_TIMER_PPI)
    write_ppi(host, at.VIRTUAL_TIMER_PPI)


@fn
def write_bank(host: Ptr[HostTree], start: u64, size: u64) -> None:
    """A memory node."""
    host.w.begin_at(b"memory", start)
    host.w.text(b"device_type", b"memory")
    write_reg(host, start, size)
    host.w.end()


@fn
def write_banks(host: Ptr[HostTree]) -> None:
    """The domain's RAM."""
    map = host.facts.map
    for i in range(map.count):
        write_bank(host, map.banks[i].start, map.banks[i].size)


@fn
def write_reserved(host: Ptr[HostTree]) -> None:
    """Memory for devices that /reserved-memory sets aside: what is RAM must be called so, for the
    kernel to use it as the node says."""
    walk = reserved_regions(host.tree)
    region = walk.step()
    while region.place.found:
        start, size = region.place.address, region.place.size
        if size != 0 and (start | size) & 0xFFF == 0 and touches_ram(start, start + size):
            write_bank(host, start, size)
        region = walk.step()


@fn
def write_hypervisor_node(host: Ptr[HostTree]) -> None:
    """Where Linux finds that it runs on Xen.  The clocks of the hypervisor's UART stand there, so
    that they are not switched off as unused (Linux, Documentation/devicetree/bindings/arm/xen)."""
    w = host.w
    layout = host.facts.layout
    w.begin(b"hypervisor")
    w.property(b"compatible", b"xen,xen-4.17\0xen,xen\0")
    write_reg(host, layout.grants, layout.grants_size)
    w.cell(b"interrupt-parent", host.gic_phandle)
    w.header(b"interrupts", 4 * host.interrupt_cells)
    write_ppi(host, at.EVENT_PPI)
    if host.console != ABSENT:
        clocks = property_of(host.tree, host.console, b"clocks")
        if clocks.found:
            w.property(b"clocks", clocks.data)
    w.end()
