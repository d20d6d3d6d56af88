"""The hardware domain's device tree and address space, from QEMU's and real boards' trees."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import fdt as reference
import pytest

from hv.core.host_world import HostWorld, nodes, overlaps
from hv.core.machine import PAGE
from rt.device_trees import real_trees
from wrought.hv.core.stage2_types import Kind
from wrought.hv.tool.devicetree import Node, Tree, parse, words
from wrought.hv.tool.qemu import PROGRAM, board_tree, machine_arguments
from wrought.hv.tool.schema import Machine

DROPPED = {"iommus", "iommu-map", "iommu-map-mask", "msi-parent", "msi-map", "msi-map-mask",
           "xen,passthrough"}
OWN = ("/memory@", "/cpus", "/psci", "/hypervisor", "/chosen")
"""Nodes of the made tree that are written anew."""
needs_qemu = pytest.mark.skipif(not shutil.which(PROGRAM), reason=f"needs {PROGRAM}")


def qemu_tree(folder: Path, gic: Literal[2, 3] = 3, iommu: bool = False) -> Tree:
    """The tree of QEMU's `virt`."""
    machine = Machine(gic=gic, memory=1 << 30, iommu="smmuv3" if iommu else None)
    return board_tree(machine, machine_arguments(machine), folder)


def hidden(path: str, node: Node, gic: str, world: HostWorld) -> bool:
    """Whether the hardware domain has no such node, judged anew."""
    names = node.texts("compatible")
    parent = world.host.root.find(path.rpartition("/")[0] or "/")
    assert parent is not None
    if path == "/cpus" or node.text("device_type") == "memory" or "xen,passthrough" in node.props:
        return True
    if path.rpartition("/")[0] == gic:
        return True
    if any(name.startswith(("arm,psci", "arm,smmu", "arm,mmu-", "xen,", "multiboot,"))
           for name in names) or "#iommu-cells" in node.props:
        return True
    if names and "-pmu" in names[0] and "reg" not in node.props:
        return True
    own = registers_of_itself(world.host, path)
    return not node.children and any(overlaps(*place, world.held()) for place in own)


def registers_of_itself(tree: Tree, path: str) -> list[tuple[int, int]]:
    """Registers of a node, as the CPU addresses them; none where a bus above lets them not
    through (Devicetree Specification 0.4, 2.3.8)."""
    names = path.strip("/").split("/")
    line = [tree.root]
    for name in names:
        line.append(line[-1].children[name])
    found: list[tuple[int, int]] = []
    for start, size in line[-1].ranges(line[-2]):
        at: int | None = start
        for above, bus in reversed(list(zip(line[:-2], line[1:-1], strict=True))):
            at = None if at is None else through(above, bus, at, size)
        if at is not None:
            found.append((at, size))
    return found


def through(above: Node, bus: Node, at: int, size: int) -> int | None:
    """An address on a bus as it is above."""
    if not bus.props.get("ranges"):
        return at if "ranges" in bus.props else None
    child, parent, length = (bus.cell("#address-cells", 2), above.cell("#address-cells", 2),
                             bus.cell("#size-cells", 1))
    row = 4 * (child + parent + length)
    for i in range(0, len(bus.props["ranges"]), row):
        cells = bus.props["ranges"][i:i + row]
        first = int.from_bytes(cells[:4 * child], "big")
        if first <= at and at + size <= first + int.from_bytes(cells[-4 * length:], "big"):
            return at - first + int.from_bytes(cells[4 * child:4 * (child + parent)], "big")
    return None


def gic_path(world: HostWorld) -> str:
    """Where the controller is that the hypervisor drives."""
    for path, node in world.host.root.walk():
        if "interrupt-controller" in node.props:
            own = registers_of_itself(world.host, path)
            if own and own[0][0] == world.layout().gicd:
                return path
    raise AssertionError("no interrupt controller")


def visible(world: HostWorld) -> Iterator[tuple[str, Node]]:
    """Nodes of the board that are to be in the made tree as they are."""
    gone: list[str] = []
    gic = gic_path(world)
    for path, node in world.host.root.walk():
        if path in ("", "/"):
            continue
        if any(path.startswith(above + "/") for above in gone):
            continue
        if hidden(path, node, gic, world):
            gone.append(path)
        elif (path not in ("/chosen", gic)
              and not {"arm,armv8-timer", "arm,armv7-timer"} & set(node.texts("compatible"))):
            yield path, node


def check(world: HostWorld) -> None:
    """Everything that holds for any board."""
    made = nodes(world.write())
    expected = dict(visible(world))
    for path, node in expected.items():
        assert path in made, f"{path} is missing"
        kept = {name: value for name, value in node.props.items() if name not in DROPPED}
        assert made[path].props == kept, path
    replaced = {path for path in made if path.startswith(OWN) or path in ("", "/")}
    extra = set(made) - set(expected) - replaced
    for path in extra:
        node = made[path]
        assert path == gic_path(world) or "timer" in node.text("compatible"), path
    check_own(world, made)
    check_map(world, set(expected))


