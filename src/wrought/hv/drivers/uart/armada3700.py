"""The first UART of Marvell's Armada 3700 (88F37xx Functional Specifications, "UART")."""

from __future__ import annotations

from wrought.hv.drivers.uart.port import NOTHING, Driver, on_block
from wrought.lang.core.decl import at, bit, bitfield, mmio
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import trunc
from wrought.lang.core.scalars import Mmio, Ptr, i32, u8, u32


@bitfield(u32)
class Control:
    """UART Control."""

    tx_fifo_reset: bool = bit(15)
    rx_fifo_reset: bool = bit(14)
    rx_ready_interrupt: bool = bit(4)


@bitfield(u32)
class Status:
    """UART Status."""

    tx_fifo_full: bool = bit(11)
    rx_ready: bool = bit(4)


@mmio
class Uart:
    """Registers."""

    rbr: Mmio[u32] = at(0x00)
    tsh: Mmio[u32] = at(0x04)
    control: Mmio[Control] = at(0x08)
    status: Mmio[Status] = at(0x0C)


@fn
def open(uart: Ptr[Uart]) -> None:
    """It receives and sends as soon as neither FIFO is held in reset."""
    uart.control.modify(tx_fifo_reset=False, rx_fifo_reset=False)


@fn
def ready(uart: Ptr[Uart]) -> bool:
    return not uart.status.read().tx_fifo_full


@fn
def send(uart: Ptr[Uart], byte: u8) -> None:
    uart.tsh.write(u32(byte))


@fn
def get(uart: Ptr[Uart]) -> i32:
    if not uart.status.read().rx_ready:
        return NOTHING
    return i32(trunc(u8, uart.rbr.read()))


@fn
def rx_irq_enable(uart: Ptr[Uart]) -> None:
    uart.control.modify(rx_ready_interrupt=True)


ARMADA3700 = Driver("armada3700", ("marvell,armada-3700-uart",),
                    *on_block(Uart, (open, ready, send, get, rx_irq_enable, None)), width=4)
