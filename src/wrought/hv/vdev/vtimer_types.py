"""What vCPUs hold for timers."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.scalars import u64


@struct
class VTimer:
    """Both timers of a vCPU while it does not run; the physical one is always emulated."""

    spare: u64
