"""The PL011's registers (Arm DDI 0183, chapter 3)."""

from __future__ import annotations

from wrought.lang.core.decl import at, bit, bitfield, bits, mmio
from wrought.lang.core.scalars import Mmio, u8, u32


@bitfield(u32)
class Data:
    """UARTDR: a byte and, on reading, what was wrong with it."""

    overrun: bool = bit(11)
    break_: bool = bit(10)
    parity: bool = bit(9)
    framing: bool = bit(8)
    byte: u8 = bits(7, 0)


@bitfield(u32)
class Flags:
    """UARTFR: the FIFOs, as they are now."""

    tx_empty: bool = bit(7)
    rx_full: bool = bit(6)
    tx_full: bool = bit(5)
    rx_empty: bool = bit(4)
    busy: bool = bit(3)


@bitfield(u32)
class Line:
    """UARTLCR_H: the form of a character."""

    bits_less_5: u8 = bits(6, 5)
    fifos: bool = bit(4)
    two_stops: bool = bit(3)
    even: bool = bit(2)
    parity: bool = bit(1)


@bitfield(u32)
class Control:
    """UARTCR."""

    receive: bool = bit(9)
    transmit: bool = bit(8)
    enable: bool = bit(0)


@bitfield(u32)
class Levels:
    """UARTIFLS: how full a FIFO raises its interrupt; 2 is half."""

    receive: u8 = bits(5, 3)
    transmit: u8 = bits(2, 0)


@bitfield(u32)
class Interrupts:
    """UARTIMSC, UARTRIS, UARTMIS, UARTICR."""

    overrun: bool = bit(10)
    timeout: bool = bit(6)
    transmit: bool = bit(5)
    receive: bool = bit(4)


@mmio
class Pl011:
    """The register block."""

    data: Mmio[Data] = at(0x00)
    flags: Mmio[Flags] = at(0x18)
    divisor: Mmio[u32] = at(0x24)
    fraction: Mmio[u32] = at(0x28)
    line: Mmio[Line] = at(0x2C)
    control: Mmio[Control] = at(0x30)
    levels: Mmio[Levels] = at(0x34)
    mask: Mmio[Interrupts] = at(0x38)
    raised: Mmio[Interrupts] = at(0x40)
    clear: Mmio[Interrupts] = at(0x44)
