"""The guests of `hv.guests` on this hypervisor, and on Debian's Xen: what a guest expects is what
Xen does too, but where a reason says that it differs."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from hv.guests import image
from hv.guests.programs import GUESTS, PAIRS, Guest
from wrought.hv.tool import packages
from wrought.hv.tool.machine import boot
from wrought.hv.tool.qemu import PROGRAM
from wrought.hv.tool.schema import Domain, Hypervisor, Machine, Partition

DEADLINE = 60
"""Seconds for one line."""
MEMORY = 64 << 20

pytestmark = pytest.mark.skipif(not shutil.which(PROGRAM), reason=f"needs {PROGRAM}")
needs_xen = pytest.mark.skipif(bool(packages.available()), reason=packages.available())


@pytest.fixture(scope="session")
def guests(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The image with all guests."""
    return image.build(tmp_path_factory.mktemp("guests"))


def play(group: Sequence[Guest], kernel: Path, hypervisor: Path, gic: int, cpus: int = 0,
         bootargs: str = "", scheduler: str = "null") -> None:
    """Run guests side by side until each has given its verdict."""
    names = [f"d{i}" for i in range(1, len(group) + 1)]
    partition = Partition(
        machine=Machine(cpus=cpus or sum(each.cpus for each in group), memory=512 << 20, gic=gic),
        hypervisor=Hypervisor(bootargs=bootargs, scheduler=scheduler),
        domain=tuple(Domain(name=name, kernel=str(kernel), memory=MEMORY, vcpus=each.cpus,
                            bootargs=f"guest={each.name}")
                     for name, each in zip(names, group, strict=True)))
    with boot(partition, hypervisor) as session:
        for name, each in zip(names, group, strict=True):
            if each.lines:
                for line in each.lines:
                    session.wait_for(line, DEADLINE, name)
            elif each.verdict:
                line = session.wait_for(rf"^(ok|FAIL) {each.name}\b|^panic: ", DEADLINE, name)
                assert line.text == f"ok {each.name}", "\n".join(session.of(name))


def cases() -> list[object]:
    """Each guest with each interrupt controller that it is for."""
    return [pytest.param(each, gic, id=f"{each.name}-v{gic}")
            for each in GUESTS.values() for gic in each.gic]


@pytest.mark.parametrize(("each", "gic"), cases())
def test_guest(each: Guest, gic: int, guests: Path, ours: Path):
    play([each], guests, ours, gic)


@pytest.mark.parametrize("gic", [2, 3])
@pytest.mark.parametrize("pair", PAIRS)
def test_pair(pair: str, gic: int, guests: Path, ours: Path):
    play(PAIRS[pair], guests, ours, gic)


@pytest.mark.parametrize("name", ["sgi_between_cpus", "sgi_to_sleepers", "atomics_and_timers"])
def test_more_vcpus_than_cpus(name: str, guests: Path, ours: Path):
    play([GUESTS[name]], guests, ours, 3, cpus=1, scheduler="fair")


@pytest.mark.parametrize("pair", ["registers_kept", "hostile"])
def test_pair_on_one_cpu(pair: str, guests: Path, ours: Path):
    play(PAIRS[pair], guests, ours, 3, cpus=1, scheduler="fair")


@needs_xen
@pytest.mark.parametrize("each", [pytest.param(each, id=each.name) for each in GUESTS.values()])
def test_guest_on_xen(each: Guest, guests: Path):
    if each.xen_differs:
        pytest.skip(f"Xen 4.17 differs: {each.xen_differs}")
    try:
        play([each], guests, packages.xen(), each.gic[-1])
    except AssertionError:
        # The oracle itself stalls now and then on QEMU's second CPU: it is asked twice.
        play([each], guests, packages.xen(), each.gic[-1])


@needs_xen
@pytest.mark.parametrize("pair", PAIRS)
def test_pair_on_xen(pair: str, guests: Path):
    """Debian's Xen lets domains talk to each other only without its SILO policy."""
    for each in PAIRS[pair]:
        if each.xen_differs:
            pytest.skip(f"Xen 4.17 differs: {each.xen_differs}")
    play(PAIRS[pair], guests, packages.xen(), 3, cpus=1, bootargs="xsm=dummy", scheduler="fair")
