"""How domains end: nothing of them is reused while a CPU may still use it."""

from __future__ import annotations

from typing import Any

import pytest

from hv.core.build_world import SIZE, BuildWorld
from hv.core.machine import Ram
from hv.tool.files import an_image
from wrought.hv.core import console_input, frames, grace, life
from wrought.hv.core import domain as domain_module
from wrought.hv.core.domain import DomainState
from wrought.hv.core.life import Fate
from wrought.hv.fake import cpu
from wrought.hv.tool.devicetree import strings

POWEROFF, REBOOT = 0, 1
CPUS = 3


@pytest.fixture(scope="module")
def ram() -> Ram:
    return Ram(SIZE)


class Ending:
    """Two domains on three CPUs; the first ends."""

    def __init__(self, ram: Ram, reason: int) -> None:
        for i in range(64):
            life.leaving.get()[i] = None
            grace.graces.get().seen[i] = 0
        grace.graces.get().begun = 0
        life.dying.set(0)
        self.world = BuildWorld(ram)
        for name in ("ends", "stays"):
            self.world.domain(name, an_image()).props["wrought,console"] = strings("pv")
        assert self.world.build() == ["built"] * 2
        cpu.cpus.set(CPUS)
        cpu.current.set(1)
        cpu.kicked.set(0)
        self.pointer = domain_module.domains.get()[1]
        self.d = self.pointer.value
        life.shutdown_domain(self.pointer, reason)

    def step(self) -> Fate:
        return Fate(life.reap()[0])

    def until_hidden(self) -> None:
        """The steps in which others can still find it."""
        for _ in range(100):
            assert domain_module.domains.get()[1] is not None
            step = self.step()
            if self.d.hidden:
                assert step == Fate.WAIT
                return
            assert step == Fate.MORE
        raise AssertionError("it is never taken out")

    def answer(self, number: int) -> None:
        """A CPU answers the kick."""
        cpu.current.set(number)
        grace.grace_point()
        cpu.current.set(1)


def tables(d: Any) -> int:
    return int(d.memory.root)


@pytest.mark.parametrize(("reason", "fate"), [(REBOOT, Fate.RESTART), (POWEROFF, Fate.MORE)])
def test_all_cpus_answer_first(ram: Ram, reason: int, fate: Fate):
    it = Ending(ram, reason)
    it.until_hidden()
    assert domain_module.domains.get()[1] is None
    assert cpu.kicked.get() == 0b101, "all others were kicked"
    before = it.d.vcpu_count, tables(it.d)
    assert before[0] == 1 and before[1]
    for number in (0, 2):
        for _ in range(3):
            assert it.step() == Fate.WAIT
        assert (it.d.vcpu_count, tables(it.d)) == before, "a CPU may still use it"
        it.answer(number)
    assert it.step() == fate
    assert it.d.vcpu_count == 0 and not tables(it.d)
    assert life.dying.get() == 0
    assert it.step() == Fate.NOTHING
    assert it.d.state == int(DomainState.EMPTY if reason == POWEROFF else DomainState.DYING)


def test_an_answer_to_an_earlier_kick_does_not_count(ram: Ram):
    it = Ending(ram, REBOOT)
    it.answer(0)
    it.answer(2)
    it.until_hidden()
    assert it.step() == Fate.WAIT and it.d.vcpu_count == 1


def test_two_that_end(ram: Ram):
    """Each has its own period."""
    it = Ending(ram, REBOOT)
    other = domain_module.domains.get()[2]
    it.until_hidden()
    it.answer(0)
    life.shutdown_domain(other, REBOOT)
    while not other.value.hidden:
        assert it.step() in (Fate.MORE, Fate.WAIT)
    it.answer(2)
    fate, found = life.reap()
    assert fate == Fate.RESTART and found.value.id == 1
    assert it.step() == Fate.WAIT and other.value.vcpu_count == 1
    it.answer(0)
    fate, found = life.reap()
    assert fate == Fate.RESTART and found.value.id == 2


def test_nothing_is_lost(ram: Ram):
    """All memory of a domain goes back but the structure itself."""
    it = Ending(ram, POWEROFF)
    one = frames.free_count()
    it.until_hidden()
    it.answer(0)
    it.answer(2)
    assert it.step() == Fate.MORE
    first = frames.free_count() - one
    cpu.current.set(1)
    life.shutdown_domain(domain_module.domains.get()[2], POWEROFF)
    before = frames.free_count()
    for _ in range(100):
        it.step()
        it.answer(0)
        it.answer(2)
    assert frames.free_count() - before == first > 4096


def test_keys_for_a_domain_that_is_gone(ram: Ram):
    """`R`, typed into a domain that restarts, does not restart all."""
    it = Ending(ram, REBOOT)
    console_input.focus.set(1)
    console_input.switches.set(0)
    it.until_hidden()
    console_input.receive(ord("R"))
    assert domain_module.domains.get()[2].value.state == int(DomainState.RUNNING)
