"""The 8250 and its many descendants (TI PC16550D data sheet, 8; BCM2835 Arm Peripherals, 2.2).
Where registers lie and how wide they are varies."""

from __future__ import annotations

from wrought.hv.drivers.uart.port import NOTHING, Driver, Port, nothing_to_clear
from wrought.lang.core.decl import at, bit, bitfield, mmio
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import trunc
from wrought.lang.core.scalars import Mmio, Ptr, i32, u8, u16, u32, u64

DATA = 0
"""RBR when read, THR when written."""
IER, FCR, MCR, LSR = 1, 2, 4, 5
FIFOS_ON = 1
OUT2_RTS_DTR = 0x0B
"""OUT2 gates the interrupt on PC-like boards; the other two let the far side send."""


@bitfield(u8)
class LineStatus:
    """LSR, line status."""

    thre: bool = bit(5)
    """The transmitter takes a byte."""
    dr: bool = bit(0)
    """A byte waits."""


@bitfield(u8)
class InterruptEnable:
    """IER, interrupt enable.  XScale-like descendants keep the unit's own enable in bit 6: never
    write it whole."""

    erbfi: bool = bit(0)


@mmio
class Byte:
    """A register in a bus of bytes."""

    value: Mmio[u8] = at(0)


@mmio
class Half:
    """A register in a bus of half words."""

    value: Mmio[u16] = at(0)


@mmio
class Word:
    """A register in a bus of words."""

    value: Mmio[u32] = at(0)


@unsafe
@fn
def read(port: Ptr[Port], register: u64) -> u8:
    """A register, in an access of the width that the bus wants."""
    address = port.base + (register << port.shift)
    # SAFETY: the node's `reg`, `reg-shift` and `reg-io-width` say that the register is there.
    if port.width == 4:
        return trunc(u8, Ptr[Word](address).value.read())
    if port.width == 2:
        return trunc(u8, Ptr[Half](address).value.read())
    return Ptr[Byte](address).value.read()


@unsafe
@fn
def write(port: Ptr[Port], register: u64, value: u8) -> None:
    """Write a register."""
    address = port.base + (register << port.shift)
    # SAFETY: as in `read`.
    if port.width == 4:
        Ptr[Word](address).value.write(u32(value))
    elif port.width == 2:
        Ptr[Half](address).value.write(u16(value))
    else:
        Ptr[Byte](address).value.write(value)


@fn
def open(port: Ptr[Port]) -> None:
    """No reset of the FIFOs: what the boot loader printed last is still leaving them."""
    write(port, FCR, FIFOS_ON)


@fn
def ready(port: Ptr[Port]) -> bool:
    return LineStatus(read(port, LSR)).thre


@fn
def send(port: Ptr[Port], byte: u8) -> None:
    write(port, DATA, byte)


@fn
def get(port: Ptr[Port]) -> i32:
    if not LineStatus(read(port, LSR)).dr:
        return NOTHING
    return i32(read(port, DATA))


@fn
def rx_irq_enable(port: Ptr[Port]) -> None:
    enable = InterruptEnable(read(port, IER))
    enable.erbfi = True
    write(port, IER, u8(enable))
    write(port, MCR, read(port, MCR) | OUT2_RTS_DTR)


FUNCTIONS = (open, ready, send, get, rx_irq_enable, nothing_to_clear)
BY_NODE = Driver(
    "8250", ("ns8250", "ns16450", "ns16550", "ns16550a", "ns16850", "fsl,ns16550",
             "snps,dw-apb-uart", "nvidia,tegra20-uart", "intel,xscale-uart", "mrvl,mmp-uart"),
    *FUNCTIONS)
IN_WORDS = Driver(
    "8250-words", ("brcm,bcm2835-aux-uart", "mediatek,mt6577-uart", "ti,am654-uart",
                   "ti,omap4-uart", "ti,dra742-uart"), *FUNCTIONS, shift=2, width=4)
"""Kinds whose binding fixes words and has no properties for it."""
