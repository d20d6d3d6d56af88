"""What a domain holds for its console."""

from __future__ import annotations

from wrought.hv.abi.address import Hpa
from wrought.lang.core.decl import struct
from wrought.lang.core.scalars import Array, u8, u32, u64
from wrought.rt.lock import TicketLock

LINE_BYTES = 240
"""A longer line is shown in parts."""
INPUT_BYTES = 128


@struct
class DomainConsole:
    """The line being written, and what was typed and not yet read."""

    lock: TicketLock
    used: u64
    line: Array[u8, LINE_BYTES]
    head: u64
    """Bytes of input put in so far, and taken out."""
    tail: u64
    input: Array[u8, INPUT_BYTES]
    ring_lock: TicketLock
    """Taken before `lock`."""
    ring: Hpa
    """Frame of the ring by which the guest writes and reads, 0 for none (`console_ring`)."""
    port: u32
    """The guest's event channel for it."""
