"""memory_op: what each operation does, and what it refuses."""

from __future__ import annotations

import struct

import pytest

from hv.core.machine import PAGE, Ram, few_frames
from hv.core.memory_world import BASE, BASE_FRAME, HARDWARE, ONE, RAM_SIZE, SELF, TWO, World
from wrought.hv.abi.memory import MemoryOp, Space
from wrought.hv.abi.xen import Errno
from wrought.hv.core import foreign, frames, grants_life, ram, stage2
from wrought.hv.core.stage2_types import Kind
from wrought.hv.fake import cpu, guest

machine = Ram(RAM_SIZE)
INCREASE, DECREASE, POPULATE = 0, 1, 6
ADD, REMOVE, BATCH = 7, 15, 23
HOLE = BASE_FRAME + 0x1000


@pytest.fixture
def world() -> World:
    return World(machine)


def test_populate_and_decrease(world: World):
    free = frames.free_count()
    assert world.balloon(ONE, POPULATE, [HOLE, HOLE + 5, HOLE + 2]) == 3
    assert world.domains[ONE].frames == 528 + 3
    world.check()
    assert set(world.pages(ONE, Kind.RAM)) >= {(HOLE + i) * PAGE for i in (0, 2, 5)}
    assert world.balloon(ONE, DECREASE, [HOLE + 5, HOLE, HOLE + 1, HOLE + 2]) == 2
    assert world.balloon(ONE, DECREASE, [HOLE + 2]) == 1
    world.check()
    assert frames.free_count() == free


def test_superpage_extents(world: World):
    """2 MB at once become one block; taken out in pieces and as a whole."""
    at = BASE_FRAME + 1024
    assert world.balloon(TWO, POPULATE, [at], order=9) == 0, "over the domain's limit"
    world.domains[TWO].max_frames = 2048
    assert world.balloon(TWO, POPULATE, [at], order=9) == 1
    assert world.tables(TWO).blocks[at * PAGE].size == 512 * PAGE
    assert world.balloon(TWO, DECREASE, [at + 8], order=3) == 1
    world.check()
    assert world.balloon(TWO, DECREASE, [at], order=9) == 0
    assert world.balloon(TWO, POPULATE, [at + 512], order=10) == 0
    assert world.balloon(TWO, POPULATE, [at + 512, at + 1024], order=9) == 2
    assert world.balloon(TWO, DECREASE, [at + 512, at + 1024], order=9) == 2
    world.check()


def test_ballooned_out_memory_is_scrubbed(world: World):
    gfn = BASE_FRAME + 100
    world.store(ONE, gfn * PAGE, b"secret")
    hpa = world.pages(ONE, Kind.RAM)[gfn * PAGE]
    assert world.balloon(ONE, DECREASE, [gfn]) == 1
    assert machine.read(hpa, PAGE) == bytes(PAGE)


@pytest.mark.parametrize("gfn", [BASE_FRAME, HOLE - 2**40, 1 << 28, 1 << 36, 1 << 52, 2**64 - 1])
def test_populate_stops_at_what_it_cannot(world: World, gfn: int):
    """Taken or beyond the guest's 40 bits: the count is of what was before."""
    assert world.balloon(ONE, POPULATE, [HOLE, gfn % 2**64, HOLE + 1]) == 1
    assert world.balloon(ONE, DECREASE, [HOLE, (gfn | 1 << 40) % 2**64, HOLE + 1]) == 1
    world.check()


def test_limits(world: World):
    d = world.domains[ONE]
    d.max_frames = d.frames + 2
    assert world.balloon(ONE, POPULATE, [HOLE, HOLE + 1, HOLE + 2]) == 2
    d.max_frames = 1
    assert world.balloon(ONE, POPULATE, [HOLE + 2]) == 0
    world.check()


def test_no_memory_left(world: World):
    """Each page needs a table as well; the last frames go for neither alone."""
    world.domains[ONE].max_frames = 1 << 40
    with few_frames(41):
        gfns = [HOLE + 512 * n for n in range(100)]
        assert world.balloon(ONE, POPULATE, gfns) == 20
        world.check(kept=world.total - world.accounted())
        assert world.balloon(ONE, DECREASE, gfns) == 20
        assert frames.free_count() == 41
    world.check()


