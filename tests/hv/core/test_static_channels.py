"""Event channels and shared memory that the configuration makes: as the tool writes them, and as
others may."""

from __future__ import annotations

from typing import Any

import pytest

from hv.core.build_world import START, BuildWorld
from hv.core.machine import PAGE, Ram
from hv.core.stage2_model import Tables
from hv.tool.files import an_image
from wrought.hv.core import domain as domain_module
from wrought.hv.core import event_ports, events_life, frames
from wrought.hv.core.build import channels
from wrought.hv.core.event_types import PortState
from wrought.hv.core.stage2_types import Kind
from wrought.hv.tool.devicetree import number64, strings, words
from wrought.hv.tool.quantities import Range
from wrought.hv.tool.schema import Channel, Domain, Partition, SharedMemory

SIZE = 192 << 20
SHARED = START + (64 << 20)
GUEST = 0x5000_0000
FINE = "built"


@pytest.fixture(scope="module")
def ram() -> Ram:
    return Ram(SIZE)


def guest(name: str, **options: Any) -> Domain:
    return Domain(name=name, kernel="k", memory=16 << 20, **options)


def port_of(world: BuildWorld, number: int, port: int) -> tuple[int, int, int]:
    """State, the other domain, its port."""
    made = event_ports.channel(domain_module.domains.get()[number], port)
    return int(made.state), int(made.remote), int(made.port)


def pending(world: BuildWorld, number: int) -> set[int]:
    """Ports that are pending (2-level)."""
    bits = int.from_bytes(world.ram.read(world.of(number).shared_info + 48, 512), "little")
    return {i for i in range(4096) if bits >> i & 1}


def partition(*ends: tuple[str, str]) -> Partition:
    return Partition(domain=(guest("left"), guest("right"), guest("third")),
                     channel=tuple(Channel(between=end) for end in ends))


def test_channels_of_the_tool(ram: Ram):
    world = BuildWorld(ram)
    world.describe(partition(("left:1", "right:12"), ("third:4095", "left:3")), an_image())
    assert world.build() == [FINE] * 3
    bound = int(PortState.INTERDOMAIN)
    assert port_of(world, 1, 1) == (bound, 2, 12) and port_of(world, 2, 12) == (bound, 1, 1)
    assert port_of(world, 3, 4095) == (bound, 1, 3) and port_of(world, 1, 3) == (bound, 3, 4095)
    assert not any(pending(world, i) for i in (1, 2, 3))
    with_lock = domain_module.domains.get()[1]
    assert event_ports.free_port(with_lock)[0] == 2, "kept ports are not given out"


def test_a_domain_that_restarts(ram: Ram):
    """The other end waits for it; what it may have missed is told."""
    world = BuildWorld(ram)
    world.describe(partition(("left:5", "right:6")), an_image())
    world.build()
    left = domain_module.domains.get()[1]
    events_life.events_destroy(left)
    assert port_of(world, 2, 6)[0] == int(PortState.UNBOUND)
    assert events_life.events_init(left)
    assert channels.keep_channels(left) == 0
    channels.bind_channels(left)
    assert port_of(world, 1, 5) == (int(PortState.INTERDOMAIN), 2, 6)
    assert port_of(world, 2, 6) == (int(PortState.INTERDOMAIN), 1, 5)
    assert pending(world, 2) == {6} and not pending(world, 1)


def test_both_ends_restart(ram: Ram):
    """One comes back while the other is gone."""
    world = BuildWorld(ram)
    world.describe(partition(("left:5", "right:6")), an_image())
    world.build()
    left, right = domain_module.domains.get()[1], domain_module.domains.get()[2]
    events_life.events_destroy(left)
    events_life.events_destroy(right)
    assert events_life.events_init(left) and channels.keep_channels(left) == 0
    channels.bind_channels(left)
    assert port_of(world, 1, 5)[:2] == (int(PortState.UNBOUND), 2)
    assert events_life.events_init(right) and channels.keep_channels(right) == 0
    channels.bind_channels(right)
    assert port_of(world, 1, 5) == (int(PortState.INTERDOMAIN), 2, 6)
    assert port_of(world, 2, 6) == (int(PortState.INTERDOMAIN), 1, 5)


def test_a_domain_that_is_not_built(ram: Ram):
    """The port of the other stays kept, and leads nowhere."""
    world = BuildWorld(ram)
    world.describe(partition(("left:5", "right:6")), an_image())
    world.chosen.child("right").props["cpus"] = words(0)
    assert world.build()[0] == FINE
    assert port_of(world, 1, 5)[0] == int(PortState.FREE)


@pytest.mark.parametrize("wrong", [
    {"xen,evtchn": words(0, 2)}, {"xen,evtchn": words(4096, 2)}, {"xen,evtchn": words(5, 77)},
    {"xen,evtchn": words(5)}, {"xen,evtchn": b""}, {"xen,evtchn": words(5, 1)},
    {"xen,evtchn": words(0xFFFF_FFFF, 0xFFFF_FFFF)}, {"phandle": words(9)}])
def test_wrong_channels(ram: Ram, wrong: dict[str, bytes]):
    world = BuildWorld(ram)
    world.describe(partition(("left:5", "right:6")), an_image())
    world.chosen.child("left").child("evtchn@5").props.update(wrong)
    said = world.build()
    assert "xen,evtchn" in said[0] and said[2] == FINE


def test_a_port_twice(ram: Ram):
    world = BuildWorld(ram)
    world.describe(partition(("left:5", "right:6"), ("left:7", "right:8")), an_image())
    node = world.chosen.child("left").child("evtchn@7")
    node.props["xen,evtchn"] = words(5, node.cells("xen,evtchn")[1])
    assert "xen,evtchn" in world.build()[0]


