"""Registers and interrupts of the board's devices, from its tree as people read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from wrought.hv.tool.devicetree import Node, Tree
from wrought.hv.tool.passthrough import bus_address
from wrought.hv.tool.quantities import Range

PAGE = 4096
SPI, PPI = 0, 1
"""First cell of a GIC's interrupt specifier (Linux bindings, arm,gic.yaml)."""
FIRST_SPI, FIRST_PPI = 32, 16


def registers(tree: Tree, path: str) -> list[Range]:
    """Where the CPU finds the registers of a device and those below it, in whole pages."""
    found: list[Range] = []
    top = tree.root.find(path)
    for below, node in (top.walk(path.rstrip("/")) if top else ()):
        parent = tree.root.find(below.rpartition("/")[0] or "/")
        assert parent is not None
        if below != path and "ranges" not in parent.props:
            # Numbers on a bus of its own, I2C for example: no addresses of the CPU's.
            continue
        for start, size in node.ranges(parent):
            if size:
                start = bus_address(tree, below, start)
                first = start & -PAGE
                found.append(Range(first, (start + size - first + PAGE - 1) & -PAGE))
        if node.text("device_type") == "pci":
            found += pci_windows(tree, below, node, parent)
    return found


def pci_windows(tree: Tree, path: str, node: Node, parent: Node) -> Iterator[Range]:
    """What a PCI host bridge lets through to its bus: rows of three cells for the bus's address,
    the address above, the size (IEEE 1275 PCI binding, 2.2.1.1)."""
    up, size, cells = parent.cell("#address-cells", 2), node.cell("#size-cells", 2), (
        node.cells("ranges"))
    step = 3 + up + size
    for at in range(0, len(cells) - step + 1, step):
        start = _number(cells[at + 3:at + 3 + up])
        yield Range(bus_address(tree, path, start), _number(cells[at + 3 + up:at + step]))


def _number(cells: list[int]) -> int:
    return int.from_bytes(b"".join(cell.to_bytes(4, "big") for cell in cells), "big")


def interrupts(tree: Tree, path: str) -> list[int]:
    """INTIDs at the GIC of a device and of what is below it."""
    top = tree.root.find(path)
    return [number for below, node in (top.walk(path.rstrip("/")) if top else ())
            for number in _own_interrupts(tree, below, node)]


def _own_interrupts(tree: Tree, path: str, node: Node) -> Iterator[int]:
    if node.props.get("interrupts-extended"):
        cells = node.cells("interrupts-extended")
        while cells:
            parent = by_handle(tree, cells[0])
            count = parent.cell("#interrupt-cells", 0) if parent else 0
            yield from _at_gic(parent, cells[1:1 + count])
            cells = cells[1 + count:]
        return
    parent = interrupt_parent(tree, path)
    cells = node.cells("interrupts")
    count = parent.cell("#interrupt-cells", 0) if parent else 0
    for at in range(0, len(cells) - count + 1, count or 1):
        yield from _at_gic(parent, cells[at:at + count])


def _at_gic(controller: Node | None, specifier: list[int]) -> Iterator[int]:
    """The INTID of a specifier, where the controller is a GIC."""
    if controller is None or len(specifier) < 3:
        return
    if any("gic" in name for name in controller.texts("compatible")):
        if specifier[0] == SPI:
            yield specifier[1] + FIRST_SPI
        elif specifier[0] == PPI:
            yield specifier[1] + FIRST_PPI


def interrupt_parent(tree: Tree, path: str) -> Node | None:
    """The controller that a node's `interrupts` are for (Devicetree Specification 0.4, 2.4.1)."""
    parts = path.strip("/").split("/")
    for depth in range(len(parts), -1, -1):
        node = tree.root.find("/".join(parts[:depth]))
        if node is not None and "interrupt-parent" in node.props:
            return by_handle(tree, node.cell("interrupt-parent", 0))
    return None


def by_handle(tree: Tree, handle: int) -> Node | None:
    """The node with that phandle."""
    for _, node in tree.root.walk():
        if node.cell("phandle", 0) == handle != 0:
            return node
    return None


def path_at(tree: Tree, place: Range) -> str | None:
    """The node whose first registers begin there."""
    for path, node in tree.root.walk():
        if "reg" in node.props and path != "/":
            parent = tree.root.find(path.rpartition("/")[0] or "/")
            pairs = node.ranges(parent) if parent else []
            if pairs and bus_address(tree, path, pairs[0][0]) == place.start:
                return path
    return None


class Streams(NamedTuple):
    """Streams `first` … of the SMMU whose registers begin at `smmu`."""

    smmu: int
    first: int
    size: int
    """How many."""


def smmus(tree: Tree) -> dict[int, int]:
    """Every SMMUv3: its phandle by the address of its registers."""
    found: dict[int, int] = {}
    for path, node in tree.root.walk():
        if "arm,smmu-v3" in node.texts("compatible") and node.text("status") in ("", "okay", "ok"):
            parent = tree.root.find(path.rpartition("/")[0] or "/")
            pairs = node.ranges(parent) if parent else []
            if pairs:
                found[bus_address(tree, path, pairs[0][0])] = node.cell("phandle", 0)
    return found


def streams(tree: Tree, node: Node) -> Iterator[Streams]:
    """The streams of a device, as far as SMMUv3 have them (Linux bindings, iommu.txt,
    pci-iommu.txt)."""
    units = {handle: base for base, handle in smmus(tree).items()}
    cells = node.cells("iommus")
    while cells:
        controller = by_handle(tree, cells[0])
        count = controller.cell("#iommu-cells", 1) if controller else 1
        if cells[0] in units and len(cells) > 1:
            yield Streams(units[cells[0]], cells[1], 1)
        cells = cells[1 + count:]
    rows = node.cells("iommu-map")
    for at in range(0, len(rows) - 3, 4):
        if rows[at + 1] in units:
            yield Streams(units[rows[at + 1]], rows[at + 2], rows[at + 3])