def test_decrease_of_kept_memory(world: World):
    """Kept frames come back, to the same place and empty."""
    d = world.domains[HARDWARE]
    before = world.pages(HARDWARE, Kind.RAM)
    gfns = [BASE_FRAME + 20, BASE_FRAME + 21]
    assert ram.ram_keep(d, BASE, before[BASE], 100 * PAGE)
    assert ram.ram_keep(d, BASE + 100 * PAGE, before[BASE] + 100 * PAGE, 412 * PAGE)
    assert d.memory.kept_count == 1
    assert world.balloon(HARDWARE, DECREASE, gfns) == 2
    world.check(kept=2)
    assert not world.pages(HARDWARE, Kind.RAM).keys() & {gfn * PAGE for gfn in gfns}
    assert world.balloon(HARDWARE, POPULATE, gfns) == 2
    assert world.pages(HARDWARE, Kind.RAM) == before
    world.check()


def test_interrupted_calls_go_on(world: World):
    """Each round does one extent; the count is of all rounds."""
    cpu.waiting.set(True)
    gfns = [HOLE + i for i in range(40)]
    assert world.balloon(ONE, POPULATE, gfns) == 40
    world.check()
    assert world.balloon(ONE, DECREASE, gfns, start=30) == 40
    assert world.domains[ONE].frames == 528 + 30
    assert world.balloon(ONE, DECREASE, gfns[:30], start=31) == 31
    items = [(i, 0x100 + i) for i in range(BASE_FRAME + 5, BASE_FRAME + 15)]
    assert world.batch(HARDWARE, Space.GMFN_FOREIGN, items, extra=ONE) == (0, [0] * 10)
    world.check()


def test_increase_gives_nothing(world: World):
    assert world.balloon(ONE, INCREASE, [HOLE]) == 0
    assert world.balloon(ONE, INCREASE, [HOLE], start=7) == 7


@pytest.mark.parametrize("order", [10, 31, 64, 2**32 - 1])
def test_orders_too_large(world: World, order: int):
    assert world.balloon(HARDWARE, POPULATE, [0], order=order) == 0
    assert world.balloon(HARDWARE, DECREASE, [0], order=order) == 0


@pytest.mark.parametrize("count", [1 << 58, 2**64 - 1, 2**63, 1 << 40])
def test_huge_counts(world: World, count: int):
    """The array ends where the guest's memory does; nothing overflows."""
    world.store(ONE, BASE, struct.pack("<QQIIH6x", BASE + 528 * PAGE - 16, count, 0, 0, SELF))
    world.store(ONE, BASE + 528 * PAGE - 16, struct.pack("<QQ", HOLE, HOLE + 1))
    assert world.call(ONE, POPULATE, BASE) == (2 if count < 1 << 58 else 0)
    world.check()


def test_figures(world: World):
    where = BASE + PAGE - 1
    world.store(ONE, where, struct.pack("<H", SELF))
    assert world.call(ONE, MemoryOp.CURRENT_RESERVATION, where) == 528
    assert world.call(ONE, MemoryOp.MAXIMUM_RESERVATION, where) == 1024
    assert world.call(ONE, MemoryOp.MAXIMUM_GPFN, where) == BASE_FRAME + 527
    assert world.call(ONE, MemoryOp.MAXIMUM_RAM_PAGE, 0) == (0x4000_0000 + RAM_SIZE) // PAGE
    assert world.call(ONE, MemoryOp.GET_SHARING_FREED_PAGES, 0) == 0
    world.store(ONE, where, struct.pack("<H", TWO))
    assert world.call(ONE, MemoryOp.CURRENT_RESERVATION, where) == Errno.EPERM
    assert world.call(ONE, MemoryOp.GET_VNUMAINFO, where) == Errno.EPERM
    world.store(ONE, where, struct.pack("<H", 63))
    assert world.call(ONE, MemoryOp.MAXIMUM_GPFN, where) == Errno.ESRCH
    assert world.call(ONE, MemoryOp.MAXIMUM_GPFN, BASE + 528 * PAGE - 1) == Errno.EFAULT
    world.store(HARDWARE, where, struct.pack("<H", TWO))
    assert world.call(HARDWARE, MemoryOp.CURRENT_RESERVATION, where) == 528
    assert world.call(HARDWARE, MemoryOp.GET_VNUMAINFO, where) == Errno.EOPNOTSUPP


def test_other_domains_are_for_the_hardware_domain(world: World):
    assert world.balloon(ONE, POPULATE, [HOLE], domain=TWO) == 0
    assert world.balloon(ONE, DECREASE, [BASE_FRAME], domain=TWO) == 0
    assert world.balloon(HARDWARE, POPULATE, [HOLE], domain=TWO) == 1
    assert world.balloon(HARDWARE, DECREASE, [HOLE], domain=TWO) == 1
    assert world.balloon(HARDWARE, DECREASE, [BASE_FRAME], domain=50) == 0
    world.check()


