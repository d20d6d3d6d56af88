"""grant_table_op: the tables themselves, their versions, sizes and limits."""

from __future__ import annotations

import struct

import pytest

from hv.core.grant_world import (
    AGAIN,
    BAD_DOMAIN,
    BAD_REF,
    BASE,
    BASE_FRAME,
    COPY,
    DENIED,
    FLUSH,
    GENERAL,
    GET_VERSION,
    HARDWARE,
    HOLE,
    MAP,
    NO_SPACE,
    OKAY,
    ONE,
    PAGE,
    QUERY,
    READING,
    SELF,
    SET_VERSION,
    SETUP,
    STATUS_FRAMES,
    SWAP,
    TWO,
    UNMAP,
    WRITING,
    GrantWorld,
    of_version,
)
from hv.core.machine import Ram
from hv.core.memory_world import RAM_SIZE
from wrought.hv.abi.xen import Errno
from wrought.hv.core import grants

machine = Ram(RAM_SIZE)
GFN = BASE_FRAME + 40
DECREASE = 1


@pytest.fixture(params=[1, 2])
def world(request: pytest.FixtureRequest) -> GrantWorld:
    """All domains use version 1, or 2."""
    return of_version(machine, request.param)


def test_sizes(world: GrantWorld):
    def size(number: int, of: int) -> tuple[int, ...]:
        return world.each(number, QUERY, "<HxxIIhxx", (of, 0, 0, 77))[0][1:]

    assert size(ONE, SELF) == (0, 64, OKAY)
    world.grant(ONE, 0, TWO, GFN)
    assert size(ONE, ONE) == (1, 64, OKAY) and size(HARDWARE, ONE) == (1, 64, OKAY)
    assert size(TWO, ONE)[2] == DENIED and size(TWO, 99)[2] == BAD_DOMAIN

    def setup(number: int, of: int, count: int) -> int:
        return world.each(number, SETUP, "<HxxIh6xQ", (of, count, 77, BASE + 1024))[0][2]

    assert setup(ONE, SELF, 5) == OKAY and size(ONE, SELF)[0] == 5
    assert world.get(ONE, 48, BASE + 1024) == b"\xff" * 40 + bytes(8)
    assert setup(ONE, SELF, 65) == GENERAL and setup(ONE, SELF, 2**32 - 1) == GENERAL
    assert setup(TWO, ONE, 6) == DENIED and setup(TWO, 99, 6) == BAD_DOMAIN
    assert size(ONE, SELF)[0] == 5 and world.account() == 0


def test_frames_for_add_to_physmap(world: GrantWorld):
    pointer = world.pointer(ONE)
    assert grants.grant_frame(pointer, 63) != 0 and world.domains[ONE].grants.frame_count == 64
    for index in (64, 1 << 30, 1 << 31 | 8, 1 << 32, 1 << 32 | 1 << 31, 2**64 - 1):
        assert grants.grant_frame(pointer, index) == 0
    status = grants.grant_frame(pointer, 1 << 31 | 7)
    assert (status != 0) == (world.domains[ONE].grants.version == 2)
    assert machine.read(grants.grant_frame(pointer, 0), PAGE) == bytes(PAGE)
    world.domains[TWO].grants.max_frames = 3
    assert grants.grant_frame(world.pointer(TWO), 3) == 0 != grants.grant_frame(
        world.pointer(TWO), 2)
    assert world.account() == 0


def test_status_frames(world: GrantWorld):
    form = "<IHhQ"
    assert world.each(TWO, STATUS_FRAMES, form, (1, ONE, 77, BASE + 64))[0][2] == DENIED
    world.grant(ONE, 0, TWO, GFN)
    version = world.domains[ONE].grants.version
    got = world.each(ONE, STATUS_FRAMES, form, (1, SELF, 77, BASE + 64))[0][2]
    assert got == (OKAY if version == 2 else GENERAL)
    assert world.each(ONE, STATUS_FRAMES, form, (9, SELF, 77, BASE + 64))[0][2] == GENERAL


def version_of(world: GrantWorld, number: int, of: int) -> tuple[int, int]:
    world.put(number, struct.pack("<HHI", of, 0, 0))
    return world.op(number, GET_VERSION, BASE, 1), struct.unpack("<4xI", world.get(number, 8))[0]


def set_version(world: GrantWorld, number: int, version: int) -> tuple[int, int]:
    world.put(number, struct.pack("<I", version))
    return world.op(number, SET_VERSION, BASE, 1), struct.unpack("<I", world.get(number, 4))[0]


