"""What a guest writes of an interrupt that is the host's reaches the host's controller."""

from __future__ import annotations

import pytest

from hv.vdev.vgic_world import World
from wrought.hv.drivers.gic import fake_lists
from wrought.hv.vdev import vgic

SPI, OTHER, HOST = 40, 41, 77
ISENABLER, ICFGR, ITARGETSR, IROUTER = 0x100, 0xC00, 0x800, 0x6000


def mapped(version: int) -> World:
    """Three vCPUs on CPUs 1, 2, 0, and a host's interrupt behind SPI."""
    world = World(version, vcpus=3, cpus=3, lists=4)
    fake_lists.edges.set([0] * 1024)
    fake_lists.aimed.set([9] * 1024)
    assert vgic.vgic_map_spi(world.guest.domain, SPI, HOST)
    for vcpu in range(3):
        world.load(vcpu, (vcpu + 1) % 3)
    return world


def bit(base: int, per_word: int, intid: int) -> int:
    """The register with the bits of an interrupt."""
    return base + 4 * (intid // per_word)


@pytest.mark.parametrize("version", [2, 3])
def test_trigger(version: int):
    world = mapped(version)
    at = bit(ICFGR, 16, SPI)
    world.write(0, at, 2 << SPI % 16 * 2 | 2 << OTHER % 16 * 2)
    assert fake_lists.edges.get()[HOST] == 1 and sum(fake_lists.edges.get()) == 1
    world.write(0, at, 2 << OTHER % 16 * 2)
    assert sum(fake_lists.edges.get()) == 0


@pytest.mark.parametrize("version", [2, 3])
def test_target(version: int):
    """The host's interrupt follows the vCPU when it is enabled, and when it is sent elsewhere."""
    world = mapped(version)
    aimed = fake_lists.aimed
    world.write(0, bit(ISENABLER, 32, SPI), 1 << SPI % 32 | 1 << OTHER % 32)
    assert aimed.get()[HOST] == 1, "vCPU 0 runs there"
    if version == 2:
        world.write(0, ITARGETSR + SPI, 1 << 2, size=1)
    else:
        world.write(0, IROUTER + 8 * SPI, 2, size=8)
    assert aimed.get()[HOST] == 0
    assert [i for i, cpu in enumerate(aimed.get()) if cpu != 9] == [HOST]