@pytest.mark.parametrize("op", range(64))
def test_everything_else_is_refused(world: World, op: int):
    known = {0, 1, 2, 3, 4, 6, ADD, 14, REMOVE, 18, 19, BATCH, 26}
    if op in known:
        return
    tools = {21, 24, 28}
    assert world.call(ONE, op, BASE) == (Errno.EPERM if op in tools else Errno.ENOSYS)
    assert world.call(HARDWARE, op, BASE) == (Errno.EOPNOTSUPP if op in tools else Errno.ENOSYS)


def add(world: World, number: int, space: int, idx: int, gfn: int, domain: int = SELF) -> int:
    world.store(number, BASE, struct.pack("<HHIQQ", domain, 0, space, idx, gfn))
    return world.call(number, ADD, BASE)


def remove(world: World, number: int, gfn: int, domain: int = SELF) -> int:
    world.store(number, BASE, struct.pack("<H6xQ", domain, gfn))
    return world.call(number, REMOVE, BASE)


@pytest.mark.parametrize("gfn", [HOLE, BASE_FRAME + 77])
def test_shared_info(world: World, gfn: int):
    """In a hole, or over RAM as Linux does it, whose frame is freed."""
    d, free = world.domains[ONE], frames.free_count() - world.domains[ONE].frames
    assert add(world, ONE, Space.SHARED_INFO, 0, gfn) == 0
    assert world.pages(ONE, Kind.XEN) == {gfn * PAGE: d.shared_info}
    world.check()
    assert add(world, ONE, Space.SHARED_INFO, 0, gfn) == 0
    assert remove(world, ONE, gfn) == 0 and remove(world, ONE, gfn) == Errno.ENOENT
    world.check()
    assert world.balloon(ONE, DECREASE, [gfn]) == 0
    assert free >= 0 and not world.pages(ONE, Kind.XEN)


def test_refused_mappings(world: World):
    assert add(world, ONE, Space.SHARED_INFO, 1, HOLE) == Errno.EINVAL
    assert add(world, ONE, Space.SHARED_INFO, 0, 1 << 28) == Errno.EINVAL
    assert add(world, ONE, Space.SHARED_INFO, 0, 2**64 - 1) == Errno.EINVAL
    assert add(world, ONE, Space.GMFN, BASE_FRAME, HOLE) == Errno.ENOSYS
    assert add(world, ONE, Space.GMFN_RANGE, BASE_FRAME, HOLE) == Errno.ENOSYS
    assert add(world, ONE, Space.GMFN_FOREIGN, BASE_FRAME, HOLE) == Errno.ENOSYS
    assert add(world, ONE, 6, 0, HOLE) == Errno.ENOSYS
    assert add(world, ONE, Space.GRANT_TABLE, 2**63, HOLE) == Errno.EINVAL
    assert add(world, ONE, Space.SHARED_INFO, 0, HOLE, TWO) == Errno.EPERM
    assert add(world, ONE, Space.SHARED_INFO, 0, HOLE, 40) == Errno.ESRCH
    assert world.call(ONE, ADD, BASE + 528 * PAGE - 8) == Errno.EFAULT
    assert world.call(ONE, ADD, 2**64 - 4) == Errno.EFAULT
    assert add(world, HARDWARE, Space.SHARED_INFO, 0, HOLE, TWO) == 0
    assert world.pages(TWO, Kind.XEN)
    world.check()


def test_hidden_structures_fault(world: World):
    """What the guest's own tables don't map is EFAULT, though the memory is there."""
    world.store(ONE, BASE + PAGE - 8, struct.pack("<HHIQQ", SELF, 0, 0, 0, HOLE))
    guest.hidden_from.set(BASE + PAGE)
    guest.hidden_to.set(BASE + 2 * PAGE)
    assert world.call(ONE, ADD, BASE + PAGE - 8) == Errno.EFAULT
    guest.hidden_to.set(BASE + PAGE)
    assert world.call(ONE, ADD, BASE + PAGE - 8) == 0


