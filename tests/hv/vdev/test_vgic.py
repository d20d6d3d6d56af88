"""The virtual interrupt controller's single paths: what is written when, and who is told."""

from __future__ import annotations

import ctypes
import mmap

import pytest

from hv.vdev.vgic_world import ACTIVE, EOI, HW, PENDING, SPURIOUS, World
from wrought.hv.core.domain import WORK_INTERRUPTS, VcpuState
from wrought.hv.core.frames import add_memory, forget_memory, free_count
from wrought.hv.drivers.gic.lists import HCR_EN, HCR_LRENPIE, HCR_UIE
from wrought.hv.fake import cpu as fake_cpu
from wrought.hv.fake import memory as fake_memory
from wrought.hv.vdev import vgic
from wrought.lang.build.errors import Panic

TIMER, LINE, SPI = 27, 30, 40
FRAMES = 16


def make(version: int = 3, vcpus: int = 2, cpus: int = 2, lists: int = 4) -> World:
    """Everything enabled, and a vCPU on each CPU."""
    world = World(version, vcpus, cpus, lists)
    for vcpu in range(cpus):
        world.load(vcpu, vcpu)
        of = vcpu if version == 3 else None
        world.write(vcpu, 0x100 if of is None else 0x1_0100, 0xFFFF_FFFF, of=of)
    world.write(0, 0, 3)
    world.write(0, 0x104, 0xFFFF_FFFF)
    world.settle()
    fake_cpu.kicked.set(0)
    world.on(0)
    return world


def states(world: World) -> list[tuple[int, int]]:
    """INTID and state of list registers that are in use."""
    return [(x & 0xFFFF_FFFF, x >> 62) for x in world.fake.lr[:16] if x >> 62]


def test_sgi_to_self_is_written_at_once():
    world = make()
    before = world.fake.writes
    world.call(0, vgic.vgic_sgi_v3, 5 << 24 | 1)
    assert states(world) == [(5, 1)] and world.fake.writes == before + 1
    assert world.parts[0].core.work & WORK_INTERRUPTS == 0, "nothing is left to do"
    assert world.acknowledge(0) == (5, 0)
    world.call(0, vgic.vgic_sgi_v3, 5 << 24 | 1)
    assert states(world) == [(5, 3)], "pending again while active"
    world.end(0, 5)
    world.call(0, vgic.vgic_sgi_v3, 5 << 24 | 1)
    assert states(world) == [(5, 1)] and world.fake.writes == before + 3


def test_sgi_to_another_kicks_it():
    world = make()
    world.call(0, vgic.vgic_sgi_v3, 3 << 24 | 2)
    assert fake_cpu.kicked.get() == 2 and states(world) == []
    world.settle()
    world.on(1)
    assert states(world) == [(3, 1)]


def test_sgi_to_all_others():
    world = make(vcpus=4, cpus=1)
    world.call(0, vgic.vgic_sgi_v3, 3 << 24 | 1 << 40)
    assert [part.vgic.own.pending >> 3 & 1 for part in world.parts] == [0, 1, 1, 1]
    world.call(0, vgic.vgic_sgi_v3, 4 << 24 | 1 << 16 | 1)
    assert not any(part.vgic.own.pending >> 4 & 1 for part in world.parts), "nobody has Aff1 of 1"


def test_group_of_sgi_registers():
    world = make()
    world.call(0, vgic.vgic_sgi0_v3, 1 << 24 | 3)
    assert states(world) == [] and world.parts[1].vgic.own.pending == 0
    world.write(0, 0x1_0080, 0xFFFF_FFFD, of=0)
    world.settle()
    world.call(0, vgic.vgic_sgi_v3, 1 << 24 | 1)
    assert states(world) == []
    world.call(0, vgic.vgic_sgi0_v3, 1 << 24 | 1)
    assert states(world) == [(1, 1)]


def test_senders_v2():
    world = make(version=2)
    world.write(1, 0xF00, 1 << 16 | 7)
    world.write(0, 0xF00, 2 << 24 | 7)
    world.settle()
    world.on(0)
    assert world.read(0, 0xF20 + 7, size=1) == 3
    world.settle()
    seen = set()
    for _ in range(2):
        intid, sender = world.acknowledge(0)
        assert intid == 7
        seen.add(sender)
        world.end(0, intid, sender)
        world.settle()
    assert seen == {0, 1} and world.acknowledge(0)[0] == SPURIOUS


