"""The UART of NXP's i.MX processors (i.MX 8M Mini Reference Manual, IMX8MMRM, "UART")."""

from __future__ import annotations

from wrought.hv.drivers.uart.port import NOTHING, Driver, on_block
from wrought.lang.core.decl import at, bit, bitfield, mmio
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import trunc
from wrought.lang.core.scalars import Mmio, Ptr, i32, u8, u32


@bitfield(u32)
class Control1:
    """UCR1."""

    uarten: bool = bit(0)


@bitfield(u32)
class Control2:
    """UCR2."""

    txen: bool = bit(2)
    rxen: bool = bit(1)


@bitfield(u32)
class Control4:
    """UCR4."""

    dren: bool = bit(0)
    """An interrupt as long as a byte waits."""


@bitfield(u32)
class Status2:
    """USR2."""

    rdr: bool = bit(0)
    """A byte waits."""


@bitfield(u32)
class Test:
    """UTS."""

    txfull: bool = bit(4)


@mmio
class Uart:
    """Registers ("UART Memory Map")."""

    urxd: Mmio[u32] = at(0x00)
    utxd: Mmio[u32] = at(0x40)
    ucr1: Mmio[Control1] = at(0x80)
    ucr2: Mmio[Control2] = at(0x84)
    ucr4: Mmio[Control4] = at(0x8C)
    usr2: Mmio[Status2] = at(0x98)
    uts: Mmio[Test] = at(0xB4)


@fn
def open(uart: Ptr[Uart]) -> None:
    uart.ucr1.modify(uarten=True)
    uart.ucr2.modify(txen=True, rxen=True)


@fn
def ready(uart: Ptr[Uart]) -> bool:
    return not uart.uts.read().txfull


@fn
def send(uart: Ptr[Uart], byte: u8) -> None:
    uart.utxd.write(u32(byte))


@fn
def get(uart: Ptr[Uart]) -> i32:
    if not uart.usr2.read().rdr:
        return NOTHING
    return i32(trunc(u8, uart.urxd.read()))


@fn
def rx_irq_enable(uart: Ptr[Uart]) -> None:
    uart.ucr4.modify(dren=True)


IMX = Driver("imx", ("fsl,imx6q-uart", "fsl,imx6ul-uart", "fsl,imx7d-uart", "fsl,imx8mm-uart",
                     "fsl,imx8mn-uart", "fsl,imx8mp-uart", "fsl,imx8mq-uart"),
             *on_block(Uart, (open, ready, send, get, rx_irq_enable, None)), width=4)
