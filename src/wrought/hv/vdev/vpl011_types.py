"""What a domain holds for its emulated UART."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.scalars import Array, Atomic, u8, u32
from wrought.rt.lock import TicketLock

FIFO_BYTES = 32


@struct
class VPl011:
    """Registers and the receive FIFO; what is sent leaves at once.  Registers that have an effect
    are written under the lock."""

    lock: TicketLock
    spi: u32
    """Its INTID; 0 where the domain has no UART."""
    line: bool
    """The level of the interrupt."""
    raw: Atomic[u32]
    """UARTRIS."""
    mask: u32
    """UARTIMSC."""
    count: Atomic[u32]
    """Bytes received and not read."""
    first: u32
    """Place of the oldest."""
    fifo: Array[u8, FIFO_BYTES]
    low_power: u32
    """UARTILPR and the following: kept for the guest, without effect unless said otherwise."""
    baud_integer: u32
    baud_fraction: u32
    line_control: u32
    """UARTLCR_H: FEN sets the depth of the FIFO."""
    control: u32
    """UARTCR: LBE sends to the receiver."""
    levels: u32
    """UARTIFLS: its upper half sets when the receive interrupt comes."""
    dma: u32
