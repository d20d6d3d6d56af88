"""What the board's device tree sets aside: devices marked for other domains, and IOMMUs."""

from __future__ import annotations

from wrought.hv.core.build.host import OURS, SET_ASIDE, add_span, hold_line, host
from wrought.hv.core.build.host_interrupts import spi_at
from wrought.hv.core.build.host_walk import find_gic, is_iommu
from wrought.hv.machine.guest import guest_layout
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, zeroed
from wrought.lang.core.scalars import Ptr, u16, u64
from wrought.rt.bytes import ABSENT
from wrought.rt.fdt import ROOT, Fdt, Token
from wrought.rt.fdt_address import translate_in
from wrought.rt.fdt_find import property_of, walk_from
from wrought.rt.fdt_interrupt import interrupt
from wrought.rt.fdt_tree import DEEPEST, Lineage
from wrought.rt.fdt_values import reg


@fn
def survey(tree: Ptr[Fdt]) -> None:
    """Find the interrupt controller; hold the registers and interrupts of what is set aside, below
    a bus that is marked too."""
    gic = find_gic(tree, guest_layout(True, False).gicd)
    host.gic = gic
    walk = walk_from(tree, ROOT)
    line = zeroed(Lineage)
    marked: u64 = 0
    token = walk.step()
    while token not in (Token.BAD, Token.FINISH):
        if token == Token.END and walk.depth < marked:
            marked = 0
        if token == Token.BEGIN and walk.depth <= DEEPEST:
            line.nodes[walk.depth - 1] = walk.start
            line.depth = walk.depth
            if marked == 0 and property_of(tree, walk.start, b"xen,passthrough").found:
                marked = walk.depth
            if marked != 0:
                hold_registers(tree, addr_of(line), SET_ASIDE)
                hold_lines(tree, walk.start, gic)
            elif is_iommu(tree, walk.start, property_of(tree, walk.start, b"compatible").data):
                hold_registers(tree, addr_of(line), OURS)
                hold_lines(tree, walk.start, gic)
        token = walk.step()


@fn
def hold_registers(tree: Ptr[Fdt], line: Ptr[Lineage], owner: u16) -> None:
    """All of a node's."""
    i: u64 = 0
    while line.depth > 1 and reg(tree, line.parent(), line.nodes[line.depth - 1], i).found:
        place = translate_in(tree, line, i)
        if place.found:
            add_span(place.address, place.size, owner)
        i += 1


@fn
def hold_lines(tree: Ptr[Fdt], node: u64, gic: u64) -> None:
    """All of a node's SPIs."""
    i: u64 = 0
    found = interrupt(tree, node, i)
    while found.controller != ABSENT:
        intid = spi_at(addr_of(found), gic)
        if intid != 0:
            hold_line(intid)
        i += 1
        found = interrupt(tree, node, i)
