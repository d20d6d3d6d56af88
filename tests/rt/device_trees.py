"""Device trees for tests: real boards from the kernel package, and a small one with every case."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fdt as reference

from wrought.errors import WroughtError
from wrought.hv.tool import packages
from wrought.hv.tool.apt import recipe_of
from wrought.rt.fdt import Check, Fdt, open_tree

OS_RELEASE = Path("/etc/os-release")


def real_trees(every: int = 1) -> list[Path]:
    """Every n-th device tree of the kernel package, where that is in the cache already: tests
    that are collected must not download."""
    try:
        fetched = packages.packages_root() / f"{recipe_of(OS_RELEASE).device_trees}.is"
        if not os.environ.get("WROUGHT_DEVICE_TREES") and not fetched.exists():
            return []
        return packages.device_trees()[::every]
    except (WroughtError, OSError):
        return []


def opened(blob: bytes) -> tuple[Any, Any]:
    """(tree, the buffer that it reads)."""
    tree, held = Fdt(), bytearray(blob)
    assert open_tree(tree, held) == Check.OK
    return tree, held


def walk_nodes(root: Any) -> Iterator[list[Any]]:
    """Every node of the reference with its ancestors, root first, in the blob's order."""
    def below(line: list[Any]) -> Iterator[list[Any]]:
        yield line
        for child in line[-1].nodes:
            yield from below([*line, child])
    return below([root])


def add(tree: Any, path: str, **properties: Any) -> None:
    """A node; `_` in names stands for '-' but in `device_type`, a leading `n_` for '#'."""
    above, _, name = path.rpartition("/")
    node = reference.Node(name)
    for key, value in properties.items():
        key = key if key == "device_type" else key.replace("_", "-")
        key = "#" + key[2:] if key.startswith("n-") else key
        if value is True:
            node.append(reference.Property(key))
        elif isinstance(value, str):
            node.append(reference.PropStrings(key, value))
        else:
            node.append(reference.PropWords(key, *value))
    tree.add_item(node, above or "/")


def build(soc_ranges: list[int], uart_reg: list[int]) -> bytes:
    """The small tree, with these two properties in it."""
    tree = reference.FDT()
    for name, cells in (("#address-cells", 2), ("#size-cells", 2), ("interrupt-parent", 1)):
        tree.root.append(reference.PropWords(name, cells))
    add(tree, "/memory@40000000", reg=[0, 0x4000_0000, 0, 0x1000_0000], device_type="memory")
    add(tree, "/gic", phandle=[1], n_interrupt_cells=[3], n_address_cells=[0])
    add(tree, "/soc", n_address_cells=[1], n_size_cells=[1], ranges=soc_ranges)
    add(tree, "/soc/uart@100", reg=uart_reg, interrupts=[0, 5, 4, 1, 6, 8],
        compatible="arm,pl011")
    add(tree, "/soc/pins", phandle=[2], n_interrupt_cells=[1])
    add(tree, "/soc/both@200", interrupts_extended=[1, 0, 7, 1, 2, 3, 1, 0, 8, 1])
    add(tree, "/soc/bus", n_address_cells=[1], n_size_cells=[1], ranges=True)
    add(tree, "/soc/bus/dev@4", reg=[0x1004, 4])
    add(tree, "/private", n_address_cells=[1], n_size_cells=[0])
    add(tree, "/private/dev@1", reg=[1])
    add(tree, "/off", status="disabled")
    add(tree, "/off/dev@1", status="okay")
    add(tree, "/pci", n_address_cells=[3], n_size_cells=[2], n_interrupt_cells=[1],
        interrupt_map_mask=[0xF800, 0, 0, 7], interrupt_map=[
            0x800, 0, 0, 1, 1, 0, 41, 4, 0x1000, 0, 0, 1, 1, 0, 42, 4])
    for slot in (0x800, 0x1000, 0x1800):
        add(tree, f"/pci/dev@{slot:x}", reg=[slot | 5, 0, 0, 0, 0], interrupts=[1])
    add(tree, "/reserved-memory", n_address_cells=[2], n_size_cells=[2], ranges=True)
    add(tree, "/reserved-memory/a", reg=[0, 0x4100_0000, 0, 0x1000], no_map=True)
    add(tree, "/reserved-memory/floating", size=[0, 0x1000])
    add(tree, "/reserved-memory/off", reg=[0, 0x4F00_0000, 0, 0x1000], status="disabled")
    add(tree, "/reserved-memory/b",
        reg=[0, 0x4200_0000, 0, 0x2000, 0, 0x4300_0000, 0, 0x3000])
    tree.add_item(reference.Node("chosen"))
    tree.get_node("/chosen").append(reference.PropStrings("stdout-path", "/soc/uart@100:115200"))
    return with_reservations(tree.to_dtb(version=17))


def with_reservations(blob: bytes) -> bytes:
    """Two entries in the memory reservation block, put behind the rest."""
    out = bytearray(blob)
    out += bytes(-len(out) % 8)
    at = len(out)
    for number in (0x4000_0000, 0x1_0000, 0x1_0000_0000, 0x2000, 0, 0):
        out += number.to_bytes(8, "big")
    out[16:20] = at.to_bytes(4, "big")
    out[4:8] = len(out).to_bytes(4, "big")
    return bytes(out)


def small_tree() -> bytes:
    """A tree with every case of ranges, interrupts and reservations."""
    return build([0, 0, 0x9000_0000, 0x1000_0000, 0x2000_0000, 1, 0x2000_0000, 0x1000],
                 [0x100, 0x80, 0x2000_0000, 0x10, 0x2000_0FF8, 0x10, 0x3000_0000, 0x10])
