"""grant_table_op: what each operation does, and what it refuses."""

from __future__ import annotations

import struct

import pytest

from hv.core.grant_world import (
    AGAIN,
    BAD_ADDRESS,
    BAD_COPY,
    BAD_DOMAIN,
    BAD_HANDLE,
    BAD_PAGE,
    BAD_REF,
    BASE,
    BASE_FRAME,
    COPY,
    DENIED,
    DEVICE,
    FLUSH,
    GENERAL,
    GET_VERSION,
    HARDWARE,
    HOLE,
    HOST,
    MAP,
    MAP_FORMAT,
    NO_DEVICE,
    NO_SPACE,
    OKAY,
    ONE,
    PAGE,
    PERMIT,
    QUERY,
    READING,
    READONLY,
    REPLACE,
    SELF,
    SET_VERSION,
    SETUP,
    STATUS_FRAMES,
    SUB_PAGE,
    SWAP,
    TWO,
    UNMAP,
    WRITING,
    GrantWorld,
)
from hv.core.machine import Ram, few_frames
from hv.core.memory_world import RAM_SIZE
from wrought.hv.abi.xen import Errno
from wrought.hv.core import frames, grants, grants_life, ram, stage2
from wrought.hv.core.stage2_types import Kind
from wrought.hv.fake import cpu

machine = Ram(RAM_SIZE)
GFN = BASE_FRAME + 40
DECREASE = 1


@pytest.fixture(params=[1, 2])
def world(request: pytest.FixtureRequest) -> GrantWorld:
    """All domains use version 1, or 2."""
    made = GrantWorld(machine)
    if request.param == 2:
        for number in (HARDWARE, ONE, TWO):
            made.put(number, struct.pack("<I", 2))
            assert made.op(number, SET_VERSION, BASE, 1) == 0
    return made


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


def test_copy(world: GrantWorld):
    world.grant(ONE, 1, TWO, GFN, PERMIT | READONLY)
    world.grant(ONE, 2, TWO, GFN + 1)
    world.put(ONE, bytes(range(256)) * 16, GFN * PAGE)
    assert world.copy(TWO, (ONE, 1, 16), (SELF, GFN, 4000), 96, 1) == OKAY
    assert world.get(TWO, 96, GFN * PAGE + 4000) == bytes(range(16, 112))
    assert world.copy(TWO, (ONE, 1, 0), (ONE, 2, 0), 4096, 3) == OKAY
    assert world.get(ONE, 4096, (GFN + 1) * PAGE) == bytes(range(256)) * 16
    assert world.copy(TWO, (SELF, GFN, 4000), (ONE, 2, 0), 3, 2) == OKAY
    assert world.get(ONE, 4, (GFN + 1) * PAGE) == bytes([16, 17, 18, 3])
    assert world.copy(TWO, (SELF, GFN, 4000), (SELF, GFN, 4001), 10, 0) == OKAY
    assert world.get(TWO, 11, GFN * PAGE + 4000) == bytes([16, *range(16, 26)])
    assert world.copy(TWO, (ONE, 1, 4096), (SELF, GFN, 0), 0, 1) == OKAY
    assert world.used(ONE, 1) == 0 and world.used(ONE, 2) == 0
    assert world.domains[TWO].grants.copied == 5 and world.account() == 0


