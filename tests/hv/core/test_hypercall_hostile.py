"""Every hypercall with arguments that no kernel would give: errors, never a panic, and nothing of
another domain's or of the hypervisor's memory is touched."""

from __future__ import annotations

import random
import struct

import pytest

from hv.core.call_world import call
from hv.core.event_world import BASE, PAGE, PAGES, World
from hv.core.machine import Ram
from wrought.hv.core import grants_life
from wrought.hv.core.call_table import ANY
from wrought.hv.core.domain import DomainState
from wrought.hv.core.hypercall_table import TABLE
from wrought.hv.fake import cpu, guest

ram = Ram(4 << 20)
END = BASE + PAGES * PAGE
ROWS = {int(row.number): row for row in TABLE}
NUMBERS = list(ROWS)
KNOWN = {0, -1, -2, -3, -7, -11, -12, -13, -14, -16, -17, -18, -19, -22, -28, -34, -35, -38, -61,
         -75, -84, -95}
"""Errors of Xen's ABI that are given; everything else is a result from 0 on."""
ADDRESSES = [0, 1, 8, BASE, BASE + 1, BASE + 8, BASE + PAGE - 4, BASE + PAGE - 1, END - 64,
             END - 8, END - 1, END, BASE - 8, 2**64 - 1, 2**64 - 8, 2**63, 1 << 48, 1 << 40]
VALUES = [*range(45), 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**64 - 1, 0x7FF0, 0x7FF1, 0x7FF2,
          0x7FF4, BASE // PAGE, BASE // PAGE + 3, END // PAGE, 2**52 - 1, 62, 128]


class Hostile:
    """A world in which domain 1 does what it likes."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.world = World(ram)
        guest.masked.set(False)
        for d in self.world.domains:
            assert grants_life.grants_init(d)
            d.max_frames = PAGES
            d.frames = PAGES
        theirs = self.world.alloc_unbound(2, 0x7FF0, 1)
        assert self.world.bind_interdomain(1, 2, theirs) > 0
        self.other = self.memory(2)

    def memory(self, number: int) -> bytes:
        """All RAM of a domain."""
        return ram.read(self.world.at(number, 0), PAGES * PAGE)

    def fill(self) -> None:
        """Structures full of numbers that mean something, and some that do not."""
        pick = self.chance.choice
        for page in (0, 1, PAGES - 1):
            words = b"".join(
                struct.pack("<Q", pick((*VALUES, *ADDRESSES)) if self.chance.random() < 0.5
                            else pick(VALUES[:45]) & 0xFFFF | (pick(VALUES) & 0xFFFF) << 16
                            | (pick(VALUES) & 0xFFFFFFFF) << 32)
                for _ in range(16))
            self.world.put(1, words, page, self.chance.choice((0, 8, PAGE - 128)))

    def value(self) -> int:
        return self.chance.choice(ADDRESSES if self.chance.random() < 0.5 else VALUES)

    def call(self, number: int, *args: int) -> int:
        """One call, whose result must be a known one."""
        result = call(self.world, 1, number, *args, vcpu=self.chance.randrange(2), most=100_000)
        assert result in KNOWN or result > 0, (number, args, result)
        return result

    def revive(self) -> None:
        """What the domain did to itself is undone."""
        self.world.domains[1].state = int(DomainState.RUNNING)


@pytest.mark.parametrize("number", NUMBERS)
def test_random_arguments(number):
    """All commands, each with many arguments."""
    hostile = Hostile(number)
    results = set()
    for i in range(250):
        if i % 4 == 0:
            hostile.fill()
        command = hostile.chance.choice([i % 48, hostile.value(), i % 16])
        cpu.waiting.set(hostile.chance.random() < 0.2)
        results.add(hostile.call(number, command, *(hostile.value() for _ in range(4))))
        hostile.revive()
    if ROWS[number].operations and ROWS[number].who == ANY:
        assert -14 in results and len(results) >= 3, "the arguments reach nothing"
    assert hostile.memory(2) == hostile.other
    assert hostile.world.domains[2].state == int(DomainState.RUNNING)
    assert hostile.world.domains[0].state == int(DomainState.RUNNING)
    assert hostile.world.bind_ipi(2, 0) > 0


def test_all_of_them_one_after_the_other():
    """State that one call leaves behind meets the next."""
    hostile = Hostile(1)
    for i in range(2000):
        if i % 3 == 0:
            hostile.fill()
        cpu.waiting.set(hostile.chance.random() < 0.1)
        hostile.call(hostile.chance.choice(NUMBERS), hostile.chance.choice(VALUES[:45]),
                     *(hostile.value() for _ in range(4)))
        hostile.revive()
    assert hostile.memory(2) == hostile.other


def test_every_number_and_every_command():
    """Nothing depends on how large a number is."""
    hostile = Hostile(2)
    for number in [*range(80), 2**16, 2**31, 2**32 - 1]:
        for command in [*range(64), 2**31, 2**32 - 1, 2**64 - 1]:
            hostile.call(number, command, 0, 0, 0, 0)
            hostile.revive()
