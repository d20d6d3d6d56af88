"""Qualcomm's UARTDM, version 1.4, without its DMA.  There is no public manual; registers are those
of Linux, drivers/tty/serial/msm_serial.c."""

from __future__ import annotations

from wrought.hv.drivers.uart.port import NOTHING, Driver, on_block
from wrought.lang.core.decl import at, bit, bitfield, bits, mmio
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import trunc
from wrought.lang.core.scalars import Mmio, Ptr, i32, u8, u32

RESET_RECEIVER = 1
RESET_STALE_INTERRUPT = 8


@bitfield(u32)
class Status:
    """UART_DM_SR."""

    txemt: bool = bit(3)
    """All has been sent."""
    rxrdy: bool = bit(0)


@bitfield(u32)
class Command:
    """UART_DM_CR."""

    channel: u8 = bits(7, 4)
    """One of the commands above."""
    tx_enable: bool = bit(2)
    rx_enable: bool = bit(0)


@bitfield(u32)
class Interrupts:
    """UART_DM_IMR."""

    rxlev: bool = bit(4)
    """More bytes wait than RFWR says."""
    rxstale: bool = bit(3)


@bitfield(u32)
class Mode:
    """UART_DM_DMEN."""

    rx_sc_enable: bool = bit(5)
    """Each word of the receive FIFO holds one byte, whether or not more follow."""


@mmio
class Uart:
    """Registers."""

    rfwr: Mmio[u32] = at(0x20)
    dmen: Mmio[Mode] = at(0x3C)
    no_chars_for_tx: Mmio[u32] = at(0x40)
    sr: Mmio[Status] = at(0xA4)
    cr: Mmio[Command] = at(0xA8)
    imr: Mmio[Interrupts] = at(0xB0)
    tf: Mmio[u32] = at(0x100)
    rf: Mmio[u32] = at(0x140)


@fn
def open(uart: Ptr[Uart]) -> None:
    """The receiver takes a new mode when it is reset, which drops what was typed until now."""
    uart.dmen.write(Mode(rx_sc_enable=True))
    uart.cr.write(Command(channel=RESET_RECEIVER))
    uart.cr.write(Command(rx_enable=True, tx_enable=True))


@fn
def ready(uart: Ptr[Uart]) -> bool:
    """The number of bytes to come may only be written when the last have left."""
    return uart.sr.read().txemt


@fn
def send(uart: Ptr[Uart], byte: u8) -> None:
    uart.no_chars_for_tx.write(1)
    # Read back: the FIFO must not be written before the number has arrived.
    uart.no_chars_for_tx.read()
    uart.tf.write(u32(byte))


@fn
def get(uart: Ptr[Uart]) -> i32:
    if not uart.sr.read().rxrdy:
        return NOTHING
    return i32(trunc(u8, uart.rf.read()))


@fn
def rx_irq_enable(uart: Ptr[Uart]) -> None:
    uart.rfwr.write(0)
    uart.imr.write(Interrupts(rxlev=True, rxstale=True))


@fn
def rx_irq_clear(uart: Ptr[Uart]) -> None:
    uart.cr.write(Command(channel=RESET_STALE_INTERRUPT))


UARTDM = Driver("uartdm", ("qcom,msm-uartdm-v1.4",),
                *on_block(Uart, (open, ready, send, get, rx_irq_enable, rx_irq_clear)), width=4)