@pytest.mark.parametrize(("source", "dest", "size", "flags", "status"), [
    ((ONE, 1, 1), (SELF, GFN, 0), 4096, 1, BAD_COPY),
    ((ONE, 1, 0), (SELF, GFN, 4095), 2, 1, BAD_COPY),
    ((ONE, 1, 65535), (SELF, GFN, 0), 65535, 1, BAD_COPY),
    ((ONE, GFN, 0), (SELF, GFN, 0), 8, 0, DENIED), ((SELF, GFN, 0), (ONE, GFN, 0), 8, 0, DENIED),
    ((SELF, GFN, 0), (ONE, 1, 0), 8, 2, GENERAL), ((ONE, 9999, 0), (SELF, GFN, 0), 8, 1, BAD_REF),
    ((ONE, 1, 0), (SELF, HOLE // PAGE, 0), 8, 1, BAD_PAGE),
    ((ONE, 1, 0), (SELF, 2**64 - 1, 0), 8, 1, BAD_PAGE),
    ((9, 1, 0), (SELF, GFN, 0), 8, 1, BAD_DOMAIN), ((ONE, 1, 0), (SELF, GFN, 0), 8, 5, GENERAL)])
def test_copy_refuses(world: GrantWorld, source: tuple[int, int, int],
                      dest: tuple[int, int, int], size: int, flags: int, status: int):
    world.grant(ONE, 1, TWO, GFN, PERMIT | READONLY)
    before = world.get(ONE, PAGE, GFN * PAGE), world.get(TWO, PAGE, GFN * PAGE)
    assert world.copy(TWO, source, dest, size, flags) == status
    assert before == (world.get(ONE, PAGE, GFN * PAGE), world.get(TWO, PAGE, GFN * PAGE))
    assert world.used(ONE, 1) == 0 and world.account() == 0
    assert world.domains[ONE].grants.copies == 0


def test_copy_stays_in_a_sub_page(world: GrantWorld):
    if world.domains[ONE].grants.version == 1:
        return
    at = world.table(ONE, 1)
    for offset, length, good in ((100, 50, True), (4000, 100, False), (65535, 1, False)):
        machine.write(at, struct.pack("<HHHHQ", PERMIT | SUB_PAGE, TWO, offset, length, GFN))
        expected = OKAY if good else BAD_COPY
        assert world.copy(TWO, (ONE, 1, 100), (SELF, GFN, 0), 50, 1) == expected
        assert world.copy(TWO, (ONE, 1, 99), (SELF, GFN, 0), 50, 1) == BAD_COPY
        assert world.copy(TWO, (ONE, 1, 101), (SELF, GFN, 0), 50, 1) == BAD_COPY
    assert world.map(TWO, ONE, 1, HOLE)[0] == GENERAL
    assert world.used(ONE, 1) == 0


def test_transitive_grants_are_refused(world: GrantWorld):
    world.grant(ONE, 1, TWO, GFN, 3)
    assert world.copy(TWO, (ONE, 1, 0), (SELF, GFN, 0), 5, 1) == GENERAL
    assert world.map(TWO, ONE, 1, HOLE)[0] == GENERAL


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


def test_cache_flush(world: GrantWorld):
    def flush(number: int, at: int, offset: int, length: int, op: int) -> int:
        world.put(number, struct.pack("<QHHI", at, offset, length, op))
        return world.op(number, FLUSH, BASE, 1)

    assert flush(ONE, GFN * PAGE, 0, PAGE, 1) == 0 and flush(ONE, GFN * PAGE, 4095, 1, 3) == 0
    assert flush(ONE, GFN * PAGE, 1, PAGE, 1) == Errno.EINVAL
    assert flush(ONE, GFN * PAGE, 0, 1, 4) == Errno.EINVAL
    assert flush(ONE, GFN * PAGE, 0, 1, 1 << 31 | 1) == Errno.EOPNOTSUPP
    assert flush(ONE, HOLE, 0, 1, 1) == Errno.EPERM and flush(ONE, 2**64 - 1, 0, 1, 1) < 0
    assert flush(ONE, HOLE, 0, 0, 1) == 0
    world.grant(ONE, 1, HARDWARE, GFN)
    hpa = world.frame(ONE, GFN)
    assert flush(HARDWARE, hpa, 0, 64, 1) == Errno.EPERM
    world.domains[HARDWARE].direct = True
    world.map(HARDWARE, ONE, 1, HOLE)
    assert flush(HARDWARE, hpa, 0, 64, 1) == 0
    assert flush(HARDWARE, hpa + PAGE, 0, 64, 1) == Errno.EPERM


def test_handles_are_limited(world: GrantWorld):
    world.domains[TWO].grants.max_mapping_frames = 1
    world.grant(ONE, 1, TWO, GFN)
    for i in range(128):
        assert world.map(TWO, ONE, 1, HOLE + i * PAGE)[0] == OKAY
    assert world.map(TWO, ONE, 1, HOLE + 128 * PAGE)[0] == NO_SPACE
    assert world.unmap(TWO, 77, HOLE + 77 * PAGE) == OKAY
    assert world.map(TWO, ONE, 1, HOLE + 128 * PAGE)[1] == 77


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
