"""Devices given to a domain: the fragment that Xen's docs/misc/arm/passthrough.txt describes.

Each device's node is copied below `/passthrough`, with `xen,path` (where it is on the board),
`xen,reg` (machine address, bytes, guest address) and, of trusted ones,
`xen,force-assign-without-iommu`.  The board's own node is marked `xen,passthrough`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from wrought.hv.tool.devicetree import Node, Tree, number64, strings, words
from wrought.hv.tool.schema import Device

GUEST_GIC_PHANDLE = 65000
"""GUEST_PHANDLE_GIC of Xen's public arch-arm.h."""
LEFT_OUT = ("iommus", "iommu-map", "msi-parent", "msi-map", "power-domains", "interconnects",
            "resets", "dmas", "dma-names", "interrupt-parent", "reg", "ranges", "phandle")
"""Properties that speak of parts of the board which the guest does not have, or are made anew."""
PAGE = 4096


class Wrong(ValueError):
    """A device cannot be given; the text says why and what would be possible."""


def claim(tree: Tree, device: Device) -> Node:
    """The board's node of a device, marked as given away.  Raises `Wrong`."""
    node = tree.root.find(device.path)
    if node is None or device.path == "/":
        paths = [path for path, _ in tree.root.walk()]
        near = difflib.get_close_matches(device.path, paths, 1, 0.6)
        raise Wrong(f'"{device.path}": the board has no such device'
                    + (f"; did you mean {near[0]}?" if near else ""))
    if "reg" not in node.props:
        raise Wrong(f'"{device.path}": this node has no registers (reg), it is no device')
    if not {"iommus", "iommu-map"} & node.props.keys() and not device.trusted:
        raise Wrong(f'"{device.path}": no IOMMU confines its DMA; if it makes none, or the '
                    "domain is trusted with all memory, write "
                    f'{{ path = "{device.path}", trusted = true }}')
    node.props["xen,passthrough"] = b""
    return node


def fragment(tree: Tree, devices: Sequence[Device]) -> Tree:
    """The partial device tree for a domain with these devices.  Raises `Wrong`."""
    root = Node("", {"#address-cells": words(2), "#size-cells": words(2)})
    bus = root.child("passthrough")
    bus.props = {"compatible": strings("simple-bus"), "ranges": b"", "#address-cells": words(2),
                 "#size-cells": words(2)}
    for device in devices:
        node = claim(tree, device)
        parent = tree.root.find(device.path.rpartition("/")[0] or "/")
        assert parent is not None
        copy = _copy(node, tree, parent, device)
        bus.children[copy.name] = copy
        for clock in _clocks(tree, node):
            bus.children.setdefault(clock.name, clock)
    return Tree(root)


def _copy(node: Node, tree: Tree, parent: Node, device: Device) -> Node:
    """A device as the domain sees it, at the machine's own addresses."""
    props = {name: value for name, value in node.props.items()
             if name not in LEFT_OUT and not name.startswith(("pinctrl-", "xen,", "assigned-"))}
    pieces = [(bus_address(tree, device.path, start), size) for start, size in node.ranges(parent)]
    props["reg"] = b"".join(number64(start, size) for start, size in pieces)
    if "interrupts" in props:
        props["interrupt-parent"] = words(GUEST_GIC_PHANDLE)
    props["xen,path"] = strings(device.path)
    pages = [(start // PAGE * PAGE, -(-(start + size) // PAGE) * PAGE) for start, size in pieces]
    props["xen,reg"] = b"".join(number64(start, end - start, start)
                                for start, end in dict.fromkeys(pages))
    if device.trusted:
        props["xen,force-assign-without-iommu"] = b""
    return Node(node.name, props, node.children)


def bus_address(tree: Tree, path: str, address: int) -> int:
    """A bus address as the CPU sees it, through `ranges` of the buses above (2.3.8)."""
    names = path.strip("/").split("/")[:-1]
    while names:
        bus = tree.root.find("/".join(names))
        above = tree.root.find("/".join(names[:-1]))
        assert bus is not None and above is not None
        for child, parent, size in _windows(bus, above):
            if child <= address < child + size:
                address += parent - child
                break
        names.pop()
    return address


def _windows(bus: Node, above: Node) -> Iterator[tuple[int, int, int]]:
    """`ranges` as (address on the bus, address above, bytes)."""
    child, parent = bus.cell("#address-cells", 2), above.cell("#address-cells", 2)
    size, cells = bus.cell("#size-cells", 1), bus.props.get("ranges", b"")
    step = 4 * (child + parent + size)
    for at in range(0, len(cells) - step + 1, step or 1):
        yield (int.from_bytes(cells[at:at + 4 * child], "big"),
               int.from_bytes(cells[at + 4 * child:at + 4 * (child + parent)], "big"),
               int.from_bytes(cells[at + 4 * (child + parent):at + step], "big"))


def _clocks(tree: Tree, node: Node) -> Iterator[Node]:
    """Fixed clocks that a device refers to; they need no hardware, so guests get them too."""
    handles = set(node.cells("clocks"))
    for _, other in tree.root.walk():
        if other.text("compatible") == "fixed-clock" and other.cell("phandle", 0) in handles:
            yield other
