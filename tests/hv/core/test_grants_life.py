"""Grants at the ends of domains and of memory: nothing is lost, half done or given twice."""

from __future__ import annotations

import struct

import pytest

from hv.core.grant_world import (
    BAD_DOMAIN,
    BAD_PAGE,
    BASE,
    BASE_FRAME,
    DEVICE,
    GENERAL,
    HARDWARE,
    HOLE,
    HOST,
    NO_SPACE,
    OKAY,
    ONE,
    PAGE,
    PERMIT,
    QUERY,
    READING,
    READONLY,
    SELF,
    TWO,
    UNMAP,
    WRITING,
    GrantWorld,
    of_version,
)
from hv.core.machine import Ram, few_frames
from hv.core.memory_world import RAM_SIZE
from wrought.hv.abi.xen import Errno
from wrought.hv.core import frames, grants, grants_life, ram, stage2
from wrought.hv.core.stage2_types import Kind

machine = Ram(RAM_SIZE)
GFN = BASE_FRAME + 40
DECREASE = 1


@pytest.fixture(params=[1, 2])
def world(request: pytest.FixtureRequest) -> GrantWorld:
    """All domains use version 1, or 2."""
    return of_version(machine, request.param)


@pytest.mark.parametrize("left", range(6))
def test_without_memory(world: GrantWorld, left: int):
    """Whatever can't be had, nothing is half done."""
    world.grant(ONE, 1, TWO, GFN)
    world.each(TWO, QUERY, "<HxxIIhxx", (SELF, 0, 0, 77))
    free = frames.free_count()
    with few_frames(left):
        status, handle, _ = world.map(TWO, ONE, 1, HOLE)
        if status == OKAY:
            assert world.unmap(TWO, handle, HOLE) == OKAY
        else:
            assert status in (NO_SPACE, BAD_PAGE, GENERAL)
        assert grants.grant_frame(world.pointer(TWO), 30) == 0
    assert world.granted(TWO) == {} and world.used(ONE, 1) == 0
    assert frames.free_count() <= free and world.account() == 0


def test_a_granting_domain_ends(world: GrantWorld):
    """Who has mapped its page keeps it, as it was, until it unmaps it; then it is scrubbed."""
    world.grant(ONE, 1, TWO, GFN)
    world.put(ONE, b"still here", GFN * PAGE)
    hpa = world.frame(ONE, GFN)
    _, handle, _ = world.map(TWO, ONE, 1, HOLE)
    world.end(ONE)
    assert world.granted(TWO) == {HOLE: (hpa, Kind.GRANT)}
    assert machine.read(hpa, 10) == b"still here" and world.account() == 1
    assert hpa not in world.pages(ONE, Kind.RAM).values()
    world.grant(ONE, 1, TWO, GFN)
    assert world.map(TWO, ONE, 1, HOLE + PAGE)[0] == OKAY
    assert world.unmap(TWO, handle, HOLE) == OKAY
    assert world.used(ONE, 1) == READING | WRITING, "the new domain's grant is another"
    assert machine.read(hpa, PAGE) == bytes(PAGE) and world.account() == 0


def test_a_mapping_domain_ends(world: GrantWorld):
    for ref in range(100):
        world.grant(ONE, ref, TWO, GFN + ref)
        assert world.map(TWO, ONE, ref, HOLE + ref * PAGE)[0] == OKAY
    assert not grants_life.grants_destroy(world.pointer(TWO)), "it takes more than one step"
    world.end(TWO)
    assert all(world.used(ONE, ref) == 0 for ref in range(100))
    assert world.balloon(ONE, DECREASE, list(range(GFN, GFN + 100))) == 100
    assert world.account() == 0


def test_ends_wait_for_copies(world: GrantWorld):
    world.domains[ONE].grants.copies = 1
    assert not grants_life.grants_destroy(world.pointer(ONE))
    assert world.map(TWO, ONE, 0, HOLE)[0] == BAD_DOMAIN
    world.domains[ONE].grants.copies = 0
    assert grants_life.grants_destroy(world.pointer(ONE))


def test_memory_kept_for_ever_is_copied_for_who_has_it_mapped(world: GrantWorld):
    pointer = world.pointer(ONE)
    block = world.frame(ONE, BASE_FRAME)
    assert ram.ram_keep(pointer, BASE, block, 512 * PAGE)
    world.grant(ONE, 1, TWO, GFN, PERMIT | READONLY)
    world.grant(ONE, 2, HARDWARE, GFN)
    hpa = world.frame(ONE, GFN)
    world.put(ONE, b"static", GFN * PAGE)
    handle = world.map(TWO, ONE, 1, HOLE, HOST | READONLY)[1]
    world.domains[HARDWARE].direct = True
    device = world.map(HARDWARE, ONE, 2, 0, DEVICE)[1]
    for _ in range(3):
        assert not grants_life.grants_destroy(pointer), "a device may still write to it"
    assert world.unmap(HARDWARE, device, 0) == OKAY
    with few_frames(0):
        world.granted(TWO)
        done = grants_life.grants_destroy(pointer)
    assert done or grants_life.grants_destroy(pointer)
    copy, kind = world.granted(TWO)[HOLE]
    assert copy != hpa and kind == Kind.GRANT_READ_ONLY and machine.read(copy, 6) == b"static"
    assert world.unmap(TWO, handle, HOLE) == OKAY
    assert machine.read(copy, PAGE) == bytes(PAGE)


def test_stage_2_may_not_lose_a_mapping_otherwise(world: GrantWorld):
    world.grant(ONE, 1, TWO, GFN)
    world.map(TWO, ONE, 1, HOLE)
    assert world.balloon(TWO, DECREASE, [HOLE // PAGE]) == 0
    assert world.balloon(TWO, 6, [HOLE // PAGE]) == 0
    world.put(TWO, struct.pack("<HHIQQ", SELF, 0, 1, 0, HOLE // PAGE))
    assert world.call(TWO, 7, BASE) == Errno.EBUSY
    assert stage2.stage2_walk(world.domains[TWO].memory, HOLE).kind == Kind.GRANT
    assert world.op(ONE, UNMAP, BASE, 0) == 0