def test_versions(world: GrantWorld):
    now = world.domains[ONE].grants.version
    other = 3 - now
    assert version_of(world, ONE, SELF) == (0, now) == version_of(world, HARDWARE, ONE)
    assert version_of(world, TWO, ONE)[0] == Errno.EPERM
    assert version_of(world, TWO, 99)[0] == Errno.ESRCH
    assert set_version(world, ONE, 0) == (Errno.EINVAL, now)
    assert set_version(world, ONE, 3) == (Errno.EINVAL, now)
    world.grant(ONE, 3, TWO, GFN)
    world.grant(ONE, 9, TWO, GFN)
    _, handle, _ = world.map(TWO, ONE, 3, HOLE)
    assert set_version(world, ONE, other) == (Errno.EBUSY, now)
    assert set_version(world, ONE, now) == (0, now)
    world.unmap(TWO, handle, HOLE)
    assert set_version(world, ONE, other) == (0, other)
    assert world.map(TWO, ONE, 3, HOLE)[0] == OKAY, "the first eight entries are kept"
    assert world.map(TWO, ONE, 9, HOLE + PAGE)[0] == GENERAL, "the others are not"
    assert world.used(ONE, 3) == READING | WRITING
    assert world.account() == 0


def test_a_frame_that_does_not_fit_version_1(world: GrantWorld):
    if world.domains[ONE].grants.version == 2:
        world.grant(ONE, 0, TWO, 1 << 33)
        assert set_version(world, ONE, 1) == (Errno.ERANGE, 2)


def test_swap(world: GrantWorld):
    world.grant(ONE, 10, TWO, GFN)
    world.grant(ONE, 300, HARDWARE, GFN + 1) if world.domains[ONE].grants.version == 1 else \
        world.grant(ONE, 200, HARDWARE, GFN + 1)
    other = 300 if world.domains[ONE].grants.version == 1 else 200

    def swap(a: int, b: int) -> int:
        return world.each(ONE, SWAP, "<IIhxx", (a, b, 77))[0][2]

    assert swap(10, other) == OKAY
    _, handle, _ = world.map(TWO, ONE, other, HOLE)
    assert world.granted(TWO)[HOLE][0] == world.frame(ONE, GFN)
    assert swap(10, other) == AGAIN and swap(other, 10) == AGAIN and swap(other, other) == AGAIN
    world.unmap(TWO, handle, HOLE)
    assert swap(other, other) == OKAY and swap(0, 2**32 - 1) == BAD_REF
    assert swap(99_999, 0) == BAD_REF


def test_handles_are_limited(world: GrantWorld):
    world.domains[TWO].grants.max_mapping_frames = 1
    world.grant(ONE, 1, TWO, GFN)
    for i in range(128):
        assert world.map(TWO, ONE, 1, HOLE + i * PAGE)[0] == OKAY
    assert world.map(TWO, ONE, 1, HOLE + 128 * PAGE)[0] == NO_SPACE
    assert world.unmap(TWO, 77, HOLE + 77 * PAGE) == OKAY
    assert world.map(TWO, ONE, 1, HOLE + 128 * PAGE)[1] == 77


@pytest.mark.parametrize("command", range(14))
@pytest.mark.parametrize("arg", [0, 0xFFFF_FFFF_FFFF_FFF8, HOLE, BASE + 512 * PAGE - 3])
def test_arguments_that_are_nowhere(world: GrantWorld, command: int, arg: int):
    if arg == BASE + 512 * PAGE - 3:
        world.balloon(ONE, DECREASE, [BASE_FRAME + 512])
    expected = Errno.ENOSYS if command in (3, 4, 13) else Errno.EFAULT
    assert world.op(ONE, command, arg, 1) in (expected, Errno.EINVAL)
    assert world.op(ONE, command | 1 << 31, arg, 1) == Errno.ENOSYS
    assert world.account() == 0


def test_counts(world: GrantWorld):
    for command in (MAP, UNMAP, COPY, SWAP, FLUSH):
        assert world.op(ONE, command, HOLE, 0) == 0
        assert world.op(ONE, command, HOLE, 1 << 31) == Errno.EINVAL
    for command in (SETUP, QUERY, STATUS_FRAMES):
        assert world.op(ONE, command, BASE, 0) == Errno.EINVAL
        assert world.op(ONE, command, BASE, 2) == Errno.EINVAL
