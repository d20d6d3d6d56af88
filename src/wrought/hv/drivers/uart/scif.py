"""Renesas's SCIF and HSCIF (R-Car Series, 3rd Generation User's Manual: Hardware, "SCIF" and
"HSCIF"), and the SCIFA of RZ/G2L, which packs the same registers closer."""

from __future__ import annotations

from typing import Any

from wrought.hv.drivers.uart.port import NOTHING, Driver, on_block
from wrought.lang.core.decl import at, bit, bitfield, bits, mmio
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Mmio, Ptr, i32, u8, u16


@bitfield(u16)
class Control:
    """SCSCR, serial control."""

    rie: bool = bit(6)
    te: bool = bit(5)
    re: bool = bit(4)


@bitfield(u16)
class Status:
    """SCFSR, serial status: a flag is cleared by writing 0 after it was read as 1."""

    tend: bool = bit(6)
    tdfe: bool = bit(5)
    """The transmit FIFO has room."""
    rdf: bool = bit(1)
    """As many bytes wait as the trigger says."""
    dr: bool = bit(0)
    """Fewer wait, and none came for a while."""


@bitfield(u16)
class FifoControl:
    """SCFCR: trigger 0 is one byte."""

    rx_trigger: u8 = bits(7, 6)


@bitfield(u16)
class FifoCount:
    """SCFDR: bytes in the FIFOs."""

    rx: u8 = bits(7, 0)


@mmio
class Scif:
    """Registers in words of four bytes."""

    scscr: Mmio[Control] = at(0x08)
    scftdr: Mmio[u8] = at(0x0C)
    scfsr: Mmio[Status] = at(0x10)
    scfrdr: Mmio[u8] = at(0x14)
    scfcr: Mmio[FifoControl] = at(0x18)
    scfdr: Mmio[FifoCount] = at(0x1C)


@mmio
class Scifa:
    """Registers in words of two bytes."""

    scscr: Mmio[Control] = at(0x04)
    scftdr: Mmio[u8] = at(0x06)
    scfsr: Mmio[Status] = at(0x08)
    scfrdr: Mmio[u8] = at(0x0A)
    scfcr: Mmio[FifoControl] = at(0x0C)
    scfdr: Mmio[FifoCount] = at(0x0E)


def functions(block: Any) -> tuple[Any, ...]:
    """The driver's functions for one of the two layouts."""
    @fn
    def open(uart: Ptr[block]) -> None:
        uart.scscr.modify(te=True, re=True)

    @fn
    def ready(uart: Ptr[block]) -> bool:
        return uart.scfsr.read().tdfe

    @fn
    def send(uart: Ptr[block], byte: u8) -> None:
        uart.scftdr.write(byte)
        uart.scfsr.modify(tdfe=False, tend=False)

    @fn
    def get(uart: Ptr[block]) -> i32:
        """By the count: the flags are slower than the FIFO."""
        if uart.scfdr.read().rx == 0:
            return NOTHING
        byte = uart.scfrdr.read()
        uart.scfsr.modify(rdf=False, dr=False)
        return i32(byte)

    @fn
    def rx_irq_enable(uart: Ptr[block]) -> None:
        uart.scfcr.modify(rx_trigger=0)
        uart.scscr.modify(rie=True)

    @fn
    def rx_irq_clear(uart: Ptr[block]) -> None:
        uart.scfsr.modify(rdf=False, dr=False)

    return on_block(block, (open, ready, send, get, rx_irq_enable, rx_irq_clear))


SCIF = Driver("scif", ("renesas,scif", "renesas,hscif"), *functions(Scif))
SCIFA = Driver("scifa", ("renesas,scif-r9a07g044",), *functions(Scifa))
