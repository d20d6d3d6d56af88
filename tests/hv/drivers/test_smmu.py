"""The SMMUv3 driver on the host, against a model of the unit that reads tables by the manual."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

import pytest

from hv.core.machine import PAGE
from wrought.hv.core import domain as domain_module
from wrought.hv.core import frames, stage2
from wrought.hv.core.stage2_types import Kind
from wrought.hv.drivers.smmu import events, host, units
from wrought.hv.drivers.smmu.registers import REGISTERS
from wrought.hv.fake import guest
from wrought.hv.fake import iommu as fake_iommu
from wrought.hv.fake import memory as fake_memory
from wrought.hv.machine.memory import bytes_at
from wrought.hv.tool.devicetree import Node, Tree, number64, strings, words
from wrought.hv.tool.isolation.memory import Window
from wrought.hv.tool.isolation.smmu_model import Regime, SmmuModel
from wrought.hv.tool.isolation.tables import walk
from wrought.hv.tool.quantities import Range
from wrought.lang.build.call import mmio_window
from wrought.rt.fdt import Fdt, open_tree
from wrought.rt.fdt_find import fdt_find

BASE, SMMU = 0x4000_0000, 0x0905_0000
RAM = 0x8000_0000
BLOCK = 2 << 20
NIC, DISK, OTHER, BRIDGE, FREE, FOREIGN = (
    b"/nic", b"/disk", b"/other", b"/pcie", b"/free", b"/foreign")


def board() -> bytes:
    """Devices of one stream, of two, behind a bridge, behind nothing, behind another's IOMMU."""
    root = Node("", {"#address-cells": words(2), "#size-cells": words(2),
                     "interrupt-parent": words(1)})
    root.child("gic").props = {"phandle": words(1), "#interrupt-cells": words(3),
                               "interrupt-controller": b"", "compatible": strings("arm,gic-v3")}
    root.child("smmu@9050000").props = {
        "compatible": strings("arm,smmu-v3"), "reg": number64(SMMU, REGISTERS),
        "phandle": words(9), "#iommu-cells": words(1),
        "interrupts": words(0, 74, 1, 0, 75, 1, 0, 76, 1, 0, 77, 1),
        "interrupt-names": strings("eventq", "priq", "cmdq-sync", "gerror")}
    root.child("apple").props = {"phandle": words(8), "#iommu-cells": words(2)}
    root.child("nic").props = {"iommus": words(9, 0x21)}
    root.child("disk").props = {"iommus": words(9, 0x21, 9, 0x340)}
    root.child("other").props = {"iommus": words(9, 0x22)}
    root.child("pcie").props = {"iommu-map": words(0, 9, 0x400, 0x300)}
    root.child("free").props = {}
    root.child("foreign").props = {"iommus": words(8, 1, 2, 9, 0x50)}
    return Tree(root).to_bytes()


class World:
    """Two domains of 4 MB, a tree, and one SMMU."""

    def __init__(self, **options: Any) -> None:
        self.window = Window([Range(BASE, 64 << 20)])
        fake_memory.set_window(BASE, 64 << 20, self.window.address)
        fake_memory.start_level.set(4)
        frames.forget_memory()
        guest.forget_all()
        fake_iommu.forget_devices()
        assert frames.add_memory(BASE, 63 << 20)
        self.model = SmmuModel(self.window, **options)
        blob, self.tree = board(), Fdt()
        self.window.write(BASE + (63 << 20), blob)
        assert int(open_tree(self.tree, bytes_at(BASE + (63 << 20), len(blob)))) == 0
        host.smmu_reset()
        self.domains = [self.domain(i) for i in (1, 2)]
        self.before = frames.free_count()

    def domain(self, number: int) -> Any:
        pointer = guest.new_domain()
        d = pointer.value
        d.id = number
        d.set_name(f"d{number}".encode())
        domain_module.domains.get()[number] = pointer
        assert stage2.stage2_new(d.memory, number + 1, 40)
        at = frames.alloc_frames(1024, 512)
        assert stage2.stage2_map(d.memory, RAM, at, 2 * BLOCK, Kind.RAM)
        return d

    def node(self, path: bytes) -> int:
        return fdt_find(self.tree, path)

    def start(self) -> bool:
        assert host.smmu_probe(self.tree) == 1
        fake_iommu.driven.set(True)
        return host.smmu_start_all()

    def attach(self, number: int, path: bytes) -> bool:
        return host.smmu_attach(self.domains[number - 1], self.tree, self.node(path))

    def protects(self, path: bytes) -> bool:
        return host.smmu_protects(self.tree, self.node(path))

    def reach(self, stream: int) -> dict[int, int]:
        """Pages of 4 KB that a stream reaches, to machine pages, by the manual."""
        regime = self.model.regime(stream)
        if regime.kind == "stage 1":
            return stage1_pages(self.window, regime)
        assert regime.kind == "stage 2"
        assert regime.start_level == (1 if regime.bits <= 43 else 0)
        return {one.gpa + at: one.hpa + at
                for one in walk(self.window, regime.root, regime.bits).mappings
                for at in range(0, one.size, PAGE)}

    def truth(self, number: int) -> dict[int, int]:
        """The same of a domain's own tables."""
        d = self.domains[number - 1]
        return {one.gpa + at: one.hpa + at
                for one in walk(self.window, d.memory.root, 40).mappings
                for at in range(0, one.size, PAGE)}


