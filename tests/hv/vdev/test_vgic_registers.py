"""The distributor's and redistributors' registers as a guest reads and writes them."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hv.vdev.vgic_world import World
from wrought.hv.vdev.vgic_map import ROWS

SGI_BASE = 0x1_0000


@pytest.fixture
def v3() -> World:
    world = World(3, vcpus=3, cpus=3, lists=4)
    for vcpu in range(3):
        world.load(vcpu, vcpu)
    return world


@pytest.fixture
def v2() -> World:
    world = World(2, vcpus=2, cpus=2, lists=4)
    for vcpu in range(2):
        world.load(vcpu, vcpu)
    return world


def test_identity_v3(v3: World):
    assert v3.read(0, 0x0000) == 0x50, "ARE and DS are fixed, nothing is forwarded"
    v3.write(0, 0x0000, 0x3)
    assert v3.read(1, 0x0000) == 0x53
    typer = v3.read(0, 0x0004)
    assert (typer & 31, typer >> 19 & 31, typer >> 25 & 1, typer >> 17 & 1) == (2, 9, 1, 0)
    assert v3.read(0, 0xFFE8) >> 4 & 15 == 3 and v3.read(0, 0xFFE8, of=0) >> 4 & 15 == 3


def test_identity_v2(v2: World):
    v2.write(0, 0, 1)
    assert v2.read(1, 0) == 1
    assert v2.read(0, 4) & 0xFF == 1 << 5 | 2, "two CPUs, 64 shared interrupts"
    assert v2.read(0, 0xFE8) >> 4 & 15 == 2


def test_redistributor_typer_and_waker(v3: World):
    for vcpu in range(3):
        typer = v3.read(0, 8, size=8, of=vcpu)
        assert typer >> 32 == vcpu and typer >> 8 & 0xFFFF == vcpu
        assert bool(typer & 16) == (vcpu == 2), "the last one says so"
        assert v3.read(0, 8, of=vcpu) | v3.read(0, 12, of=vcpu) << 32 == typer
        assert v3.read(vcpu, 0x14, of=vcpu) == 6
        v3.write(vcpu, 0x14, 0, of=vcpu)
        assert v3.read(vcpu, 0x14, of=vcpu) == 0
    assert v3.read(0, 8, size=8, of=3) == 0, "there is no such vCPU"


def test_affinity_beyond_sixteen():
    world = World(3, vcpus=18, cpus=1, lists=4)
    world.load(0, 0)
    assert world.read(0, 8, size=8, of=17) >> 32 == 0x101
    world.write(0, 0x6000 + 8 * 40, 0x101, size=8)
    assert world.read(0, 0x6000 + 8 * 40, size=8) == 0x101
    assert world.guest.whole.vgic.bank[0].target[8] == 17
    world.write(0, 0x6000 + 8 * 40, 0x11, size=8)
    assert world.guest.whole.vgic.bank[0].target[8] == 0xFF, "affinity 0.0.0.17 is nobody"
    world.write(0, 0x6000 + 8 * 40, 1 << 16 | 5, size=4)
    world.write(0, 0x6000 + 8 * 40 + 4, 0x23, size=4)
    assert world.read(0, 0x6000 + 8 * 40, size=8) == 0x23_0001_0005


def test_private_interrupts_are_not_in_a_distributor_with_affinity_routing(v3: World):
    for offset in (0x80, 0x100, 0x200, 0x300, 0x400, 0xC04, 0x6000 + 8 * 5):
        v3.write(0, offset, 0xFFFF_FFFF)
        assert v3.read(0, offset) == 0
    v3.write(0, SGI_BASE + 0x100, 1 << 20, of=1)
    assert v3.read(2, SGI_BASE + 0x100, of=1) == 0xFFFF | 1 << 20
    assert v3.read(2, SGI_BASE + 0x100, of=2) == 0xFFFF
    assert v3.read(0, SGI_BASE + 0x104, of=1) == 0, "it has 32 interrupts"


def test_private_interrupts_are_banked_v2(v2: World):
    v2.write(1, 0x100, 1 << 20)
    assert v2.read(1, 0x100) == 0xFFFF | 1 << 20 and v2.read(0, 0x100) == 0xFFFF


def test_bytes_and_words_of_priorities(v2: World):
    v2.write(0, 0x400 + 40, 0xA7, size=1)
    v2.write(0, 0x400 + 43, 0xFF, size=1)
    assert v2.read(0, 0x400 + 40) == 0xF800_00A0, "five bits are implemented"
    v2.write(0, 0x400 + 40, 0x0810_1820)
    assert [v2.read(0, 0x400 + 40 + k, size=1) for k in range(4)] == [0x20, 0x18, 0x10, 0x08]
    v2.write(0, 0x400 + 40, 0, size=2)
    assert v2.read(0, 0x400 + 40) == 0x0810_1820 and v2.read(0, 0x400 + 40, size=2) == 0


def test_targets_v2(v2: World):
    assert [v2.read(vcpu, 0x800) for vcpu in (0, 1)] == [0x0101_0101, 0x0202_0202]
    v2.write(0, 0x800, 0xFFFF_FFFF)
    assert v2.read(0, 0x800) == 0x0101_0101, "private ones are read-only"
    v2.write(0, 0x800 + 36, 0xFF02_0300)
    assert v2.read(1, 0x800 + 36) == 0x0302_0300, "only vCPUs that there are"
    bank = v2.guest.whole.vgic.bank[0]
    assert list(bank.target)[4:8] == [0xFF, 0, 1, 0]


def test_one_vcpu_has_no_targets_v2():
    world = World(2, vcpus=1, cpus=1, lists=4)
    world.load(0, 0)
    world.write(0, 0x800 + 36, 0x0101_0101)
    assert world.read(0, 0x800 + 36) == 0 == world.read(0, 0x800)


def test_configuration(v3: World):
    assert v3.read(0, SGI_BASE + 0xC00, of=0) == 0xAAAA_AAAA, "SGIs are edges"
    v3.write(0, SGI_BASE + 0xC00, 0, of=0)
    assert v3.read(0, SGI_BASE + 0xC00, of=0) == 0xAAAA_AAAA
    v3.write(0, 0xC08 + 4, 0xFFFF_FFFF)
    assert v3.read(0, 0xC08) == 0 and v3.read(0, 0xC0C) == 0xAAAA_AAAA


def test_beyond_the_last_interrupt(v3: World):
    for offset in (0x100 + 4 * 3, 0x400 + 96, 0x6000 + 8 * 96):
        v3.write(0, offset, 0xFFFF_FFFF)
        assert v3.read(0, offset) == 0


def test_no_shared_interrupts():
    world = World(3, vcpus=1, cpus=1, lists=4, spis=0)
    world.load(0, 0)
    assert world.read(0, 4) & 31 == 0
    world.write(0, 0x104, 1)
    assert world.read(0, 0x104) == 0


def test_rows_cover_what_they_say():
    assert all(row.start % 128 == row.end % 128 == 0 for row in ROWS)
    assert all(row.end <= after.start for row, after in zip(ROWS, ROWS[1:], strict=False))


@pytest.mark.parametrize("version", (2, 3))
@pytest.mark.parametrize("seed", range(2))
def test_every_offset_and_size(version: int, seed: int):
    """Nothing panics, and odd accesses do nothing."""
    rng = random.Random(seed)
    world = World(version, vcpus=2, cpus=1, lists=2)
    world.load(0, 0)
    world.write(0, 0, 3)
    regions = [(None, 0x1_0000), (0, 0x2_0000), (1, 0x2_0000), (2, 0x100)]
    for of, end in regions:
        for offset in hot_offsets(rng, end):
            for size in (1, 2, 4, 8, 3, 0, 16):
                world.write(0, offset, rng.choice((0, rng.getrandbits(64), 2**64 - 1)), size, of)
                value = world.read(0, offset, size, of)
                assert value < 1 << 8 * min(size, 8) if size else value == 0
                if offset & size - 1 if size else True:
                    assert value == 0
        world.settle()


def hot_offsets(rng: random.Random, end: int) -> list[int]:
    """All of the ranges with registers, and some of the rest."""
    every = [*range(min(end, 0x1000)), *range(0x6100, min(end, 0x6300)),
             *range(0x1_0000, min(end, 0x1_0E00))]
    every = [offset for offset in every if offset % 4 == 0 or rng.random() < 0.1]
    return every + [rng.randrange(end) for _ in range(200)] + [end - 4, end, end + 4, 2**63]


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.integers(2, 3), st.lists(st.tuples(
    st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))))
def test_hostile_numbers(version: int, accesses):
    world = World(version, vcpus=1, cpus=1, lists=1)
    world.load(0, 0)
    for offset, size, value in accesses:
        world.write(0, offset, value, size)
        world.write(0, offset, value, size, of=value % 2**32)
        assert world.read(0, offset, size, of=size % 2**32) in (0, 0x3B, 0x5700_0000, 16)
