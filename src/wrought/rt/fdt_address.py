"""Where a device is: `reg` translated through every bus's `ranges` up to the root (Devicetree
Specification 0.4, 2.3.6 and 2.3.8), and the memory that is reserved (3.5, 5.3)."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import add_ovf, addr_of, zeroed
from wrought.lang.core.scalars import Ptr, u64
from wrought.rt.bytes import ABSENT
from wrought.rt.fdt import Fdt
from wrought.rt.fdt_find import fdt_find, next_child, property_of
from wrought.rt.fdt_tree import Lineage, find_lineage, is_available
from wrought.rt.fdt_values import Range, cell_count, number, reg


@fn
def nowhere() -> Range:
    """What the functions here return where there is nothing."""
    return Range(address=0, size=0, found=False)


@fn
def through_ranges(tree: Ptr[Fdt], above: u64, bus: u64, place: Range) -> Range:
    """`place` in the addresses of `bus` as its parent `above` sees it.

    Not found where `bus` has no `ranges`, where none holds the whole place, or where addresses
    are wider than 64 bits.
    """
    ranges = property_of(tree, bus, b"ranges")
    if not ranges.found:
        return nowhere()
    if len(ranges.data) == 0:
        return place
    a = cell_count(tree, bus, b"#address-cells", 2)
    s = cell_count(tree, bus, b"#size-cells", 1)
    up = cell_count(tree, above, b"#address-cells", 2)
    if a < 1 or a > 2 or up < 1 or up > 2 or s < 1 or s > 2:
        return nowhere()
    row = a + up + s
    for i in range(len(ranges.data) // (4 * row)):
        start = number(ranges.data, i * row, a)
        length = number(ranges.data, i * row + a + up, s)
        offset = place.address - start
        if place.address >= start and offset < length and place.size <= length - offset:
            address, wrapped = add_ovf(number(ranges.data, i * row + a, up), offset)
            return Range(address=address, size=place.size, found=not wrapped)
    return nowhere()


@fn
def translate(tree: Ptr[Fdt], node: u64, i: u64) -> Range:
    """Entry `i` of the `reg` of `node` in the root's addresses, the CPU's own."""
    line = zeroed(Lineage)
    if not find_lineage(tree, node, addr_of(line)):
        return nowhere()
    return translate_in(tree, addr_of(line), i)


@fn
def translate_in(tree: Ptr[Fdt], line: Ptr[Lineage], i: u64) -> Range:
    """`translate` of the node at the end of `line`, for who walks the tree and knows it."""
    if line.depth < 2:
        return nowhere()
    level = line.depth - 2
    return upwards(tree, line, level, reg(tree, line.nodes[level], line.nodes[level + 1], i))


@fn
def upwards(tree: Ptr[Fdt], line: Ptr[Lineage], level: u64, place: Range) -> Range:
    """A place on the bus at that level of `line`, in the root's addresses."""
    at = level
    result = place
    while at > 0 and result.found:
        result = through_ranges(tree, line.nodes[at - 1], line.nodes[at], result)
        at -= 1
    _, wrapped = add_ovf(result.address, result.size)
    return nowhere() if wrapped else result


@fn
def memreserve(tree: Ptr[Fdt], i: u64) -> Range:
    """Entry `i` of the memory reservation block (5.3); not found behind the last."""
    block = tree.reservations
    if i >= len(block) // 16:
        return nowhere()
    place = Range(address=number(block, 4 * i, 2), size=number(block, 4 * i + 2, 2), found=True)
    return nowhere() if place.address == 0 and place.size == 0 else place


@struct
class Reserved:
    """A region of `/reserved-memory` (3.5)."""

    place: Range
    node: u64
    no_map: bool
    """The operating system must not even map it."""


@struct
class ReservedWalk:
    """A position among the children of `/reserved-memory`; begin with `reserved_regions`."""

    tree: Ptr[Fdt]
    parent: u64
    child: u64
    entry: u64
    """The next entry of the child's `reg`."""

    def step(self) -> Reserved:
        """The next region with a place of its own; `place.found` is False behind the last.

        Children with a `size` only are for the operating system to place, and are left out.
        """
        while self.child != ABSENT:
            place = reg(self.tree, self.parent, self.child, self.entry)
            self.entry += 1
            if place.found and is_available(self.tree, self.child):
                return Reserved(place=place, node=self.child,
                                no_map=property_of(self.tree, self.child, b"no-map").found)
            self.child = next_child(self.tree, self.parent, self.child)
            self.entry = 0
        return Reserved(place=nowhere(), node=ABSENT, no_map=False)


@fn
def reserved_regions(tree: Ptr[Fdt]) -> ReservedWalk:
    """The regions of `/reserved-memory`, if there is such a node."""
    parent = fdt_find(tree, b"/reserved-memory")
    child = next_child(tree, parent, ABSENT) if parent != ABSENT else u64(ABSENT)
    return ReservedWalk(tree=tree, parent=parent, child=child, entry=0)
