"""Freescale's UART of 8-bit registers (Vybrid VF6xx Reference Manual, VYBRIDRM, "UART")."""

from __future__ import annotations

from wrought.hv.drivers.uart.port import NOTHING, Driver, on_block
from wrought.lang.core.decl import at, bit, bitfield, mmio
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Mmio, Ptr, i32, u8


@bitfield(u8)
class Control2:
    """UART_C2."""

    rie: bool = bit(5)
    te: bool = bit(3)
    re: bool = bit(2)


@bitfield(u8)
class Status1:
    """UART_S1."""

    tdre: bool = bit(7)
    rdrf: bool = bit(5)
    """As many bytes wait as the watermark says."""


@mmio
class Uart:
    """Registers."""

    c2: Mmio[Control2] = at(0x03)
    s1: Mmio[Status1] = at(0x04)
    d: Mmio[u8] = at(0x07)
    rwfifo: Mmio[u8] = at(0x15)
    rcfifo: Mmio[u8] = at(0x16)
    """Bytes that wait."""


@fn
def open(uart: Ptr[Uart]) -> None:
    """The watermark may only change while the receiver is off."""
    uart.c2.modify(re=False)
    uart.rwfifo.write(1)
    uart.c2.modify(te=True, re=True)


@fn
def ready(uart: Ptr[Uart]) -> bool:
    return uart.s1.read().tdre


@fn
def send(uart: Ptr[Uart], byte: u8) -> None:
    uart.d.write(byte)


@fn
def get(uart: Ptr[Uart]) -> i32:
    """Reading D after S1 clears what S1 showed; an empty FIFO must not be read, which puts its
    pointers out of step."""
    if uart.rcfifo.read() == 0:
        return NOTHING
    uart.s1.read()
    return i32(uart.d.read())


@fn
def rx_irq_enable(uart: Ptr[Uart]) -> None:
    uart.c2.modify(rie=True)


LPUART8 = Driver("lpuart8", ("fsl,vf610-lpuart",),
                 *on_block(Uart, (open, ready, send, get, rx_irq_enable, None)))
