"""Devices by a partial device tree: what is mapped and routed, and all that is refused."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hv.core.host_world import BITS, HostWorld, nodes
from hv.core.stage2_model import Tables
from hv.core.test_host_tree import qemu_tree
from wrought.hv.core import domain as core_domain
from wrought.hv.core.build import host, load_tree, options
from wrought.hv.core.build.guest_tree import GIC_PHANDLE, TreeFacts
from wrought.hv.core.build.memory_map import MemoryMap
from wrought.hv.core.build.passthrough import give_devices
from wrought.hv.core.build.result import Built, explain
from wrought.hv.core.frames import alloc_frames
from wrought.hv.core.stage2 import stage2_map, stage2_new
from wrought.hv.core.stage2_types import Kind
from wrought.hv.fake import devices, guest, iommu
from wrought.hv.tool.devicetree import Node, Tree, number64, parse, strings
from wrought.hv.tool.passthrough import fragment
from wrought.hv.tool.qemu import PROGRAM
from wrought.hv.tool.schema import Device

RTC, GPIO = "/pl031@9010000", "/pl061@9030000"
RTC_PAGE, RTC_LINE = 0x901_0000, 34

pytestmark = pytest.mark.skipif(not shutil.which(PROGRAM), reason=f"needs {PROGRAM}")


class Lodgers(HostWorld):
    """The hardware domain, and guests that ask for devices."""

    def __init__(self, tree: Tree) -> None:
        super().__init__(tree.to_bytes())
        self.list: Any = core_domain.domains.get()
        self.list[0] = self.domain

    def ask(self, number: int, wanted: Tree | bytes) -> tuple[Built, Any]:
        """A guest with that fragment: how it ends, and the guest."""
        data = wanted if isinstance(wanted, bytes) else wanted.to_bytes()
        at = alloc_frames(2, 1)
        self.ram.write(at, data)
        made = guest.new_domain()
        d = made.value
        d.id, d.config.uart = number, True
        d.config.tree.start, d.config.tree.size = at, len(data)
        assert stage2_new(d.memory, number + 1, BITS)
        layout = guest.guest_layout(False, True)
        return Built(give_devices(made, layout, host.host.get().gic)), made

    def wants(self, path: str, trusted: bool = True,
              change: Callable[[Node], None] = lambda node: None) -> Tree:
        """The fragment for one device as the tool makes it, changed."""
        made = fragment(parse(bytes(self.blob), "a copy"), [Device(path=path, trusted=True)])
        node = made.root.children["passthrough"].children[path[1:]]
        if not trusted:
            del node.props["xen,force-assign-without-iommu"]
        change(node)
        return made


def board(folder: Path, **properties: bytes) -> Tree:
    """QEMU's tree with the clock set aside, and properties of that."""
    tree = qemu_tree(folder)
    clock = tree.root.find(RTC)
    assert clock is not None
    clock.props |= {"xen,passthrough": b"", **properties}
    return tree


@pytest.fixture
def world(tmp_path: Path) -> Any:
    """With the clock set aside."""
    made = Lodgers(board(tmp_path))
    yield made
    made.list[0] = None


def test_given(world: Lodgers):
    result, made = world.ask(1, world.wants(RTC))
    assert result == Built.OK
    blocks = Tables(world.ram, made.value.memory.root, BITS).blocks
    [block] = blocks.values()
    assert (block.ipa, block.hpa, block.size, block.kind) == (RTC_PAGE, RTC_PAGE, 4096,
                                                              Kind.DEVICE)
    route = devices.routes.get()[RTC_LINE]
    assert route.given and route.domain == 1 and route.trigger == 2


def test_tree_of_the_guest(world: Lodgers):
    _, made = world.ask(1, world.wants(RTC))
    made.value.config.vcpus, made.value.config.bootargs = 1, b""
    banks = MemoryMap(count=1)
    banks.banks[0].start, banks.banks[0].size = 0x4000_0000, 64 << 20
    facts = TreeFacts(banks, guest.guest_layout(False, True), 0, 0, 0, GIC_PHANDLE)
    room = bytearray(load_tree.tree_room(made))
    size = load_tree.write_tree(made, room, facts)
    seen = nodes(parse(bytes(room[:size]), "the guest's"))
    own = world.host.root.find(RTC)
    node = seen[f"/passthrough{RTC}"]
    assert own is not None
    for name in ("compatible", "interrupts", "clock-names"):
        assert node.props[name] == own.props[name]
    assert node.ranges(seen["/passthrough"]) == [(RTC_PAGE, 4096)]
    assert not [name for name in node.props if name.startswith("xen,")]


def test_restarted_gets_it_again(world: Lodgers):
    assert world.ask(1, world.wants(RTC))[0] == Built.OK
    assert world.ask(1, world.wants(RTC))[0] == Built.OK
    assert world.ask(2, world.wants(RTC))[0] == Built.DEVICE_TAKEN


def test_of_the_hardware_domain(world: Lodgers):
    assert world.ask(1, world.wants(GPIO))[0] == Built.DEVICE_TAKEN


