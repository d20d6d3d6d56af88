"""The machine of the measurements: QEMU's `virt` with one CPU that counts instructions.

With `-icount shift=0` one executed instruction takes one nanosecond of the machine's time, on
every computer and in every run.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench.hv.peers import Hypervisor
from wrought.hv.tool import schema
from wrought.hv.tool.machine import COUNTING, boot

DEADLINE = 120
"""Seconds that a run may take."""


def partition_of(hypervisor: Hypervisor, guests: Sequence[Path], *, memory: int,
                 domain_memory: int, gic: int = 3) -> schema.Partition:
    """One CPU, and a domain of one vCPU for each guest.  Sizes in megabytes."""
    return schema.Partition(
        machine=schema.Machine(cpus=1, memory=memory << 20, gic=gic),
        hypervisor=schema.Hypervisor(bootargs=hypervisor.bootargs),
        domain=tuple(schema.Domain(name=f"d{i}", kernel=str(path), memory=domain_memory << 20)
                     for i, path in enumerate(guests, 1)))


def run(hypervisor: Hypervisor, guests: Sequence[Path], until: str, *, memory: int = 1024,
        domain_memory: int = 64, gic: int = 3) -> list[str]:
    """The guests' lines, up to the first one in which `until` is found.  Sizes in megabytes.

    Raises `WroughtError`; its text has the last lines where none came in time.
    """
    partition = partition_of(hypervisor, guests, memory=memory, domain_memory=domain_memory,
                             gic=gic)
    names = [domain.name for domain in partition.domain]
    with boot(partition, hypervisor.image, COUNTING) as session:
        session.wait_for(until, DEADLINE)
        return [line.text for line in session.lines if line.speaker in names]
