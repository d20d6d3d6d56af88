"""The hardware domain, and devices given to others: unmodified Debian kernels in QEMU."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Literal

import pytest

from wrought.hv.tool import packages
from wrought.hv.tool.chosen import READY
from wrought.hv.tool.machine import boot
from wrought.hv.tool.qemu import PROGRAM
from wrought.hv.tool.schema import Device, Domain, Hypervisor, Machine, Partition
from wrought.hv.tool.session import Session

DEADLINE = 60
RTC = "/pl031@9010000"
ALARM = ("echo +1 > /sys/class/rtc/rtc0/wakealarm; sleep 3; "
         "awk '/rtc-pl031/ { print \"alarms: \" $2 + $3 \".\" }' /proc/interrupts\n")
"""The device's interrupt is level-triggered and comes once; it storms where its end is not the
physical interrupt's."""

pytestmark = [
    pytest.mark.skipif(not shutil.which(PROGRAM), reason=f"needs {PROGRAM}"),
    pytest.mark.skipif(bool(packages.available()), reason=packages.available()),
]


def hardware(vcpus: int = 1, kernel: str = "debian:cloud") -> Domain:
    """dom0 with its console on hvc0."""
    return Domain(name="dom0", kernel=kernel, ramdisk="busybox", memory=384 << 20, vcpus=vcpus,
                  hardware=True)


def guest(name: str, *devices: Device) -> Domain:
    """A Linux with an emulated UART."""
    return Domain(name=name, kernel="debian:cloud", ramdisk="busybox", memory=192 << 20,
                  devices=devices)


def partition(gic: Literal[2, 3], *domains: Domain, cpus: int = 2) -> Partition:
    """A machine with just these."""
    return Partition(machine=Machine(cpus=cpus, memory=1 << 30, gic=gic),
                     hypervisor=Hypervisor(scheduler="fair"), domain=domains)


def answers(session: Session, name: str) -> None:
    """What is typed into a domain is answered by its shell."""
    session.send(name, "echo reply-$((6 * 7))\n")
    session.wait_for(r"reply-42", DEADLINE, name)


def switched_off(session: Session, name: str) -> None:
    """The machine ends with the hardware domain."""
    session.send(name, "poweroff -f\n")
    session.wait_for("the machine is switched off with dom0", DEADLINE)
    session.process.wait(DEADLINE)
    assert session.process.returncode == 0


@pytest.mark.parametrize("gic", [2, 3])
def test_alone(gic: Literal[2, 3], ours: Path):
    """All CPUs, the console both ways, a device's interrupt, power-off."""
    with boot(partition(gic, hardware(vcpus=2)), ours) as session:
        session.wait_for(f"{READY}.* 2 CPUs, hypervisor xen", DEADLINE, "dom0")
        answers(session, "dom0")
        session.send("dom0", ALARM)
        line = session.wait_for(r"^alarms: \d+\.", DEADLINE, "dom0")
        assert line.text == "alarms: 1."
        switched_off(session, "dom0")


def test_full_kernel(ours: Path):
    """Debian's kernel with drivers for everything finds nothing that traps."""
    with boot(partition(3, hardware(kernel="debian:full"), cpus=1), ours) as session:
        session.wait_for(READY, DEADLINE, "dom0")
        answers(session, "dom0")


def test_reboot_resets_the_machine(ours: Path):
    with boot(partition(3, hardware(), cpus=1), ours, ["-no-reboot"]) as session:
        session.wait_for(READY, DEADLINE, "dom0")
        session.send("dom0", "reboot -f\n")
        session.wait_for("the machine starts anew with dom0", DEADLINE)
        session.process.wait(DEADLINE)
        assert session.process.returncode == 0


@pytest.mark.parametrize("gic", [2, 3])
def test_device_of_a_guest(gic: Literal[2, 3], ours: Path):
    """The guest has the clock with its interrupt, and dom0, which runs beside it, has not."""
    clock = Device(path=RTC, trusted=True)
    with boot(partition(gic, hardware(), guest("lodger", clock)), ours) as session:
        session.wait_for(READY, DEADLINE, "dom0")
        session.wait_for(READY, DEADLINE, "lodger")
        session.send("lodger", "cat /sys/class/rtc/rtc0/name\n")
        session.wait_for(r"^rtc-pl031", DEADLINE, "lodger")
        session.send("lodger", ALARM)
        line = session.wait_for(r"^alarms: \d+\.", DEADLINE, "lodger")
        assert line.text == "alarms: 1."
        session.send("dom0", "ls /sys/class/rtc | wc -l; ls -d /proc/device-tree/pl031*\n")
        session.wait_for(r"^0$", DEADLINE, "dom0")
        session.wait_for(r"pl031\*: No such file", DEADLINE, "dom0")
        switched_off(session, "dom0")
