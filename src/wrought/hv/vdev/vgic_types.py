"""What vCPUs and domains hold for the virtual interrupt controller."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.scalars import u64


@struct
class VgicCpu:
    """A vCPU's side: private interrupts, list registers while it does not run."""

    spare: u64


@struct
class VgicDist:
    """A domain's distributor: shared interrupts."""

    spare: u64
