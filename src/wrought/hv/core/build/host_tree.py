"""The hardware domain's device tree: the board's, but for what the hypervisor keeps or stands in
for.

Nodes and properties are copied as they are, so that phandles stay.  Memory, CPUs, PSCI and the
hypervisor's node are written anew at the end of the root; the interrupt controller, the timer and
/chosen stay where they are with other contents (`host_nodes`).
"""

from __future__ import annotations

from wrought.hv.core.build.config import DomainConfig
from wrought.hv.core.build.guest_tree import TreeFacts, write_cpus, write_psci
from wrought.hv.core.build.host_nodes import (
    HostTree,
    write_banks,
    write_chosen_properties,
    write_gic_properties,
    write_hypervisor_node,
    write_reserved,
    write_timer_properties,
)
from wrought.hv.core.build.host_walk import HostWalk, Role, begin_walk
from wrought.hv.core.build.shared_memory import write_shared_memory, write_shares
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, unroll, zeroed
from wrought.lang.core.scalars import Ptr, Slice, u8, u64
from wrought.rt.bytes import equal, starts_with
from wrought.rt.fdt import HEADER, Fdt, Token
from wrought.rt.fdt_find import node_name, property_of
from wrought.rt.fdt_tree import phandle_of
from wrought.rt.fdt_values import cell_count
from wrought.rt.fdt_write import RESERVATIONS, STRINGS, FdtWriter, begin_like

DROPPED = (b"iommus", b"iommu-map", b"iommu-map-mask", b"msi-parent", b"msi-map",
           b"msi-map-mask", b"xen,passthrough")
"""Properties that lead to nodes which are not there."""
GIC_KEPT = (b"compatible", b"phandle", b"linux,phandle", b"#interrupt-cells", b"#address-cells",
            b"#size-cells", b"interrupt-controller", b"ranges", b"interrupt-parent")
TIMER_DROPPED = (b"interrupts", b"interrupts-extended", b"interrupt-names", b"interrupt-parent",
                 b"arm,cpu-registers-not-fw-configured")
CHOSEN_DROPPED = (b"bootargs", b"stdout-path", b"linux,stdout-path")
CHOSEN_FAMILIES = (b"xen,", b"wrought,", b"linux,initrd-", b"linux,uefi-")
ROOM = 16 << 10
"""Bytes for what is written anew."""
MOST = 2 << 20
"""A device tree may be no larger (Linux, Documentation/arch/arm64/booting.rst, section 2)."""


@fn
def host_tree_room(tree: Ptr[Fdt]) -> u64:
    """Bytes in which the hardware domain's tree can be written."""
    return (len(tree.structure) + len(tree.strings) + HEADER + RESERVATIONS + STRINGS + ROOM
            + 0xFFF & ~u64(0xFFF))


@fn
def is_dropped(role: Role, name: Slice[u8]) -> bool:
    """Whether a property is not copied."""
    match role:
        case Role.GIC:
            for each in unroll(GIC_KEPT):
                if equal(name, each):
                    return False
            return True
        case Role.TIMER:
            for each in unroll(TIMER_DROPPED):
                if equal(name, each):
                    return True
        case Role.CHOSEN:
            for each in unroll(CHOSEN_DROPPED):
                if equal(name, each):
                    return True
            for each in unroll(CHOSEN_FAMILIES):
                if starts_with(name, each):
                    return True
        case _:
            for each in unroll(DROPPED):
                if equal(name, each):
                    return True
    return False


@fn
def write_host_tree(w: Ptr[FdtWriter], blob: Slice[u8], tree: Ptr[Fdt], gic: u64, console: u64,
                    config: Ptr[DomainConfig], facts: Ptr[TreeFacts]) -> u64:
    """The whole tree into `blob`; its bytes, 0 where it does not fit or the board's is damaged.

    `gic` is the interrupt controller's node, `console` that of the hypervisor's UART or ABSENT.
    """
    begin_like(w, blob, tree.strings)
    host = HostTree(w, tree, gic, console, config, facts, phandle_of(tree, gic),
                    cell_count(tree, gic, b"#interrupt-cells", 3),
                    cell_count(tree, 0, b"#address-cells", 2),
                    cell_count(tree, 0, b"#size-cells", 1), False, False)
    walk = zeroed(HostWalk)
    begin_walk(addr_of(walk), tree, gic)
    while True:
        match walk.step():
            case Token.BEGIN:
                begin_node(addr_of(host), addr_of(walk))
            case Token.PROPERTY:
                if not is_dropped(walk.role(), walk.walk.name):
                    w.bytes(tree.structure[walk.walk.start:walk.walk.at])
            case Token.END:
                if walk.line.depth == 0:
                    write_rest(addr_of(host))
                elif walk.line.depth == 1 and equal(
                        node_name(tree, walk.line.nodes[1]), b"reserved-memory"):
                    add_shares(addr_of(host), walk.line.nodes[1])
                w.end()
            case Token.FINISH:
                return w.finish()
            case _:
                return 0


@fn
def add_shares(host: Ptr[HostTree], node: u64) -> None:
    """Static shared memory, at the end of the board's own /reserved-memory."""
    host.has_reserved = True
    write_shares(host.w, host.config.node, cell_count(host.tree, node, b"#address-cells", 2),
                 cell_count(host.tree, node, b"#size-cells", 1))


@fn
def begin_node(host: Ptr[HostTree], walk: Ptr[HostWalk]) -> None:
    """The head of a node, with the properties that are ours."""
    host.w.begin(walk.walk.name)
    match walk.role():
        case Role.CHOSEN:
            host.has_chosen = True
            write_chosen_properties(host.w, host.config, host.facts)
        case Role.GIC:
            write_gic_properties(host, walk.line.parent())
        case Role.TIMER:
            write_timer_properties(host)
        case _:
            pass


@fn
def write_rest(host: Ptr[HostTree]) -> None:
    """What the root has besides the board's nodes."""
    if not host.has_chosen:
        host.w.begin(b"chosen")
        write_chosen_properties(host.w, host.config, host.facts)
        host.w.end()
    write_banks(host)
    write_reserved(host)
    if not host.has_reserved:
        write_shared_memory(host.w, host.config.node, host.address_cells, host.size_cells)
    write_cpus(host.w, host.config.vcpus)
    write_psci(host.w)
    if property_of(host.tree, host.gic, b"interrupt-controller").found:
        write_hypervisor_node(host)
