"""Whom a device interrupts: `interrupts`, `interrupts-extended`, `interrupt-parent` and
`interrupt-map` (Devicetree Specification 0.4, 2.4)."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, zeroed
from wrought.lang.core.scalars import Array, Ptr, Slice, u8, u32, u64
from wrought.rt.bytes import ABSENT
from wrought.rt.fdt import Fdt
from wrought.rt.fdt_find import property_of
from wrought.rt.fdt_tree import Lineage, cell, find_lineage, find_phandle
from wrought.rt.fdt_values import cell_count

MOST_CELLS = 4
"""Cells of the longest specifier that is read; a GIC's has 3, or 4 with a partition."""
MOST_MAPS = 8
"""Nexus nodes that an interrupt may pass: real trees have one or two, and a loop must end."""


@struct
class Interrupt:
    """An interrupt as its controller names it; `controller` is ABSENT where there is none."""

    controller: u64
    count: u64
    """Cells of the specifier."""
    cells: Array[u32, MOST_CELLS]


@fn
def no_interrupt() -> Interrupt:
    """What is returned where there is none."""
    return Interrupt(controller=ABSENT, count=0, cells=(0, 0, 0, 0))


@fn
def specifier(tree: Ptr[Fdt], controller: u64, value: Slice[u8], at: u64) -> Interrupt:
    """The specifier for `controller` that begins with cell `at` of `value`."""
    result = no_interrupt()
    if controller == ABSENT:
        return result
    count = cell_count(tree, controller, b"#interrupt-cells", 0)
    cells = len(value) // 4
    if count < 1 or count > MOST_CELLS or at > cells or count > cells - at:
        return result
    result.controller, result.count = controller, count
    for i in range(count):
        result.cells[i] = cell(value, at + i)
    return result


@fn
def interrupt_parent(tree: Ptr[Fdt], node: u64) -> u64:
    """The controller or nexus of `node`: of the nearest `interrupt-parent` upwards (2.4.1.1), or
    else the nearest ancestor that is a controller or nexus itself."""
    line = zeroed(Lineage)
    find_lineage(tree, node, addr_of(line))
    level = line.depth
    while level > 0:
        level -= 1
        at = line.nodes[level]
        if at != node and property_of(tree, at, b"#interrupt-cells").found:
            return at
        parent = property_of(tree, at, b"interrupt-parent")
        if parent.found:
            return find_phandle(tree, cell(parent.data, 0))
    return ABSENT


@fn
def extended(tree: Ptr[Fdt], value: Slice[u8], i: u64) -> Interrupt:
    """Entry `i` of an `interrupts-extended` (2.4.1.2)."""
    at: u64 = 0
    for skipped in range(i + 1):
        if at >= len(value) // 4:
            break
        found = specifier(tree, find_phandle(tree, cell(value, at)), value, at + 1)
        if found.controller == ABSENT or skipped == i:
            return found
        at += 1 + found.count
    return no_interrupt()


@fn
def direct(tree: Ptr[Fdt], node: u64, i: u64) -> Interrupt:
    """Interrupt `i` of `node` as its parent names it, which may be a nexus."""
    value = property_of(tree, node, b"interrupts-extended")
    if value.found:
        return extended(tree, value.data, i)
    value = property_of(tree, node, b"interrupts")
    if not value.found or i > 0xFFFF:
        return no_interrupt()
    parent = interrupt_parent(tree, node)
    if parent == ABSENT:
        return no_interrupt()
    count = cell_count(tree, parent, b"#interrupt-cells", 0)
    return specifier(tree, parent, value.data, i * count)


@fn
def row_matches(tree: Ptr[Fdt], nexus: u64, unit: Slice[u8], row: Slice[u8], wanted:
                Ptr[Interrupt]) -> bool:
    """Whether a row of an `interrupt-map` is for the unit address `unit` and that specifier."""
    mask = property_of(tree, nexus, b"interrupt-map-mask")
    units = len(row) // 4 - wanted.count
    for i in range(len(row) // 4):
        bits = cell(mask.data, i) if mask.found else u32(0xFFFF_FFFF)
        have = cell(unit, i) if i < units else wanted.cells[i - units]
        if (have ^ cell(row, i)) & bits != 0:
            return False
    return True


@fn
def through_map(tree: Ptr[Fdt], nexus: u64, unit: Slice[u8], wanted: Ptr[Interrupt]) -> Interrupt:
    """What the `interrupt-map` of `nexus` makes of an interrupt (2.4.3)."""
    rows = property_of(tree, nexus, b"interrupt-map").data
    units = cell_count(tree, nexus, b"#address-cells", 2)
    at: u64 = 0
    while at < len(rows) // 4:
        key = units + wanted.count
        left = len(rows) // 4 - at
        if units > MOST_CELLS or key >= left:
            break
        target = find_phandle(tree, cell(rows, at + key))
        if target == ABSENT:
            break
        skip = cell_count(tree, target, b"#address-cells", 0)
        if skip > MOST_CELLS:
            break
        found = specifier(tree, target, rows, at + key + 1 + skip)
        if found.controller == ABSENT:
            break
        if row_matches(tree, nexus, unit, rows[4 * at:4 * (at + key)], wanted):
            return found
        at += key + 1 + skip + found.count
    return no_interrupt()


@fn
def interrupt(tree: Ptr[Fdt], node: u64, i: u64) -> Interrupt:
    """Interrupt `i` of `node` as its controller names it, through every `interrupt-map` on the
    way; ABSENT as controller where there is none or the tree is wrong about it."""
    found = direct(tree, node, i)
    unit = property_of(tree, node, b"reg").data
    for _ in range(u64(MOST_MAPS)):
        if found.controller == ABSENT:
            return found
        if not property_of(tree, found.controller, b"interrupt-map").found:
            return found
        nexus = found.controller
        found = through_map(tree, nexus, unit, addr_of(found))
        unit = property_of(tree, nexus, b"reg").data
    return no_interrupt()
