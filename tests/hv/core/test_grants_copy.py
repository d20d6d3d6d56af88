"""grant_table_op: copies between domains, and cache maintenance of granted pages."""

from __future__ import annotations

import struct

import pytest

from hv.core.grant_world import (
    BAD_COPY,
    BAD_DOMAIN,
    BAD_PAGE,
    BAD_REF,
    BASE,
    BASE_FRAME,
    DENIED,
    FLUSH,
    GENERAL,
    HARDWARE,
    HOLE,
    OKAY,
    ONE,
    PAGE,
    PERMIT,
    READONLY,
    SELF,
    SUB_PAGE,
    TWO,
    GrantWorld,
    of_version,
)
from hv.core.machine import Ram
from hv.core.memory_world import RAM_SIZE
from wrought.hv.abi.xen import Errno

machine = Ram(RAM_SIZE)
GFN = BASE_FRAME + 40


@pytest.fixture(params=[1, 2])
def world(request: pytest.FixtureRequest) -> GrantWorld:
    """All domains use version 1, or 2."""
    return of_version(machine, request.param)


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
