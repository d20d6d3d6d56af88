"""Shared interrupts of the board's devices: routed to the hardware domain, all but those that are
the hypervisor's or set aside for other domains.

Interrupts that no node of ours names go to it, too: boards have controllers that stand in front
of the GIC and use its inputs one to one.
"""

from __future__ import annotations

from wrought.hv.core.build.host import line_held
from wrought.hv.core.build.host_walk import HostWalk, Role, begin_walk
from wrought.hv.core.domain import Domain
from wrought.hv.machine.devices import Trigger, give_interrupt, interrupt_lines
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, zeroed
from wrought.lang.core.scalars import Ptr, u32, u64
from wrought.rt.fdt import Fdt, Token
from wrought.rt.fdt_find import property_of
from wrought.rt.fdt_interrupt import Interrupt
from wrought.rt.fdt_tree import Lineage, cell, phandle_of
from wrought.rt.fdt_values import cell_count

SPI = 0
SPIS = 988
EDGES, LEVELS = 0b0011, 0b1100
"""Flags of a specifier (Linux binding arm,gic.yaml)."""


@fn
def spi_of(kind: u32, number: u32) -> u32:
    """The INTID of a specifier's first two cells; 0 for what is no SPI."""
    return number + 32 if kind == SPI and number < SPIS else u32(0)


@fn
def trigger_of(flags: u32) -> Trigger:
    """What a specifier's flags say."""
    if flags & EDGES != 0:
        return Trigger.EDGE
    return Trigger.LEVEL if flags & LEVELS != 0 else Trigger.UNKNOWN


@fn
def spi_at(found: Ptr[Interrupt], gic: u64) -> u32:
    """The INTID of an interrupt as `rt.fdt_interrupt` found it; 0 for other controllers'."""
    if found.controller != gic or found.count < 3:
        return 0
    return spi_of(found.cells[0], found.cells[1])


@fn
def leads_to(tree: Ptr[Fdt], line: Ptr[Lineage], gic: u64, phandle: u32) -> bool:
    """Whether `interrupts` of the node at the end of `line` are the GIC's (Devicetree
    Specification 0.4, 2.4.1.1)."""
    level = line.depth
    while level > 0:
        level -= 1
        at = line.nodes[level]
        if level != line.depth - 1 and property_of(tree, at, b"#interrupt-cells").found:
            return at == gic
        parent = property_of(tree, at, b"interrupt-parent").data
        if len(parent) == 4:
            return cell(parent, 0) == phandle
    return False


@fn
def route_all(domain: Ptr[Domain], tree: Ptr[Fdt], gic: u64) -> None:
    """Route them, each triggered as its node says."""
    phandle = phandle_of(tree, gic)
    cells = cell_count(tree, gic, b"#interrupt-cells", 3)
    walk = zeroed(HostWalk)
    begin_walk(addr_of(walk), tree, gic)
    token = walk.step()
    while token != Token.FINISH and token != Token.BAD:
        if token == Token.BEGIN and walk.role() == Role.KEEP and cells >= 3:
            value = property_of(tree, walk.node(), b"interrupts")
            if value.found and leads_to(tree, addr_of(walk.line), gic, phandle):
                for i in range(len(value.data) // (4 * cells)):
                    at = i * cells
                    route(domain, spi_of(cell(value.data, at), cell(value.data, at + 1)),
                          trigger_of(cell(value.data, at + 2)))
        token = walk.step()
    for intid in range(u32(32), interrupt_lines()):
        route(domain, intid, Trigger.UNKNOWN)


@fn
def route(domain: Ptr[Domain], intid: u32, trigger: Trigger) -> None:
    """One of them, unless it is set aside."""
    if intid != 0 and not line_held(intid):
        give_interrupt(domain, intid, trigger)
