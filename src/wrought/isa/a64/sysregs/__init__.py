"""All AArch64 system registers that a hypervisor on Armv8.0 to v8.4 meets, by name [d]."""

from __future__ import annotations

from wrought.isa.a64.sysregs import (
    control,
    debug,
    exceptions,
    features,
    features32,
    gic_cpu,
    gic_virtual,
    identification,
    memory,
    partitioning,
    pmu,
    ras,
    timer,
    virtualization,
)
from wrought.isa.model import Encoding, SysReg

SYSREGS: dict[str, SysReg] = {
    row.name: row for part in (
        identification, features, features32, control, memory, exceptions, virtualization,
        timer, gic_cpu, gic_virtual, debug, pmu, ras, partitioning)
    for row in part.REGS}
"""Every register, in the order of the parts."""

_UPPER = {name.upper(): row for name, row in SYSREGS.items()}

BY_ENCODING: dict[Encoding, tuple[SysReg, ...]] = {}
"""Registers by encoding; two where one is only read and the other only written."""

for row in SYSREGS.values():
    BY_ENCODING[row.enc] = (*BY_ENCODING.get(row.enc, ()), row)


def lookup(name: str) -> SysReg:
    """A register by name, in any case; KeyError with the name if there is none."""
    return _UPPER[name.upper()]
