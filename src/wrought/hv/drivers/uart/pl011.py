"""Arm's PL011 (DDI 0183, chapter 3), and the subset of it that every SBSA machine has (Arm Base
System Architecture, DEN 0094, "Generic UART")."""

from __future__ import annotations

from wrought.hv.drivers.uart.port import NOTHING, Driver, on_block
from wrought.lang.core.decl import at, bit, bitfield, bits, mmio
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import trunc
from wrought.lang.core.scalars import Mmio, Ptr, i32, u8, u32
from wrought.rt.a64.pl011 import Flags


@bitfield(u32)
class Control:
    """UARTCR (3.3.8)."""

    rxe: bool = bit(9)
    txe: bool = bit(8)
    uarten: bool = bit(0)


@bitfield(u32)
class Interrupts:
    """UARTIMSC and UARTICR (3.3.10, 3.3.13)."""

    rt: bool = bit(6)
    """Bytes wait, and none came for 32 bit times."""
    rx: bool = bit(4)
    """The receive FIFO is as full as UARTIFLS says."""


@bitfield(u32)
class Levels:
    """UARTIFLS (3.3.9): 0 is an eighth."""

    rx: u8 = bits(5, 3)
    tx: u8 = bits(2, 0)


@mmio
class Uart:
    """Registers (3.2)."""

    dr: Mmio[u32] = at(0x00)
    fr: Mmio[Flags] = at(0x18)
    cr: Mmio[Control] = at(0x30)
    ifls: Mmio[Levels] = at(0x34)
    imsc: Mmio[Interrupts] = at(0x38)
    icr: Mmio[Interrupts] = at(0x44)


@fn
def open(uart: Ptr[Uart]) -> None:
    """Left alone where it is on already: writing UARTCR of a busy PL011 garbles it (3.3.8)."""
    control = uart.cr.read()
    if not (control.uarten and control.txe and control.rxe):
        uart.cr.modify(uarten=True, txe=True, rxe=True)


@fn
def open_generic(uart: Ptr[Uart]) -> None:
    """The generic UART has no control register; firmware switches it on."""


@fn
def ready(uart: Ptr[Uart]) -> bool:
    return not uart.fr.read().txff


@fn
def send(uart: Ptr[Uart], byte: u8) -> None:
    uart.dr.write(u32(byte))


@fn
def get(uart: Ptr[Uart]) -> i32:
    if uart.fr.read().rxfe:
        return NOTHING
    return i32(trunc(u8, uart.dr.read()))


@fn
def rx_irq_enable(uart: Ptr[Uart]) -> None:
    uart.imsc.modify(rx=True, rt=True)


@fn
def rx_irq_clear(uart: Ptr[Uart]) -> None:
    uart.icr.write(Interrupts(rx=True, rt=True))


PL011 = Driver("pl011", ("arm,pl011",), *on_block(
    Uart, (open, ready, send, get, rx_irq_enable, rx_irq_clear)), width=4)
SBSA = Driver("sbsa", ("arm,sbsa-uart",), *on_block(
    Uart, (open_generic, ready, send, get, rx_irq_enable, rx_irq_clear)), width=4)
