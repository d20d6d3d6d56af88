"""What a UART driver is, and where its device lies."""

from __future__ import annotations

from typing import Any, NamedTuple

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.scalars import Ptr, i32, u8, u32, u64

NOTHING = -1
"""What `get` returns while no byte has arrived."""


@struct
class Port:
    """A UART's registers, as its node describes them."""

    base: u64
    """Address of the first register; `reg-offset` is added already."""
    shift: u32
    """Register n lies n << shift bytes behind the base: `reg-shift`."""
    width: u32
    """Bytes of an access, 1, 2 or 4: `reg-io-width`."""


class Driver(NamedTuple):
    """A driver: its name, what it matches, and its functions, which all take a Ptr[Port].

    `open(port)` makes the device receive and send; the boot loader has set clock, speed and pins.
    `ready(port) -> bool` tells whether `send(port, byte)` would not have to wait.
    `get(port) -> i32` takes the next byte, or returns NOTHING.
    `rx_irq_enable(port)` makes arriving bytes raise the interrupt, `rx_irq_clear(port)` withdraws
    it where taking all bytes does not do that already.
    """

    name: str
    compatible: tuple[str, ...]
    open: Any
    ready: Any
    send: Any
    get: Any
    rx_irq_enable: Any
    rx_irq_clear: Any
    shift: int = 0
    """Where the node has no `reg-shift`."""
    width: int = 1
    """Where the node has no `reg-io-width`."""


@fn
def nothing_to_clear(port: Ptr[Port]) -> None:
    """`rx_irq_clear` of devices whose interrupt follows the bytes that wait."""


def on_block(block: Any, functions: tuple[Any, ...]) -> tuple[Any, ...]:
    """Functions of a Ptr[Port] made of `open`, `ready`, `send`, `get`, `rx_irq_enable` and
    `rx_irq_clear` (None: nothing to clear) that take a pointer to the register block `block`."""
    device_open, device_ready, device_send, device_get, device_enable, device_clear = functions

    # SAFETY of all: the port's base is where the device tree says that the device is.
    @unsafe
    @fn
    def open(port: Ptr[Port]) -> None:
        # SAFETY: see above.
        device_open(Ptr[block](u64(port.base)))

    @unsafe
    @fn
    def ready(port: Ptr[Port]) -> bool:
        # SAFETY: see above.
        return device_ready(Ptr[block](u64(port.base)))

    @unsafe
    @fn
    def send(port: Ptr[Port], byte: u8) -> None:
        # SAFETY: see above.
        device_send(Ptr[block](u64(port.base)), byte)

    @unsafe
    @fn
    def get(port: Ptr[Port]) -> i32:
        # SAFETY: see above.
        return device_get(Ptr[block](u64(port.base)))

    @unsafe
    @fn
    def rx_irq_enable(port: Ptr[Port]) -> None:
        # SAFETY: see above.
        device_enable(Ptr[block](u64(port.base)))

    if device_clear is None:
        return open, ready, send, get, rx_irq_enable, nothing_to_clear

    @unsafe
    @fn
    def rx_irq_clear(port: Ptr[Port]) -> None:
        # SAFETY: see above.
        device_clear(Ptr[block](u64(port.base)))

    return open, ready, send, get, rx_irq_enable, rx_irq_clear
