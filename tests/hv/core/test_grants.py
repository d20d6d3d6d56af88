"""grant_table_op: mapping and unmapping, and what they refuse."""

from __future__ import annotations

import pytest

from hv.core.grant_world import (
    BAD_ADDRESS,
    BAD_DOMAIN,
    BAD_HANDLE,
    BAD_PAGE,
    BAD_REF,
    BASE,
    BASE_FRAME,
    DEVICE,
    GENERAL,
    HARDWARE,
    HOLE,
    HOST,
    MAP,
    MAP_FORMAT,
    NO_DEVICE,
    OKAY,
    ONE,
    PAGE,
    PERMIT,
    READING,
    READONLY,
    REPLACE,
    TWO,
    WRITING,
    GrantWorld,
    of_version,
)
from hv.core.machine import Ram
from hv.core.memory_world import RAM_SIZE
from wrought.hv.core.stage2_types import Kind
from wrought.hv.fake import cpu

machine = Ram(RAM_SIZE)
GFN = BASE_FRAME + 40
DECREASE = 1


@pytest.fixture(params=[1, 2])
def world(request: pytest.FixtureRequest) -> GrantWorld:
    """All domains use version 1, or 2."""
    return of_version(machine, request.param)


def test_map_and_unmap(world: GrantWorld):
    world.grant(ONE, 9, TWO, GFN)
    status, handle, bus = world.map(TWO, ONE, 9, HOLE)
    assert status == OKAY and bus == HOLE
    hpa = world.frame(ONE, GFN)
    assert world.granted(TWO) == {HOLE: (hpa, Kind.GRANT)}
    assert world.used(ONE, 9) == READING | WRITING
    assert world.unmap(TWO, handle, HOLE) == OKAY
    assert world.granted(TWO) == {} and world.used(ONE, 9) == 0
    assert world.unmap(TWO, handle, HOLE) == BAD_HANDLE
    assert world.account() == 0


def test_read_only(world: GrantWorld):
    world.grant(ONE, 1, TWO, GFN, PERMIT | READONLY)
    assert world.map(TWO, ONE, 1, HOLE)[0] == GENERAL
    assert world.map(TWO, ONE, 1, HOLE, HOST | READONLY)[0] == OKAY
    assert world.granted(TWO)[HOLE][1] == Kind.GRANT_READ_ONLY
    assert world.used(ONE, 1) == READING


def test_uses_are_counted(world: GrantWorld):
    world.grant(ONE, 1, TWO, GFN)
    reader = world.map(TWO, ONE, 1, HOLE, HOST | READONLY)[1]
    assert world.used(ONE, 1) == READING
    writer = world.map(TWO, ONE, 1, HOLE + PAGE)[1]
    assert world.used(ONE, 1) == READING | WRITING
    assert world.unmap(TWO, writer, HOLE + PAGE) == OKAY
    assert world.used(ONE, 1) == READING
    assert world.unmap(TWO, reader, HOLE) == OKAY
    assert world.used(ONE, 1) == 0


def test_only_whom_it_was_granted_to(world: GrantWorld):
    world.grant(ONE, 1, HARDWARE, GFN)
    assert world.map(TWO, ONE, 1, HOLE)[0] == GENERAL
    assert world.used(ONE, 1) == 0 and world.granted(TWO) == {}


@pytest.mark.parametrize(("owner", "ref", "gpa", "flags", "status"), [
    (ONE, 1, HOLE, 0, GENERAL), (ONE, 1, HOLE, HOST | 16, GENERAL), (ONE, 1, HOLE, 8, GENERAL),
    (ONE, 1, HOLE, HOST | 1 << 31, GENERAL), (ONE, 1, HOLE, DEVICE, NO_DEVICE),
    (ONE, 1, HOLE + 8, HOST, BAD_ADDRESS), (ONE, 1, 1 << 40, HOST, BAD_ADDRESS),
    (ONE, 1, 2**64 - PAGE, HOST, BAD_ADDRESS), (ONE, 1, BASE, HOST, GENERAL),
    (ONE, 100_000, HOLE, HOST, BAD_REF), (ONE, 2**32 - 1, HOLE, HOST, BAD_REF),
    (ONE, 2, HOLE, HOST, GENERAL), (7, 1, HOLE, HOST, BAD_DOMAIN),
    (0x7FF2, 1, HOLE, HOST, BAD_DOMAIN), (0xFFFF, 1, HOLE, HOST, BAD_DOMAIN)])
def test_map_refuses(world: GrantWorld, owner: int, ref: int, gpa: int, flags: int, status: int):
    world.grant(ONE, 1, TWO, GFN)
    assert world.map(TWO, owner, ref, gpa, flags)[0] == status
    assert world.granted(TWO) == {} and world.used(ONE, 1) == 0
    assert world.domains[TWO].grants.mapped == 0 and world.account() == 0
    assert world.domains[TWO].grants.refused == 1