def test_device_pages(world: World):
    """Only a device that the hardware domain has already, one to one."""
    d, uart = world.domains[HARDWARE], 0x900_0000
    assert stage2.stage2_map(d.memory, uart, uart, PAGE, Kind.DEVICE)
    assert add(world, HARDWARE, Space.DEV_MMIO, uart // PAGE, HOLE) == 0
    assert world.pages(HARDWARE, Kind.DEVICE) == {uart: uart, HOLE * PAGE: uart}
    assert add(world, HARDWARE, Space.DEV_MMIO, uart // PAGE, uart // PAGE) == 0
    assert add(world, HARDWARE, Space.DEV_MMIO, uart // PAGE + 1, HOLE + 1) == Errno.EPERM
    assert add(world, HARDWARE, Space.DEV_MMIO, BASE_FRAME, HOLE + 1) == Errno.EPERM
    assert add(world, ONE, Space.DEV_MMIO, uart // PAGE, HOLE) == Errno.EPERM
    assert remove(world, HARDWARE, HOLE) == Errno.EBUSY
    assert world.batch(HARDWARE, Space.DEV_MMIO, [(0, 0)], extra=1)[0] == Errno.EOPNOTSUPP


def test_foreign_frames(world: World):
    theirs = BASE_FRAME + 200
    hpa = world.pages(ONE, Kind.RAM)[theirs * PAGE]
    items = [(theirs, HOLE), (HOLE, HOLE + 1), (theirs, BASE_FRAME + 9)]
    assert world.batch(HARDWARE, Space.GMFN_FOREIGN, items, extra=ONE) == (
        0, [0, int(Errno.EINVAL), 0])
    assert world.pages(HARDWARE, Kind.FOREIGN) == {
        HOLE * PAGE: hpa, (BASE_FRAME + 9) * PAGE: hpa}
    world.check()
    world.store(HARDWARE, HOLE * PAGE, b"hello")
    assert world.fetch(ONE, theirs * PAGE, 5) == b"hello"
    assert world.balloon(ONE, DECREASE, [theirs]) == 0
    assert add(world, ONE, Space.SHARED_INFO, 0, theirs) == Errno.EBUSY
    assert remove(world, HARDWARE, HOLE) == 0
    assert world.balloon(ONE, DECREASE, [theirs]) == 0
    assert remove(world, HARDWARE, BASE_FRAME + 9) == 0
    assert world.balloon(ONE, DECREASE, [theirs]) == 1
    assert foreign.frames_taken.get() == 1
    world.check()


def test_refused_foreign_frames(world: World):
    item = [(BASE_FRAME, HOLE)]
    batch, foreign_ = world.batch, Space.GMFN_FOREIGN
    untouched = [0x11111111]
    assert batch(ONE, foreign_, item, extra=TWO) == (Errno.EPERM, untouched)
    assert batch(ONE, foreign_, item, extra=HARDWARE) == (Errno.EPERM, untouched)
    assert batch(ONE, foreign_, item, extra=SELF) == (Errno.EINVAL, untouched)
    assert batch(HARDWARE, foreign_, item, extra=HARDWARE) == (Errno.EINVAL, untouched)
    assert batch(HARDWARE, foreign_, item, extra=44) == (Errno.ESRCH, untouched)
    assert batch(HARDWARE, foreign_, item, domain=44, extra=ONE) == (Errno.ESRCH, untouched)
    assert batch(ONE, foreign_, item, domain=TWO, extra=ONE) == (Errno.EPERM, untouched)
    assert batch(HARDWARE, foreign_, item, extra=ONE, start=2) == (Errno.EILSEQ, untouched)
    assert batch(HARDWARE, foreign_, item, extra=ONE, start=1) == (0, untouched)
    assert batch(HARDWARE, foreign_, [(2**64 - 1, HOLE)], extra=ONE) == (0, [int(Errno.EINVAL)])
    assert batch(HARDWARE, foreign_, [(BASE_FRAME, 2**52)], extra=ONE) == (0, [int(Errno.EINVAL)])
    assert not world.pages(HARDWARE, Kind.FOREIGN)
    assert world.balloon(ONE, DECREASE, [BASE_FRAME + 1]) == 1
    world.check()


def test_owner_ends_first(world: World):
    """A frame that others map is freed, scrubbed, when the last of them unmaps it."""
    theirs = BASE_FRAME + 200
    hpa = world.pages(TWO, Kind.RAM)[theirs * PAGE]
    world.store(TWO, theirs * PAGE, b"secret")
    assert world.batch(HARDWARE, Space.GMFN_FOREIGN, [(theirs, HOLE)], extra=TWO) == (0, [0])
    world.release(TWO)
    world.check(orphans=1)
    assert world.fetch(HARDWARE, HOLE * PAGE, 6) == b"secret"
    assert remove(world, HARDWARE, HOLE) == 0
    assert machine.read(hpa, PAGE) == bytes(PAGE)
    world.check()


def test_end_of_domains(world: World):
    """All memory comes back, without a trace of what was in it."""
    for number in range(3):
        assert add(world, number, Space.SHARED_INFO, 0, HOLE) == 0
        for gpa in world.pages(number, Kind.RAM):
            world.store(number, gpa + 8, b"secret")
    items = [(BASE_FRAME + i, HOLE + 1 + i) for i in range(5)]
    assert world.batch(HARDWARE, Space.GMFN_FOREIGN, items, extra=ONE) == (0, [0] * 5)
    used = [*world.pages(ONE, Kind.RAM).values(), *world.pages(TWO, Kind.RAM).values()]
    for number in (TWO, ONE, HARDWARE):
        world.release(number)
    assert frames.free_count() + foreign.frames_taken.get() == world.total
    assert all(machine.read(at, PAGE) == bytes(PAGE) for at in used)


def test_end_of_kept_memory(world: World):
    """It is scrubbed and stays reserved."""
    d, hpa = world.domains[TWO], world.pages(TWO, Kind.RAM)[BASE]
    assert ram.ram_keep(d, BASE, hpa, 512 * PAGE)
    world.store(TWO, BASE, b"secret")
    world.release(TWO)
    world.check(kept=512)
    assert machine.read(hpa, 512 * PAGE) == bytes(512 * PAGE)


def test_grant_table_frames(world: World):
    """The table grows to have the frame that is asked for; status frames are read-only."""
    d = world.domains[ONE]
    assert add(world, ONE, Space.GRANT_TABLE, 0, HOLE) == Errno.EINVAL
    assert grants_life.grants_init(d)
    assert add(world, ONE, Space.GRANT_TABLE, 1, HOLE) == 0
    assert add(world, ONE, Space.GRANT_TABLE, 0, HOLE + 1) == 0
    assert d.grants.frame_count == 2
    assert world.pages(ONE, Kind.XEN) == {
        HOLE * PAGE: d.grants.frames[1], (HOLE + 1) * PAGE: d.grants.frames[0]}
    assert add(world, ONE, Space.GRANT_TABLE, 1 << 31, HOLE + 2) == Errno.EINVAL
    d.grants.version = 2
    assert add(world, ONE, Space.GRANT_TABLE, 1 << 31, HOLE + 2) == 0
    assert world.pages(ONE, Kind.XEN_READ_ONLY) == {(HOLE + 2) * PAGE: d.grants.status[0]}
    assert world.balloon(ONE, DECREASE, [HOLE]) == 0
    world.check(kept=3)


def test_pages_that_the_hypervisor_writes_stay(world: World):
    """A registered vcpu_info: neither ballooned out nor covered, alone or within a block."""
    gfn = BASE_FRAME + 33
    vcpu = world.domains[ONE].vcpus[0].value
    vcpu.events.info = world.pages(ONE, Kind.RAM)[gfn * PAGE] + 0x40
    assert world.balloon(ONE, DECREASE, [gfn - 1, gfn]) == 1
    assert world.balloon(ONE, DECREASE, [gfn - 1], order=2) == 0
    assert add(world, ONE, Space.SHARED_INFO, 0, gfn) == Errno.EBUSY
    assert remove(world, ONE, gfn) == Errno.EBUSY
    vcpu.events.info = 0
    assert remove(world, ONE, gfn) == 0
    world.check()


def test_one_held_page_keeps_its_extent(world: World):
    theirs = BASE_FRAME + 203
    assert world.batch(HARDWARE, Space.GMFN_FOREIGN, [(theirs, HOLE)], extra=ONE) == (0, [0])
    assert world.balloon(ONE, DECREASE, [BASE_FRAME + 200], order=3) == 0
    assert world.balloon(ONE, DECREASE, [BASE_FRAME + 208], order=3) == 1
    world.check()


def test_a_foreign_page_that_could_not_be_mapped_is_not_held(world: World):
    d = world.domains[HARDWARE]
    assert stage2.stage2_map(d.memory, HOLE * PAGE, 0x900_0000, PAGE, Kind.DEVICE)
    items = [(BASE_FRAME + 200, HOLE)]
    assert world.batch(HARDWARE, Space.GMFN_FOREIGN, items, extra=ONE) == (0, [int(Errno.EBUSY)])
    assert world.balloon(ONE, DECREASE, [BASE_FRAME + 200]) == 1
    world.check()
