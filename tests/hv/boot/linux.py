"""Linux domains for tests, and questions to their shells."""

from __future__ import annotations

import itertools
import re

from wrought.hv.tool.initramfs import READY
from wrought.hv.tool.schema import Domain, Hypervisor, Machine, Partition
from wrought.hv.tool.session import Session

DEADLINE = 120
"""Seconds for one step; a machine that tests share may be slow."""
DEFECT = re.compile(r"\(wrought\) panic|(SYNC|IRQ|FIQ|SERROR)(_SP0)? on CPU")
"""What the hypervisor prints when it ends for a fault of its own."""
questions = itertools.count(1)
BOOTARGS = "console=ttyAMA0 rdinit=/init panic=1"


def linux(name: str, vcpus: int = 1, **more: object) -> Domain:
    """Debian's kernel for virtual machines with a shell."""
    given: dict[str, object] = {"kernel": "debian:cloud", "ramdisk": "busybox",
                                "bootargs": BOOTARGS + " quiet", "memory": 128 << 20} | more
    return Domain.model_validate({"name": name, "vcpus": vcpus} | given)


def partition(*domains: Domain, scheduler: str = "fair", **machine: object) -> Partition:
    """A machine with just these."""
    given: dict[str, object] = {"cpus": 2, "memory": 1 << 30} | machine
    return Partition(machine=Machine.model_validate(given), domain=domains,
                     hypervisor=Hypervisor.model_validate({"scheduler": scheduler}))


def ask(session: Session, name: str, command: str) -> str:
    """The line that a command in a domain's shell prints."""
    number = next(questions)
    session.send(name, f'echo "<{number}:$({command})>"\n')
    # Not the echo of what is typed, which comes twice where the shell was not there yet.
    line = session.wait_for(rf"<{number}:(?!\$)(?!.*<{number}:).*>", DEADLINE, name).text
    return line.partition(f"<{number}:")[2].rpartition(">")[0].strip()


def sound(session: Session) -> None:
    """The hypervisor has not found a defect of its own."""
    assert not [line.text for line in list(session.lines) if DEFECT.search(line.text)]


def up(session: Session, *names: str) -> None:
    """Domains have come to their shells."""
    for name in names:
        session.wait_for(READY, DEADLINE, name)


def count(session: Session, name: str, interrupt: str) -> list[int]:
    """How often each vCPU of a domain had an interrupt."""
    line = ask(session, name, f"grep {interrupt} /proc/interrupts")
    found = re.match(r"\w+:((?: +\d+)+) ", line)
    assert found, line
    return [int(each) for each in found[1].split()]