def test_interrupt_of_the_hardware_domain(world: Lodgers):
    """The registers are free, but xen,path names another device."""
    def change(node: Node) -> None:
        node.props["xen,path"] = strings(GPIO)
    assert world.ask(1, world.wants(RTC, change=change))[0] == Built.DEVICE_TAKEN


def test_unprotected(world: Lodgers):
    assert world.ask(1, world.wants(RTC, trusted=False))[0] == Built.DEVICE_UNPROTECTED


def test_protected_by_an_iommu(tmp_path: Path):
    made = Lodgers(board(tmp_path, iommus=number64(1)))
    iommu.present.set(True)
    result, domain = made.ask(1, made.wants(RTC, trusted=False))
    assert result == Built.OK
    assert [each.domain for each in iommu.attached.get() if each.used] == [1]
    assert made.ask(2, made.wants(RTC, trusted=False))[0] == Built.DEVICE_TAKEN
    iommu.iommu_detach(domain)
    assert not [each for each in iommu.attached.get() if each.used]
    made.list[0] = None


@pytest.mark.parametrize(("registers", "expected"), [
    ((0x4800_0000, 0x1000, 0x1000_0000), Built.DEVICE_FORBIDDEN),
    ((0, 1 << 40, 0x10_0000_0000), Built.DEVICE_FORBIDDEN),
    ((0x900_0000, 0x1000, 0x900_0000), Built.DEVICE_FORBIDDEN),
    ((0x800_0000, 0x1000, 0x900_0000), Built.DEVICE_FORBIDDEN),
    ((RTC_PAGE, 0x1000, 0x2200_0000), Built.DEVICE_PLACE),
    ((RTC_PAGE, 0x1000, 0x300_1000), Built.DEVICE_PLACE),
    ((RTC_PAGE, 0x1000, 1 << 44), Built.DEVICE_PLACE),
    ((RTC_PAGE, 0x1000, RTC_PAGE + 1), Built.BAD_FRAGMENT),
    ((RTC_PAGE, 0x800, RTC_PAGE), Built.BAD_FRAGMENT),
    ((RTC_PAGE, 0, RTC_PAGE), Built.BAD_FRAGMENT),
    ((2**64 - 0x1000, 0x2000, 0), Built.BAD_FRAGMENT),
    ((RTC_PAGE, 0x1000), Built.BAD_FRAGMENT),
])
def test_registers(world: Lodgers, registers: tuple[int, ...], expected: Built):
    def change(node: Node) -> None:
        node.props["xen,reg"] = number64(*registers)
    assert world.ask(1, world.wants(RTC, change=change))[0] == expected
    assert not devices.routes.get()[RTC_LINE].given


def test_place_of_memory(world: Lodgers):
    """A domain's RAM is there before its devices."""
    at = alloc_frames(1, 1)
    wanted = world.wants(RTC)
    made = guest.new_domain()
    data = wanted.to_bytes()
    there = alloc_frames(2, 1)
    world.ram.write(there, data)
    made.value.id, made.value.config.tree.start = 3, there
    made.value.config.tree.size = len(data)
    assert stage2_new(made.value.memory, 4, BITS)
    assert stage2_map(made.value.memory, RTC_PAGE, at, 4096, Kind.RAM)
    result = give_devices(made, guest.guest_layout(False, True), host.host.get().gic)
    assert result == Built.DEVICE_PLACE


@pytest.mark.parametrize("path", ["/nothing@1", "", "/", "pl031"])
def test_unknown(world: Lodgers, path: str):
    def change(node: Node) -> None:
        node.props["xen,path"] = strings(path)
        del node.props["xen,reg"]
    assert world.ask(1, world.wants(RTC, change=change))[0] == Built.DEVICE_UNKNOWN


def test_damaged(world: Lodgers):
    data = world.wants(RTC).to_bytes()
    for cut in (30, 60, len(data) - 100):
        assert world.ask(1, data[:cut])[0] == Built.BAD_FRAGMENT
    # The token that ends the tree.
    assert world.ask(1, data.replace(b"\x00\x00\x00\x09", b"\x00\x00\x00\x07"))[0] == (
        Built.BAD_FRAGMENT)


def test_every_end_is_explained():
    texts = [bytes(explain(each)) for each in Built]
    assert len(set(texts)) == len(texts) and all(texts)


@pytest.mark.parametrize(("line", "size"), [
    (b"console=dtuart dom0_mem=512M sched=null", 512 << 20), (b"dom0_mem=1G", 1 << 30),
    (b"dom0_mem=512M,max:1G", 512 << 20), (b"dom0_mem=max:1G,384M", 384 << 20),
    (b"dom0_mem=65536", 64 << 20), (b"dom0_mem=4096B", 4096), (b"dom0_mem=1g dom0_mem=2g", 2 << 30),
    (b"xdom0_mem=1G", 0), (b"dom0_mem=", 0), (b"dom0_mem=max:1G", 0), (b"", 0),
    (b"dom0_mem=,,5M", 5 << 20)])
def test_memory_option(line: bytes, size: int):
    assert options.size_option(line, b"dom0_mem=") == size