def check_own(world: HostWorld, made: dict[str, Node]) -> None:
    """What the hypervisor stands in for."""
    layout = world.layout()
    assert made["/hypervisor"].texts("compatible") == ["xen,xen-4.17", "xen,xen"]
    assert made["/psci"].text("method") == "hvc"
    assert sorted(made["/cpus"].children) == ["cpu@0", "cpu@1"]
    assert made["/chosen"].text("bootargs") == "console=hvc0"
    assert not [name for name in made["/chosen"].props
                if name.startswith(("xen,", "wrought,")) or name == "stdout-path"]
    bank = made["/memory@50000000"]
    assert bank.ranges(world_root(made)) == [(0x5000_0000, 0x1000_0000)]
    gic, before = made[gic_path(world)], world.host.root.find(gic_path(world))
    assert before is not None
    assert gic.props["phandle"] == before.props["phandle"] and not gic.children
    assert "interrupts" not in gic.props
    assert made["/hypervisor"].cell("interrupt-parent", 0) == gic.cell("phandle", 0)
    assert made["/hypervisor"].ranges(world_root(made)) == [(layout.grants, layout.grants_size)]
    timers = [node for node in made.values() if node.text("compatible") == "arm,armv8-timer"]
    for timer in timers:
        assert timer.cells("interrupts")[1::gic.cell("#interrupt-cells", 3)] == [13, 14, 11]


def world_root(made: dict[str, Node]) -> Node:
    """The root of a tree."""
    return made.get("", made.get("/"))  # type: ignore[return-value]


def check_map(world: HostWorld, paths: set[str]) -> None:
    """The address space: one to one, nothing that is held, no RAM, every kept device there."""
    blocks = world.tables().blocks
    banks = [(world.board.banks[i].start, world.board.banks[i].end)
             for i in range(world.board.bank_count)]
    held = world.held()
    for block in blocks.values():
        assert block.ipa == block.hpa
        if block.kind == Kind.DEVICE:
            assert not overlaps(block.hpa, block.size, held), f"{block.hpa:#x} is held"
            assert not overlaps(block.hpa, block.size, banks), f"{block.hpa:#x} is RAM"
        else:
            assert block.kind == Kind.SHARED and overlaps(block.hpa, block.size, banks)
    for path in paths:
        if path.startswith("/reserved-memory"):
            continue
        for start, size in registers_of_itself(world.host, path):
            if size and start + size < 1 << 44:
                for at in (start & -PAGE, (start + size - 1) & -PAGE):
                    there = (overlaps(at, 1, held) or overlaps(at, 1, banks)
                             or mapped(blocks, at))
                    # Without the blocks, which are many, in the message.
                    assert there, f"{path}: {at:#x} is not mapped"


def mapped(blocks: dict[int, Any], at: int) -> bool:
    """Whether a page or block covers an address."""
    return any(at & -size in blocks and blocks[at & -size].size >= size
               for size in (PAGE, 2 << 20, 1 << 30))


@needs_qemu
@pytest.mark.parametrize(("gic", "iommu"), [(2, False), (3, False), (3, True)])
def test_qemu(gic: Literal[2, 3], iommu: bool, tmp_path: Path):
    world = HostWorld(qemu_tree(tmp_path, gic, iommu).to_bytes())
    assert world.usable and world.built == 0
    check(world)
    made = reference.parse_dtb(world.made)
    assert made.get_node("/pcie@10000000").get_property("reg") is not None
    assert not made.exist_node("/pl011@9000000"), "the hypervisor's UART"
    assert made.exist_node("/pl031@9010000")
    assert nodes(parse(world.made, "it"))["/chosen"].cells("linux,initrd-end") == [0, 0x5800_1234]
    # The PCI bridge's windows and configuration space.
    blocks = world.tables().blocks
    for at in (0x1000_0000, 0x3EFF_0000, 0x3EFE_F000, 0x40_1000_0000, 0x80_0000_0000):
        assert mapped(blocks, at), hex(at)
    assert 33 not in world.routed(), "the UART's interrupt"
    assert {34, 35, 36, 48, 79} <= world.routed()


@needs_qemu
def test_set_aside(tmp_path: Path):
    tree = qemu_tree(tmp_path)
    node = tree.root.find("/pl031@9010000")
    assert node is not None
    node.props["xen,passthrough"] = b""
    world = HostWorld(tree.to_bytes())
    check(world)
    assert "/pl031@9010000" not in nodes(world.write())
    assert not mapped(world.tables().blocks, 0x901_0000)
    assert 34 not in world.routed() and 39 in world.routed()


@needs_qemu
def test_neighbours_in_a_page_that_is_set_aside(tmp_path: Path):
    """Eight virtio devices share a page: with one of them the page is gone, and so are they."""
    tree = qemu_tree(tmp_path)
    marked = "/virtio_mmio@a000000"
    node = tree.root.find(marked)
    assert node is not None
    node.props["xen,passthrough"] = b""
    world = HostWorld(tree.to_bytes())
    check(world)
    left = [path for path in nodes(world.write()) if path.startswith("/virtio_mmio@")]
    assert len(left) == 24 and "/virtio_mmio@a000e00" not in left
    assert not mapped(world.tables().blocks, 0xA00_0000)


@needs_qemu
def test_clocks_of_the_console_stay_in_use(tmp_path: Path):
    tree = qemu_tree(tmp_path)
    uart = tree.root.find("/pl011@9000000")
    assert uart is not None
    made = nodes(HostWorld(tree.to_bytes()).write())
    assert made["/hypervisor"].props["clocks"] == uart.props["clocks"] != words()


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem)
                                  for path in real_trees(every=14)])
def test_real_board(path: Path):
    world = HostWorld(path.read_bytes())
    if not world.usable:
        return
    assert world.built == 0
    check(world)
    # Real boards set nothing aside; only the console's and IOMMUs' interrupts are not routed.
    iommus = [node for node in nodes(world.host).values() if "#iommu-cells" in node.props
              or node.text("compatible").startswith(("arm,smmu", "arm,mmu-"))]
    most = 1 + sum(len(node.props.get("interrupts", b"")) // 12 for node in iommus)
    assert len(set(range(32, 1020)) - world.routed()) <= most
