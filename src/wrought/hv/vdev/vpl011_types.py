"""What a domain holds for its emulated UART."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.scalars import u64


@struct
class VPl011:
    """Registers and FIFOs."""

    spare: u64
