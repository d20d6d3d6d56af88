"""The UART of Amlogic's processors (Amlogic S905X3 Datasheet, 13.5.4)."""

from __future__ import annotations

from wrought.hv.drivers.uart.port import NOTHING, Driver, on_block
from wrought.lang.core.decl import at, bit, bitfield, bits, mmio
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import trunc
from wrought.lang.core.scalars import Mmio, Ptr, i32, u8, u32


@bitfield(u32)
class Control:
    """UART_CONTROL."""

    rx_interrupt: bool = bit(27)
    rx_enable: bool = bit(13)
    tx_enable: bool = bit(12)


@bitfield(u32)
class Status:
    """UART_STATUS."""

    tx_full: bool = bit(21)
    rx_empty: bool = bit(20)


@bitfield(u32)
class Misc:
    """UART_MISC."""

    rx_count: u8 = bits(7, 0)
    """Bytes that must wait for an interrupt."""


@mmio
class Uart:
    """Registers."""

    wfifo: Mmio[u32] = at(0x00)
    rfifo: Mmio[u32] = at(0x04)
    control: Mmio[Control] = at(0x08)
    status: Mmio[Status] = at(0x0C)
    misc: Mmio[Misc] = at(0x10)


@fn
def open(uart: Ptr[Uart]) -> None:
    uart.control.modify(rx_enable=True, tx_enable=True)


@fn
def ready(uart: Ptr[Uart]) -> bool:
    return not uart.status.read().tx_full


@fn
def send(uart: Ptr[Uart], byte: u8) -> None:
    uart.wfifo.write(u32(byte))


@fn
def get(uart: Ptr[Uart]) -> i32:
    if uart.status.read().rx_empty:
        return NOTHING
    return i32(trunc(u8, uart.rfifo.read()))


@fn
def rx_irq_enable(uart: Ptr[Uart]) -> None:
    uart.misc.modify(rx_count=1)
    uart.control.modify(rx_interrupt=True)


MESON = Driver("meson", ("amlogic,meson-ao-uart", "amlogic,meson-gx-uart",
                         "amlogic,meson-s4-uart", "amlogic,meson-g12a-uart"),
               *on_block(Uart, (open, ready, send, get, rx_irq_enable, None)), width=4)
