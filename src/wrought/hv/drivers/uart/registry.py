"""All UART drivers, found by `compatible`, called through tables so that the reach of a call is
known to the stack bound.  A new driver is one more name in `DRIVERS`."""

from __future__ import annotations

from wrought.hv.drivers.uart import (
    armada3700,
    cadence,
    geni,
    imx,
    lpuart,
    lpuart8,
    meson,
    ns8250,
    pl011,
    scif,
    uartdm,
)
from wrought.hv.drivers.uart.port import Driver, Port
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Array, Fn, Ptr, Slice, i32, u8, u32, u64
from wrought.lang.core.static import constant, fn_table
from wrought.rt.bytes import ABSENT
from wrought.rt.fdt_values import text, text_index

DRIVERS: tuple[Driver, ...] = (
    pl011.PL011, pl011.SBSA, ns8250.BY_NODE, ns8250.IN_WORDS, geni.GENI, uartdm.UARTDM, imx.IMX,
    meson.MESON, cadence.CADENCE, armada3700.ARMADA3700, scif.SCIF, scif.SCIFA, lpuart.LPUART,
    lpuart.LPUART_WITH_VERSION, lpuart8.LPUART8)

NAMES = [name for driver in DRIVERS for name in driver.compatible]
assert len(NAMES) == len(set(NAMES)), "a compatible string has one driver"
LIST = b"".join(name.encode() + b"\0" for name in NAMES)

COMPATIBLE = constant(Array[u8, len(LIST)], LIST)
DRIVER_OF = constant(Array[u8, len(NAMES)], [
    number for number, driver in enumerate(DRIVERS) for _ in driver.compatible])
SHIFT = constant(Array[u32, len(DRIVERS)], [driver.shift for driver in DRIVERS])
WIDTH = constant(Array[u32, len(DRIVERS)], [driver.width for driver in DRIVERS])

OPEN = fn_table(Fn[[Ptr[Port]], None], [driver.open for driver in DRIVERS])
READY = fn_table(Fn[[Ptr[Port]], bool], [driver.ready for driver in DRIVERS])
SEND = fn_table(Fn[[Ptr[Port], u8], None], [driver.send for driver in DRIVERS])
GET = fn_table(Fn[[Ptr[Port]], i32], [driver.get for driver in DRIVERS])
RX_IRQ_ENABLE = fn_table(Fn[[Ptr[Port]], None], [driver.rx_irq_enable for driver in DRIVERS])
RX_IRQ_CLEAR = fn_table(Fn[[Ptr[Port]], None], [driver.rx_irq_clear for driver in DRIVERS])


@fn
def driver_for(compatible: Slice[u8]) -> u64:
    """The number in `DRIVERS` of the driver for a `compatible` property, or ABSENT.

    The property's first string that any driver names decides: they go from exact to general.
    """
    rest = compatible
    while len(rest) > 0:
        first = text(rest)
        if len(first) > 0:
            i = text_index(COMPATIBLE[:], first)
            if i != ABSENT:
                return u64(DRIVER_OF[i])
        rest = rest[min(len(first) + 1, len(rest)):]
    return ABSENT
