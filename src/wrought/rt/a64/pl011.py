"""The PL011 UART as a console: output only, polled (Arm DDI 0183, chapter 3)."""

from __future__ import annotations

from wrought.lang.core.decl import at, bit, bitfield, mmio
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Mmio, Ptr, Slice, u8, u32


@bitfield(u32)
class Flags:
    """UARTFR, flag register (DDI 0183, 3.3.3)."""

    txfe: bool = bit(7)
    rxff: bool = bit(6)
    txff: bool = bit(5)
    rxfe: bool = bit(4)
    busy: bool = bit(3)


@mmio
class Pl011:
    """The two registers that output needs (DDI 0183, 3.2)."""

    dr: Mmio[u32] = at(0x00)
    fr: Mmio[Flags] = at(0x18)


@fn
def put(uart: Ptr[Pl011], byte: u8) -> None:
    """Send one byte, as soon as the FIFO has room."""
    while uart.fr.read().txff:
        pass
    uart.dr.write(u32(byte))


@fn
def put_text(uart: Ptr[Pl011], text: Slice[u8]) -> None:
    """Send `text`, with a carriage return before each newline as terminals want it."""
    for byte in text:
        if byte == 10:
            put(uart, 13)
        put(uart, byte)
