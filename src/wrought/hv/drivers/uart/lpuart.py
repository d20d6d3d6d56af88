"""Freescale's LPUART: of 32 bits (i.MX 8QuadXPlus Reference Manual, IMX8DQXPRM, "LPUART"; QorIQ
LS1028A Reference Manual, "LPUART"), where newer ones begin with four registers more."""

from __future__ import annotations

from typing import Any

from wrought.hv.drivers.uart.port import NOTHING, Driver, on_block
from wrought.lang.core.decl import at, bit, bitfield, bits, mmio
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import trunc
from wrought.lang.core.scalars import Mmio, Ptr, i32, u8, u32

SETTINGS = 0x3E00_0000
"""Bits of STAT that are settings; of the others, writing 1 clears some."""


@bitfield(u32)
class Status:
    """STAT."""

    tdre: bool = bit(23)
    """The transmit buffer is no fuller than its watermark."""
    rdrf: bool = bit(21)
    """More bytes wait than the receive watermark says."""
    overrun: bool = bit(19)
    """Nothing is received until it is cleared, by writing 1."""


@bitfield(u32)
class Control:
    """CTRL."""

    rie: bool = bit(21)
    te: bool = bit(19)
    re: bool = bit(18)


@bitfield(u32)
class Water:
    """WATER; the field is as wide as the FIFO is deep, and otherwise zero."""

    rxwater: u8 = bits(23, 16)


@mmio
class Lpuart:
    """Registers."""

    stat: Mmio[Status] = at(0x04)
    ctrl: Mmio[Control] = at(0x08)
    data: Mmio[u32] = at(0x0C)
    water: Mmio[Water] = at(0x1C)


@mmio
class LpuartWithVersion:
    """Registers, behind VERID, PARAM, GLOBAL and PINCFG."""

    stat: Mmio[Status] = at(0x14)
    ctrl: Mmio[Control] = at(0x18)
    data: Mmio[u32] = at(0x1C)
    water: Mmio[Water] = at(0x2C)


def functions(block: Any) -> tuple[Any, ...]:
    """The driver's functions for one of the layouts."""
    @fn
    def open(uart: Ptr[block]) -> None:
        """The watermark may only change while the receiver is off."""
        uart.ctrl.modify(re=False)
        uart.water.modify(rxwater=0)
        uart.ctrl.modify(te=True, re=True)

    @fn
    def ready(uart: Ptr[block]) -> bool:
        return uart.stat.read().tdre

    @fn
    def send(uart: Ptr[block], byte: u8) -> None:
        uart.data.write(u32(byte))

    @fn
    def get(uart: Ptr[block]) -> i32:
        """An empty FIFO must not be read: that puts its pointers out of step."""
        status = uart.stat.read()
        if status.overrun:
            uart.stat.write(Status(u32(status) & SETTINGS | u32(Status(overrun=True))))
        if not status.rdrf:
            return NOTHING
        return i32(trunc(u8, uart.data.read()))

    @fn
    def rx_irq_enable(uart: Ptr[block]) -> None:
        uart.ctrl.modify(rie=True)

    return on_block(block, (open, ready, send, get, rx_irq_enable, None))


LPUART = Driver("lpuart", ("fsl,ls1028a-lpuart",), *functions(Lpuart), width=4)
LPUART_WITH_VERSION = Driver(
    "lpuart-with-version", ("fsl,imx7ulp-lpuart", "fsl,imx8qxp-lpuart", "fsl,imx8ulp-lpuart",
                            "fsl,imxrt1050-lpuart"), *functions(LpuartWithVersion), width=4)
