"""The Cadence UART of Zynq and its successors (AMD UG1087, "UART Module")."""

from __future__ import annotations

from wrought.hv.drivers.uart.port import NOTHING, Driver, on_block
from wrought.lang.core.decl import at, bit, bitfield, mmio
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import trunc
from wrought.lang.core.scalars import Mmio, Ptr, i32, u8, u32


@bitfield(u32)
class Control:
    """Control: each half has a switch for on and one for off."""

    txdis: bool = bit(5)
    txen: bool = bit(4)
    rxdis: bool = bit(3)
    rxen: bool = bit(2)


@bitfield(u32)
class Interrupts:
    """Intrpt_en and Chnl_int_sts; writing ones enables, or clears."""

    tout: bool = bit(8)
    rtrig: bool = bit(0)
    """As many bytes wait as the trigger level says."""


@bitfield(u32)
class Status:
    """Channel_sts."""

    tfull: bool = bit(4)
    rempty: bool = bit(1)


@mmio
class Uart:
    """Registers."""

    control: Mmio[Control] = at(0x00)
    intrpt_en: Mmio[Interrupts] = at(0x08)
    chnl_int_sts: Mmio[Interrupts] = at(0x14)
    rcvr_fifo_trigger_level: Mmio[u32] = at(0x20)
    channel_sts: Mmio[Status] = at(0x2C)
    tx_rx_fifo: Mmio[u32] = at(0x30)


@fn
def open(uart: Ptr[Uart]) -> None:
    uart.control.modify(txen=True, txdis=False, rxen=True, rxdis=False)


@fn
def ready(uart: Ptr[Uart]) -> bool:
    return not uart.channel_sts.read().tfull


@fn
def send(uart: Ptr[Uart], byte: u8) -> None:
    uart.tx_rx_fifo.write(u32(byte))


@fn
def get(uart: Ptr[Uart]) -> i32:
    if uart.channel_sts.read().rempty:
        return NOTHING
    return i32(trunc(u8, uart.tx_rx_fifo.read()))


@fn
def rx_irq_enable(uart: Ptr[Uart]) -> None:
    """One byte is enough; it is enabled with an old interrupt cleared."""
    uart.rcvr_fifo_trigger_level.write(1)
    uart.chnl_int_sts.write(Interrupts(rtrig=True, tout=True))
    uart.intrpt_en.write(Interrupts(rtrig=True))


@fn
def rx_irq_clear(uart: Ptr[Uart]) -> None:
    uart.chnl_int_sts.write(Interrupts(rtrig=True, tout=True))


CADENCE = Driver("cadence", ("cdns,uart-r1p8", "cdns,uart-r1p12", "xlnx,xuartps",
                             "xlnx,zynqmp-uart"),
                 *on_block(Uart, (open, ready, send, get, rx_irq_enable, rx_irq_clear)), width=4)