@pytest.mark.parametrize("gfn", [0, HOLE // PAGE, 1 << 28, 0xFFFF_FFFF])
def test_what_is_no_ram_is_not_granted(world: GrantWorld, gfn: int):
    world.grant(ONE, 1, TWO, gfn)
    assert world.map(TWO, ONE, 1, HOLE)[0] == BAD_PAGE
    assert world.used(ONE, 1) == 0


def test_a_mapping_is_not_granted_on(world: GrantWorld):
    world.grant(ONE, 1, TWO, GFN)
    assert world.map(TWO, ONE, 1, HOLE)[0] == OKAY
    world.grant(TWO, 1, HARDWARE, HOLE // PAGE)
    assert world.map(HARDWARE, TWO, 1, HOLE)[0] == BAD_PAGE


def test_frames_beyond_version_2(world: GrantWorld):
    if world.domains[ONE].grants.version == 2:
        world.grant(ONE, 1, TWO, 2**64 - 1)
        assert world.map(TWO, ONE, 1, HOLE)[0] == BAD_PAGE


def test_mapped_pages_stay_with_their_owner(world: GrantWorld):
    world.grant(ONE, 1, TWO, GFN)
    _, handle, _ = world.map(TWO, ONE, 1, HOLE)
    assert world.balloon(ONE, DECREASE, [GFN]) == 0
    assert world.unmap(TWO, handle, HOLE) == OKAY
    assert world.balloon(ONE, DECREASE, [GFN]) == 1


def test_the_frame_is_that_of_the_first_use(world: GrantWorld):
    """A guest that changes an entry in use changes nothing for those that come after."""
    world.grant(ONE, 1, TWO, GFN)
    world.map(TWO, ONE, 1, HOLE)
    world.grant(ONE, 1, TWO, GFN + 1, PERMIT | READING | WRITING)
    assert world.map(TWO, ONE, 1, HOLE + PAGE)[0] == OKAY
    assert {hpa for hpa, _ in world.granted(TWO).values()} == {world.frame(ONE, GFN)}
    world.grant(ONE, 1, HARDWARE, GFN + 1)
    assert world.map(HARDWARE, ONE, 1, HOLE)[0] == GENERAL


def test_unmap_needs_the_address(world: GrantWorld):
    world.grant(ONE, 1, TWO, GFN)
    _, handle, _ = world.map(TWO, ONE, 1, HOLE)
    assert world.unmap(TWO, handle, HOLE + PAGE) == BAD_ADDRESS
    assert world.unmap(TWO, handle, 0) == BAD_ADDRESS
    assert world.unmap(TWO, handle + 1, HOLE) == BAD_HANDLE
    assert world.unmap(TWO, 2**32 - 1, HOLE) == BAD_HANDLE
    assert world.unmap(ONE, handle, HOLE) == BAD_HANDLE
    assert world.granted(TWO) != {}


def test_unmap_and_replace(world: GrantWorld):
    world.grant(ONE, 1, TWO, GFN)
    _, handle, _ = world.map(TWO, ONE, 1, HOLE)
    form = "<QQIhxx"
    [r] = world.each(TWO, REPLACE, form, (HOLE, BASE, handle, 77))
    assert r[3] == GENERAL and world.granted(TWO)
    [r] = world.each(TWO, REPLACE, form, (HOLE, 0, handle, 77))
    assert r[3] == OKAY and not world.granted(TWO)


def test_batches_stop_for_interrupts(world: GrantWorld):
    items = []
    for ref in range(20):
        world.grant(ONE, ref, TWO, GFN + ref)
        items.append((HOLE + ref * PAGE, HOST, ref, ONE, 77, 0, 0))
    cpu.waiting.set(True)
    try:
        results = world.each(TWO, MAP, MAP_FORMAT, *items)
    finally:
        cpu.waiting.set(False)
    assert [r[4] for r in results] == [OKAY] * 20
    assert len({r[5] for r in results}) == 20
    assert len(world.granted(TWO)) == 20


def test_one_cpu_mapped_directly_has_machine_addresses(world: GrantWorld):
    """For DMA of a hardware domain's devices, at the page's own address in its stage 2."""
    world.domains[HARDWARE].direct = True
    world.grant(ONE, 1, HARDWARE, GFN)
    hpa = world.frame(ONE, GFN)
    assert world.map(HARDWARE, ONE, 1, HOLE)[2] == hpa
    assert list(world.granted(HARDWARE)) == [HOLE]
    status, reader, bus = world.map(HARDWARE, ONE, 1, 0, DEVICE | READONLY)
    assert (status, bus) == (OKAY, hpa)
    assert world.granted(HARDWARE)[hpa] == (hpa, Kind.GRANT_READ_ONLY)
    status, writer, _ = world.map(HARDWARE, ONE, 1, HOLE + PAGE, DEVICE | HOST)
    assert status == OKAY and world.granted(HARDWARE)[hpa] == (hpa, Kind.GRANT)
    assert world.unmap(HARDWARE, writer, HOLE + PAGE) == OKAY
    assert world.granted(HARDWARE)[hpa] == (hpa, Kind.GRANT_READ_ONLY)
    assert world.unmap(HARDWARE, reader, 0) == OKAY
    assert list(world.granted(HARDWARE)) == [HOLE]