def test_level_line_that_stays_high_comes_again():
    world = make()
    vgic.vgic_set_level(world.vcpus[0], LINE, True)
    assert states(world) == [(LINE, 1)] and world.fake.lr[0] & EOI
    assert world.acknowledge(0) == (LINE, 0)
    world.end(0, LINE)
    assert world.maintenance()
    world.settle()
    assert world.acknowledge(0) == (LINE, 0)
    vgic.vgic_set_level(world.vcpus[0], LINE, False)
    world.settle()
    assert states(world) == [(LINE, 2)]
    assert not any(x & EOI for x in world.fake.lr[:4]), "its end needs no exit"
    world.end(0, LINE)
    assert not world.maintenance() and world.acknowledge(0)[0] == SPURIOUS


def test_level_line_that_falls_before_it_is_seen():
    world = make()
    vgic.vgic_set_level(world.vcpus[1], SPI, True)
    assert states(world) == [(SPI, 1)]
    vgic.vgic_set_level(world.vcpus[1], SPI, False)
    world.settle()
    assert states(world) == []


def test_timer_of_the_host():
    world = make(vcpus=3)
    for vcpu in range(3):
        assert vgic.vgic_map_hw(world.vcpus[vcpu], TIMER, 26)
    world.fake.active[26] = 1
    vgic.vgic_inject_edge(world.vcpus[0], TIMER)
    assert world.fake.lr[0] & HW and world.fake.lr[0] >> 32 & 0x1FFF == 26
    world.save(0)
    assert world.fake.active[26] == 0, "it is the next vCPU's"
    world.load(2, 0)
    assert world.fake.active[26] == 0
    world.save(2)
    world.load(0, 0)
    assert world.fake.active[26] == 1
    world.settle()
    assert world.acknowledge(0) == (TIMER, 0)
    world.end(0, TIMER)
    assert world.fake.active[26] == 0 and world.fake.deactivated[26] == 0


def test_shared_interrupt_of_the_host():
    world = make()
    assert vgic.vgic_map_spi(world.guest.domain, SPI, 77)
    world.write(0, 0x184, 1 << SPI - 32)
    assert world.fake.masked[77] == 1
    world.write(0, 0x104, 1 << SPI - 32)
    assert world.fake.masked[77] == 0
    world.fake.active[77] = 1
    vgic.vgic_inject_edge(world.vcpus[1], SPI)
    world.write(0, 0x284, 1 << SPI - 32)
    world.settle()
    assert states(world) == [] and world.fake.active[77] == 0, "cleared, it may come again"


def test_more_than_list_registers():
    world = make(lists=2)
    for i, intid in enumerate((40, 41, 42, 43)):
        world.write(0, 0x400 + intid, 0x80 - 0x10 * i, size=1)
        vgic.vgic_set_level(world.vcpus[0], intid, True)
        world.settle()
    assert {intid for intid, _ in states(world)} == {42, 43}
    assert world.fake.hcr == HCR_EN | HCR_UIE
    order = []
    while (taken := world.acknowledge(0)[0]) != SPURIOUS:
        order.append(taken)
        vgic.vgic_set_level(world.vcpus[0], taken, False)
        world.settle()
        world.end(0, taken)
        world.settle()
    assert order == [43, 42, 41, 40] and world.fake.hcr == HCR_EN


def test_active_interrupt_gives_way_and_its_end_is_counted():
    world = make(lists=2)
    for intid, priority in ((40, 0x80), (41, 0x60), (42, 0x40)):
        world.write(0, 0x400 + intid, priority, size=1)
        world.write(0, 0x204, 1 << intid - 32)
        world.settle()
        assert world.acknowledge(0) == (intid, 0)
    assert {intid for intid, _ in states(world)} == {41, 42}
    assert world.fake.hcr & HCR_LRENPIE
    for intid in (42, 41, 40):
        world.end(0, intid)
        world.settle()
    assert states(world) == [] and world.guest.whole.vgic.bank[0].active == 0
    assert world.fake.hcr & HCR_LRENPIE == 0


def test_disabled_on_another_cpu():
    world = make()
    vgic.vgic_set_level(world.vcpus[0], SPI, True)
    world.on(1)
    world.write(1, 0x184, 1 << SPI - 32)
    assert fake_cpu.kicked.get() == 1, "the CPU that has it in a list register looks again"
    world.settle()
    world.on(0)
    assert states(world) == []
    world.write(1, 0x104, 1 << SPI - 32)
    world.settle()
    world.on(0)
    assert states(world) == [(SPI, 1)]


def test_retargeted_while_its_vcpu_is_switched_out():
    world = make()
    vgic.vgic_set_level(world.vcpus[0], SPI, True)
    world.save(0)
    world.write(1, 0x6000 + 8 * SPI, 1, size=8)
    world.settle()
    world.on(1)
    assert states(world) == [(SPI, 1)]