def stage1_pages(window: Window, regime: Regime) -> dict[int, int]:
    """Stage 1 tables with 4 KB granules, walked by the manual (Arm ARM, D8.3.2)."""
    pages: dict[int, int] = {}
    todo = [(regime.root, regime.start_level, 0)]
    while todo:
        table, level, start = todo.pop()
        span = 1 << (39 - 9 * level)
        for i, entry in enumerate(window.words(table, 512)):
            if not entry & 1:
                continue
            if entry & 2 and level < 3:
                todo.append((entry & 0xFFFF_FFFF_F000, level + 1, start + i * span))
                continue
            assert entry >> 10 & 1 and entry >> 11 & 1 and entry >> 53 & 3 == 3 and entry >> 6 & 1
            base = entry & 0xFFFF_FFFF_F000
            pages |= {start + i * span + at: base + at for at in range(0, span, PAGE)}
    return pages


@pytest.fixture(autouse=True)
def no_driver_afterwards() -> Iterator[None]:
    """Other tests have no model behind these registers."""
    yield
    fake_iommu.forget_devices()


@pytest.fixture(params=[True, False], ids=["stage2", "stage1"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    made = World(stage2=request.param)
    with mmio_window(SMMU, REGISTERS, made.model.read, made.model.write):
        assert made.start()
        yield made


def test_start(world: World):
    model = world.model
    assert model.cr0 == 0b1101 and model.gbpa == 1 << 20 and model.irq == 0b101
    assert model.registers[0x28] == 0xD75, "tables and queues write-back, inner shareable"
    assert model.registers[0x88] == 1 << 16 | 8 << 6 | 16
    unit = units.units.get()[0]
    assert (unit.event_line, unit.error_line, unit.edge) == (74 + 32, 77 + 32, True)
    assert {model.regime(stream).kind for stream in (0, 0x21, 0xFFFF)} == {"none"}


def test_who_is_protected(world: World):
    assert world.protects(NIC) and world.protects(DISK) and world.protects(BRIDGE)
    assert not world.protects(FREE), "no IOMMU"
    assert not world.protects(FOREIGN), "one of its streams goes elsewhere"


def test_a_device_reaches_its_domain(world: World):
    assert world.attach(1, NIC)
    assert world.reach(0x21) == world.truth(1)
    assert world.model.regime(0x21).tag == 2
    assert world.model.regime(0x22).kind == world.model.regime(0x20).kind == "none"
    assert world.model.take()[-1].name == "SYNC"


def test_one_domain_at_a_time(world: World):
    assert world.attach(1, NIC) and world.attach(1, NIC)
    assert not world.attach(2, NIC) and not world.attach(2, DISK), "they share a stream"
    assert world.model.regime(0x340).kind == "none", "nothing of it was opened"
    assert world.attach(2, OTHER) and world.attach(1, DISK)
    assert world.reach(0x340) == world.truth(1) != world.truth(2) == world.reach(0x22)


def test_a_bridge(world: World):
    """Three groups of 256 streams share one second-level table."""
    assert world.attach(2, BRIDGE)
    for stream in (0x400, 0x4FF, 0x57A, 0x6FF):
        assert world.reach(stream) == world.truth(2)
    assert {world.model.regime(stream).kind for stream in (0x3FF, 0x700)} == {"none"}
    assert not world.attach(1, BRIDGE)
    before = frames.free_count()
    host.smmu_detach(world.domains[1])
    assert frames.free_count() > before
    assert world.model.regime(0x400).kind == world.model.regime(0x6FF).kind == "none"
    assert world.attach(1, BRIDGE) and world.reach(0x57A) == world.truth(1)


def test_changes_are_followed(world: World):
    """Blocks that are split, unmapped, replaced and mapped anew; each time the unit is told before
    the function returns."""
    d = world.domains[0]
    assert world.attach(1, NIC)
    world.model.take()
    hole = RAM + 5 * PAGE
    assert stage2.stage2_unmap(d.memory, hole, PAGE)
    follow(world, d, "unmap")
    assert hole not in world.reach(0x21)
    spare = frames.alloc_frames(1, 1)
    assert stage2.stage2_map(d.memory, hole, spare, PAGE, Kind.RAM_READ_ONLY)
    follow(world, d, "map")
    assert world.reach(0x21)[hole] == spare
    assert stage2.stage2_replace_page(d.memory, hole + PAGE, spare, Kind.GRANT)
    follow(world, d, "replace")
    assert stage2.stage2_unmap(d.memory, RAM + BLOCK - 40 * PAGE, BLOCK)
    follow(world, d, "many")
    assert stage2.stage2_unmap(d.memory, 0, 1 << 40)
    follow(world, d, "all")
    assert not world.reach(0x21)


def follow(world: World, d: Any, what: str) -> None:
    """The device sees what the guest sees, and what it saw before was forgotten."""
    assert world.reach(0x21) == world.truth(1), what
    names = [command.name for command in world.model.take()]
    if what != "map" or world.model.regime(0x21).kind == "stage 1":
        assert names[-1] == "SYNC" and any(name.startswith("TLBI") for name in names), what


def test_rights_of_stage_1():
    world = World(stage2=False)
    with mmio_window(SMMU, REGISTERS, world.model.read, world.model.write):
        world.start()
        d = world.domains[0]
        spare = frames.alloc_frames(2, 1)
        assert stage2.stage2_map(d.memory, 0x1000_0000, spare, PAGE, Kind.RAM_READ_ONLY)
        assert stage2.stage2_map(d.memory, 0x1000_1000, 0x0900_0000, PAGE, Kind.DEVICE)
        assert world.attach(1, NIC)
        regime = world.model.regime(0x21)
        entries = []
        for at in (0x1000_0000, 0x1000_1000, RAM):
            table, level = regime.root, regime.start_level
            while True:
                entry = world.window.words(table + 8 * (at >> (39 - 9 * level) & 511), 1)[0]
                if entry & 3 != 3 or level == 3:
                    break
                table, level = entry & 0xFFFF_FFFF_F000, level + 1
            entries.append((entry >> 7 & 1, entry >> 2 & 7))
        assert entries == [(1, 0), (0, 1), (0, 0)], "read-only, device, memory"
        mair = world.window.words(world.model.entry(0x21)[0] & 0xFFFF_FFFF_FFC0, 8)[3]
        assert struct.pack("<Q", mair)[:2] == b"\xff\x04"


def test_commands_of_stage_2():
    """By page with the VMID and the address, by guest above 16 entries (4.4.2)."""
    world = World()
    with mmio_window(SMMU, REGISTERS, world.model.read, world.model.write):
        world.start()
        assert world.attach(2, OTHER)
        d = world.domains[1]
        assert stage2.stage2_unmap(d.memory, RAM + 7 * PAGE, PAGE)
        world.model.take()
        assert stage2.stage2_unmap(d.memory, RAM + 9 * PAGE, PAGE)
        first, second = world.model.take()[0].words
        assert first == 3 << 32 | 0x2A and second == RAM + 9 * PAGE
        assert stage2.stage2_unmap(d.memory, RAM + 20 * PAGE, 40 * PAGE)
        assert world.model.take()[0].words == (3 << 32 | 0x28, 0)
        before = len(world.model.commands)
        assert stage2.stage2_unmap(world.domains[0].memory, RAM, PAGE)
        assert len(world.model.commands) == before, "no device of this domain"


def test_everything_comes_back(world: World):
    """Detached, nothing is reached, and memory is where it was but for tables of the unit."""
    assert world.attach(1, NIC)
    host.smmu_detach(world.domains[0])
    settled = frames.free_count()
    for _ in range(3):
        assert world.attach(1, NIC) and world.attach(1, BRIDGE)
        assert frames.free_count() < settled
        world.model.take()
        host.smmu_detach(world.domains[0])
        assert {world.model.regime(stream).kind for stream in (0x21, 0x400)} == {"none"}
        names = [command.name for command in world.model.take()]
        assert "CFGI_ALL" in names and names[-1] == "SYNC"
        assert frames.free_count() == settled
    assert host.confined_count.get() == 0


def test_linear_table():
    world = World(two_level=False, stream_bits=10)
    with mmio_window(SMMU, REGISTERS, world.model.read, world.model.write):
        assert world.start()
        assert world.model.registers[0x88] == 10
        assert world.attach(1, DISK) and world.reach(0x340) == world.truth(1)
        assert not world.protects(BRIDGE), "its streams are beyond the table"


def test_addresses_that_do_not_fit():
    """A unit for 36 bits cannot walk tables for 40."""
    world = World(address_size=1)
    with mmio_window(SMMU, REGISTERS, world.model.read, world.model.write):
        assert world.start()
        assert host.smmu_address_bits() == 36
        assert not world.attach(1, NIC)
        assert world.model.regime(0x21).kind == "none"


@pytest.mark.parametrize(("register", "bits", "message"), [
    ("idr0", 1 << 4, "reads tables past the caches"), ("idr0", 3, "translates nothing"),
    ("idr5", 1 << 4, "does not read tables of AArch64")])
def test_units_that_are_of_no_use(register: str, bits: int, message: str,
                                  capfd: pytest.CaptureFixture[str]):
    world = World()
    setattr(world.model, register, getattr(world.model, register) & ~bits)
    with mmio_window(SMMU, REGISTERS, world.model.read, world.model.write):
        assert not world.start() and not world.protects(NIC) and not world.attach(1, NIC)
    assert message in capfd.readouterr().out


def test_events_are_told(world: World, capfd: pytest.CaptureFixture[str]):
    assert world.attach(1, NIC)
    capfd.readouterr()
    world.model.report(0x10, 0x21, 0x1234_5678)
    world.model.report(0x04, 0x99, 0x4000, read=True)
    assert events.smmu_interrupt(74 + 32) and not events.smmu_interrupt(75 + 32)
    said = capfd.readouterr().out.splitlines()
    assert said == [
        "SMMU 0x9050000: device 0x21 of d1: write of 0x12345678 was stopped (event 0x10: nothing "
        "is mapped there)",
        "SMMU 0x9050000: device 0x99 of no domain: read of 0x4000 was stopped (event 0x4: it was "
        "given to nobody)"]
    assert world.model.event_cons == world.model.event_prod == 2


def test_events_are_few_lines(world: World, capfd: pytest.CaptureFixture[str]):
    """The queue runs around; what is not told is counted."""
    from wrought.hv.fake import cpu

    cpu.clock.set(10 * cpu.hertz.get())
    for _ in range(3):
        for _ in range(100):
            world.model.report(0x10, 0x21, 0x5000)
        assert events.take_events(0) == 100
    cpu.clock.set(12 * cpu.hertz.get())
    world.model.report(0x10, 0x21, 0x6000)
    assert events.take_events(0) == 1
    cpu.clock.set(0)
    said = capfd.readouterr().out.splitlines()
    assert sum("was stopped" in line for line in said) == 9
    assert "SMMU 0x9050000: 292 further accesses were stopped" in said


def test_a_refused_command(world: World, capfd: pytest.CaptureFixture[str]):
    world.model.refuse = "CFGI_ALL"
    assert world.attach(1, NIC) and world.reach(0x21) == world.truth(1)
    assert "command refused with error 1" in capfd.readouterr().out


def test_the_queue_runs_around(world: World):
    for _ in range(120):
        assert world.attach(1, DISK)
        host.smmu_detach(world.domains[0])
    assert world.model.regime(0x21).kind == "none"
