"""What a vCPU holds for the schedulers."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.scalars import u16, u32, u64


@struct
class SchedUnit:
    """Scheduling parameters and state of a vCPU."""

    affinity: u64
    """Physical CPUs it may run on, a bit each."""
    weight: u32
    cap: u16
    """Percent of one CPU, 0 for no limit."""
    credit: u64
