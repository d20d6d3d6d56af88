"""Which CPU this is, and which level it runs at."""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import wfi
from wrought.lang.core.scalars import Never, u8, u64
from wrought.lang.core.sysreg import MPIDR_EL1, CurrentEL

AFFINITY = 0xFF_00FF_FFFF
"""The four affinity bytes of MPIDR_EL1: what PSCI and the device tree call a CPU."""


@fn
def this_cpu() -> u64:
    """This CPU's affinity."""
    return u64(MPIDR_EL1.read()) & AFFINITY


@fn
def exception_level() -> u8:
    """0 to 3."""
    return CurrentEL.read().el


@fn
def park() -> Never:
    """Stop this CPU for good."""
    while True:
        wfi()