@pytest.mark.parametrize("of", (3, SPI))
def test_blocked_vcpu_is_woken(of: int):
    world = make(vcpus=3)
    world.write(0, 0x6000 + 8 * SPI, 2, size=8)
    world.parts[2].core.state = int(VcpuState.BLOCKED)
    world.parts[2].core.work = 0
    world.parts[2].vgic.own.edge = 0xFFFF_FFFF
    vgic.vgic_set_level(world.vcpus[2], of, True)
    assert world.parts[2].core.state == int(VcpuState.RUNNABLE)
    assert world.parts[2].core.work & WORK_INTERRUPTS and fake_cpu.kicked.get() & 3 == 0
    assert vgic.vgic_pending(world.vcpus[2])


def test_pending_looks_at_mask_and_groups():
    world = make()
    world.write(0, 0x400 + SPI, 0xA0, size=1)
    vgic.vgic_set_level(world.vcpus[0], SPI, True)
    assert vgic.vgic_pending(world.vcpus[0])
    world.fake.vmcr = 0xA000_0003
    assert not vgic.vgic_pending(world.vcpus[0])
    world.fake.vmcr = 0xF000_0001
    assert not vgic.vgic_pending(world.vcpus[0])
    world.fake.vmcr = 0xF000_0003
    world.acknowledge(0)
    assert not vgic.vgic_pending(world.vcpus[0])


def test_reset_vcpu_and_unknown_numbers():
    world = make()
    for intid in (96, 1019, 1020, 1023, 8192, 2**32 - 1):
        vgic.vgic_inject_edge(world.vcpus[0], intid)
        vgic.vgic_set_level(world.vcpus[0], intid, True)
        vgic.vgic_deactivate(world.vcpus[0], intid)
        assert not vgic.vgic_map_hw(world.vcpus[0], intid, 50)
    assert states(world) == []
    with pytest.raises(Panic, match="loaded"):
        vgic.vgic_init_vcpu(world.vcpus[0])
    vgic.vgic_inject_edge(world.vcpus[0], 2)
    world.save(0)
    vgic.vgic_init_vcpu(world.vcpus[0])
    assert world.parts[0].vgic.own.pending == 0


@pytest.fixture
def memory():
    """Machine memory of a few frames."""
    size = FRAMES * 4096
    window = mmap.mmap(-1, size)
    base = ctypes.addressof(ctypes.c_char.from_buffer(window))
    fake_memory.set_window(0x4000_0000, size, base)
    forget_memory()
    assert add_memory(0x4000_0000, size)
    yield
    forget_memory()


def test_all_shared_interrupts(memory):
    world = World(3, vcpus=1, cpus=1, lists=4, spis=988)
    free = free_count()
    world.load(0, 0)
    world.write(0, 0, 3)
    assert world.read(0, 4) & 31 == 31
    for intid in range(32, 1020):
        world.write(0, 0x100 + intid // 32 * 4, 1 << intid % 32)
        vgic.vgic_set_level(world.vcpus[0], intid, True)
        world.settle()
    vgic.vgic_set_level(world.vcpus[0], 1021, True)
    world.write(0, 0x100 + 31 * 4, 0xFFFF_FFFF)
    assert world.read(0, 0x100 + 31 * 4) == 0x0FFF_FFFF
    for _ in range(988):
        intid, _sender = world.acknowledge(0)
        vgic.vgic_set_level(world.vcpus[0], intid, False)
        world.end(0, intid)
        world.settle()
    assert world.acknowledge(0)[0] == SPURIOUS
    world.save(0)
    vgic.vgic_destroy(world.guest.domain)
    assert free_count() > free


def test_memory_is_out(memory):
    world = World(3, vcpus=1, cpus=1, lists=4)
    while free_count() > 0:
        before = free_count()
        if not vgic.vgic_init_domain(world.guest.domain, 3, 988):
            break
        assert free_count() < before
    assert not vgic.vgic_init_domain(world.guest.domain, 3, 988)
    assert vgic.vgic_init_domain(world.guest.domain, 2, 32), "few need no frame"
    for version, spis in ((1, 32), (4, 32), (3, 989)):
        assert not vgic.vgic_init_domain(world.guest.domain, version, spis)


def test_end_without_switch_needs_no_write():
    """What the guest has ended is noticed without touching its list register."""
    world = make()
    vgic.vgic_inject_edge(world.vcpus[0], 4)
    world.acknowledge(0)
    world.end(0, 4)
    before = world.fake.writes
    vgic.vgic_sync(world.vcpus[0])
    assert world.parts[0].vgic.used == 0 and world.fake.writes == before
    assert PENDING | ACTIVE == 3 << 62