def shared(*domains: Domain, names: tuple[str, ...] = ("left", "right"), start: int = SHARED,
           size: int = 3 * PAGE, address: int | None = GUEST) -> Partition:
    region = SharedMemory(name="ring", domains=names, memory=Range(start, size), address=address)
    return Partition(domain=domains or (guest("left"), guest("right"), guest("third")),
                     shared_memory=(region,))


def mapped(world: BuildWorld, number: int) -> dict[int, int]:
    """Pages of shared memory: guest to machine address."""
    d = world.of(number)
    tables = Tables(world.ram, d.memory.root, 40)
    return {block.ipa + at: block.hpa + at for block in tables.blocks.values()
            if block.kind == Kind.SHARED for at in range(0, block.size, PAGE)}


def test_shared_memory_of_the_tool(ram: Ram):
    world = BuildWorld(ram)
    world.describe(shared(), an_image())
    before = b"left by a boot loader"
    world.files[SHARED] = before
    assert world.build() == [FINE] * 3
    pages = {GUEST + i * PAGE: SHARED + i * PAGE for i in range(3)}
    assert mapped(world, 1) == pages == mapped(world, 2) and not mapped(world, 3)
    assert world.ram.read(SHARED, len(before)) == bytes(len(before))
    for number in (1, 2):
        found = world.guest_tree(number).root.find(f"reserved-memory/xen-shmem@{GUEST:x}")
        assert found is not None
        assert found.props == {
            "compatible": strings("xen,shared-memory-v1"), "reg": number64(GUEST, 3 * PAGE),
            "xen,id": strings("ring"), "xen,offset": number64(0)}
        parent = world.guest_tree(number).root.children["reserved-memory"]
        assert parent.props == {"#address-cells": words(2), "#size-cells": words(2),
                                "ranges": b""}
    assert "reserved-memory" not in world.guest_tree(3).root.children


def test_shared_memory_anywhere(ram: Ram):
    """Without a machine address, the same for all."""
    world = BuildWorld(ram)
    world.describe(shared(), an_image())
    for name in ("left", "right"):
        node = world.chosen.child(name).child(f"shared-memory@{SHARED:x}")
        node.props["xen,shared-mem"] = number64(GUEST, 2 << 20)
        del node.props["role"]
    assert world.build() == [FINE] * 3
    assert len(mapped(world, 1)) == 512 and mapped(world, 1) == mapped(world, 2)


def test_a_second_start_finds_what_was_there(ram: Ram):
    """What was shared is neither freed nor cleared with one of its domains."""
    from wrought.hv.core import ram_release
    world = BuildWorld(ram)
    world.describe(shared(), an_image())
    world.build()
    world.ram.write(SHARED, b"still here")
    free = frames.free_count()
    while not ram_release.ram_release(domain_module.domains.get()[1], 512):
        pass
    assert world.ram.read(SHARED, 10) == b"still here"
    assert 0 <= frames.free_count() - free - (16 << 20) // PAGE < 8
    assert not mapped(world, 1) and mapped(world, 2)


@pytest.mark.parametrize("wrong", [
    {"xen,shm-id": b""}, {"xen,shm-id": strings("a name of 16 b.")[:-1] + b"b\0"},
    {"xen,shared-mem": number64(GUEST)}, {"xen,shared-mem": b""},
    {"xen,shared-mem": number64(SHARED, GUEST, 0)},
    {"xen,shared-mem": number64(SHARED, GUEST, PAGE + 1)},
    {"xen,shared-mem": number64(SHARED + 1, GUEST, PAGE)},
    {"xen,shared-mem": number64(SHARED, GUEST + 1, PAGE)},
    {"xen,shared-mem": number64(2**64 - PAGE, GUEST, 2 * PAGE)},
    {"xen,shared-mem": number64(SHARED, 2**64 - PAGE, 2 * PAGE)},
    {"xen,shared-mem": number64(SHARED, 1 << 40, PAGE)},
    {"xen,shared-mem": number64(0x9000_0000, GUEST, PAGE)},
    {"xen,shared-mem": number64(START, GUEST, PAGE)},
    {"xen,shared-mem": number64(SHARED, 0x4000_0000, PAGE)},
    {"xen,shared-mem": number64(SHARED, 0x0300_1000, PAGE)},
    {"xen,shared-mem": number64(SHARED, 0x3900_0000, PAGE)},
    {"role": strings("thief")}])
def test_wrong_shared_memory(ram: Ram, wrong: dict[str, bytes]):
    world = BuildWorld(ram)
    world.describe(shared(), an_image())
    world.chosen.child("left").child(f"shared-memory@{SHARED:x}").props.update(wrong)
    said = world.build()
    assert "xen,shared-mem" in said[0] and said[2] == FINE


@pytest.mark.parametrize("wrong", [
    {"xen,shared-mem": number64(SHARED, GUEST, PAGE)},
    {"xen,shared-mem": number64(SHARED + PAGE, GUEST, 3 * PAGE)},
    {"xen,shm-id": strings("another")}])
def test_domains_that_do_not_agree(ram: Ram, wrong: dict[str, bytes]):
    world = BuildWorld(ram)
    world.describe(shared(), an_image())
    world.chosen.child("right").child(f"shared-memory@{SHARED:x}").props.update(wrong)
    said = world.build()
    assert "xen,shared-mem" in said[1] and said[2] == FINE


def test_one_to_one_means_shared_memory_too(ram: Ram):
    """Xen's rule for domains mapped directly."""
    for address, result in ((None, True), (GUEST, False)):
        world = BuildWorld(ram)
        world.describe(shared(guest("left", direct_map=True), guest("right"), address=address),
                       an_image())
        assert (world.build()[0] == FINE) is result


