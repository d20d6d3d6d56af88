"""Guests that storm the hypervisor at random beside one that must not notice."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hv.boot.linux import DEADLINE, ask, linux, partition, sound, up
from hv.guests import image
from hv.guests.programs import PAIRS, STORMS, Guest
from wrought.hv.tool import packages
from wrought.hv.tool.machine import boot
from wrought.hv.tool.qemu import PROGRAM
from wrought.hv.tool.schema import Domain

LIVES = 3
"""How often a guest that starts over and over does so at least."""
MEMORY = 64 << 20
STEADY, HOSTILE = PAIRS["hostile"]

pytestmark = pytest.mark.skipif(not shutil.which(PROGRAM), reason=f"needs {PROGRAM}")
needs_linux = pytest.mark.skipif(bool(packages.available()), reason=packages.available())


@pytest.fixture(scope="session")
def guests(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The image with all guests."""
    return image.build(tmp_path_factory.mktemp("guests"))


def bare(kernel: Path, number: int, guest: Guest, seed: int) -> Domain:
    """A guest as domain of that number."""
    return Domain(name=f"d{number}", kernel=str(kernel), memory=MEMORY, vcpus=guest.cpus,
                  bootargs=f"guest={guest.name} seed={seed}")


@pytest.mark.parametrize(("storm", "gic", "seed"), [
    ("mmio", 2, 1), ("mmio", 3, 2), ("sgi", 2, 3), ("sgi", 3, 4), ("timer", 2, 5), ("timer", 3, 6),
    ("power", 2, 7), ("power", 3, 8), ("balloon", 3, 9), ("events", 3, 10), ("events", 2, 11),
    ("grants", 3, 12), ("grants", 2, 13)])
def test_storm(storm: str, gic: int, seed: int, guests: Path, ours: Path):
    group = [*STORMS[storm], STEADY]
    domains = [bare(guests, i, guest, seed) for i, guest in enumerate(group, 1)]
    with boot(partition(*domains, gic=gic, memory=512 << 20), ours) as session:
        for domain, guest in zip(domains, group, strict=True):
            if guest.verdict:
                line = session.wait_for(rf"^(ok|FAIL) {guest.name}\b|^panic: ", DEADLINE,
                                        domain.name)
                assert line.text == f"ok {guest.name}", "\n".join(session.of(domain.name))
        if len(group) > 2:
            assert sum("d2 restarts" in line for line in session.of("wrought")) >= LIVES
        sound(session)


@needs_linux
@pytest.mark.parametrize(("gic", "seed"), [(3, 21), (2, 22)])
def test_hostile_beside_linux(gic: int, seed: int, guests: Path, ours: Path):
    """The shell answers while four hostile guests share its CPUs, and after them."""
    hostile = [bare(guests, i, HOSTILE, seed * 10 + i) for i in range(2, 6)]
    with boot(partition(linux("d1", 2), *hostile, gic=gic), ours) as session:
        up(session, "d1")
        for domain in hostile:
            session.wait_for(r"^seed=\d+$", DEADLINE, domain.name)
        for i in range(5):
            assert ask(session, "d1", f"echo $(({i} * 11))") == str(i * 11)
        sound(session)
