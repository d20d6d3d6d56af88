"""Unmodified Debian kernels as domains: interrupt controllers, CPUs, boards, ends and restarts."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hv.boot.linux import DEADLINE, ask, count, linux, partition, sound, up
from wrought.hv.tool import packages
from wrought.hv.tool.machine import boot
from wrought.hv.tool.qemu import PROGRAM
from wrought.hv.tool.session import Session

pytestmark = [
    pytest.mark.skipif(not shutil.which(PROGRAM), reason=f"needs {PROGRAM}"),
    pytest.mark.skipif(bool(packages.available()), reason=packages.available()),
]
ONLINE = "/sys/devices/system/cpu/cpu1/online"


def finds_itself(session: Session, name: str, vcpus: int, megabytes: int = 128) -> None:
    """Linux has the CPUs and the memory that it was given, and knows where it is."""
    assert ask(session, name, "nproc") == str(vcpus)
    # The kernel keeps its own image and tables to itself.
    total = int(ask(session, name, "awk '/MemTotal/ {print $2}' /proc/meminfo"))
    assert (megabytes - 48) << 10 < total < megabytes << 10
    assert ask(session, name, "cat /sys/hypervisor/type") == "xen"
    assert "Xen 4.17 support found" in ask(session, name, "dmesg | grep 'Xen .*support'")


def timers_count(session: Session, name: str, vcpus: int) -> None:
    """Each vCPU's timer interrupts it; the domain's clock goes with the counter."""
    before = count(session, name, "arch_timer")
    assert len(before) == vcpus
    ask(session, name, "for i in $(seq 20); do usleep 20000; done")
    after = count(session, name, "arch_timer")
    assert sum(after) >= sum(before) + 20
    assert all(ticks > 0 for ticks in after)


def hotplug(session: Session, name: str, vcpus: int) -> None:
    """vCPU 1 goes off and comes back, and then works: an IPI takes a task there."""
    for _ in range(2):
        session.send(name, f"echo 0 > {ONLINE}\n")
        assert ask(session, name, f"echo $(cat {ONLINE}) $(nproc)") == f"0 {vcpus - 1}"
        session.send(name, f"echo 1 > {ONLINE}\n")
        assert ask(session, name, f"cat {ONLINE}") == "1"
    before = count(session, name, "IPI0")[1]
    assert ask(session, name, "for i in $(seq 30); do taskset 1 true; taskset 2 true; done; "
                              "taskset 2 echo there") == "there"
    assert count(session, name, "IPI0")[1] > before


@pytest.mark.parametrize(("gic", "cpus", "cpu"), [
    (2, 1, "cortex-a57"), (2, 2, "max"), (3, 2, "cortex-a57"), (3, 4, "max")])
def test_one_domain(gic: int, cpus: int, cpu: str, ours: Path):
    with boot(partition(linux("solo", cpus), cpus=cpus, gic=gic, cpu=cpu), ours) as session:
        up(session, "solo")
        finds_itself(session, "solo", cpus)
        timers_count(session, "solo", cpus)
        if cpus > 1:
            hotplug(session, "solo", cpus)
        session.send("solo", "poweroff -f\n")
        session.wait_for("solo powers off", DEADLINE, "wrought")
        sound(session)


def test_debians_full_kernel(ours: Path):
    domain = linux("solo", 2, kernel="debian:full", memory=256 << 20)
    with boot(partition(domain), ours) as session:
        up(session, "solo")
        finds_itself(session, "solo", 2, 256)
        sound(session)


@pytest.mark.parametrize(("board", "cpus"), [
    ("xlnx-zcu102", 1), ("xlnx-zcu102", 2), ("xlnx-versal-virt", 4)])
def test_boards(board: str, cpus: int, ours: Path):
    vcpus = min(cpus, 2)
    with boot(partition(linux("solo", vcpus), cpus=cpus, board=board), ours) as session:
        up(session, "solo")
        finds_itself(session, "solo", vcpus)
        timers_count(session, "solo", vcpus)
        sound(session)


@pytest.mark.parametrize(("cpus", "scheduler"), [(2, "fair"), (4, "null")])
def test_four_domains(cpus: int, scheduler: str, ours: Path):
    names = ("a", "b", "c", "d")
    with boot(partition(*map(linux, names), cpus=cpus, scheduler=scheduler), ours) as session:
        up(session, *names)
        for name in names:
            finds_itself(session, name, 1)
        sound(session)


def test_four_times_as_many_vcpus_as_cpus(ours: Path):
    names = ("a", "b", "c", "d")
    with boot(partition(*(linux(name, 4) for name in names)), ours) as session:
        up(session, *names)
        for name in names * 2:
            assert ask(session, name, "nproc") == "4"
        sound(session)


def test_ends(ours: Path):
    """Every end is followed by what the partition says, and disturbs nobody."""
    left = linux("left", 2, on_crash="restart", on_poweroff="restart")
    right = linux("right", on_reboot="destroy")
    with boot(partition(left, right, gic=2), ours) as session:
        up(session, "left", "right")
        for command, end in (("echo c > /proc/sysrq-trigger", "left (reboots|has crashed)"),
                             ("poweroff -f", "left powers off"),
                             ("reboot -f", "left reboots")):
            session.send("left", command + "\n")
            session.wait_for(end, DEADLINE, "wrought")
            assert ask(session, "right", "echo $((6 * 7))") == "42"
            session.wait_for("left restarts", DEADLINE, "wrought")
            up(session, "left")
            assert ask(session, "left", "nproc") == "2"
        session.send("right", "reboot -f\n")
        session.wait_for("right reboots", DEADLINE, "wrought")
        assert ask(session, "left", "nproc") == "2"
        assert not [line for line in session.of("wrought") if "right restarts" in line]
        sound(session)
