"""The hypervisor's own console: which UART it is, and bytes to and from it.

    place = find_console(tree)
    if place.found():
        ...map place.base … place.base + place.size as a device...
        open_console(place)

Before `open_console`, `put` drops its bytes and `get` has none.
"""

from __future__ import annotations

from wrought.hv.drivers.uart.place import UartPlace, console_at, find_console
from wrought.hv.drivers.uart.port import NOTHING
from wrought.hv.drivers.uart.registry import (
    DRIVERS,
    GET,
    OPEN,
    READY,
    RX_IRQ_CLEAR,
    RX_IRQ_ENABLE,
    SEND,
)
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, cpu_relax
from wrought.lang.core.scalars import Slice, i32, u8, u32, u64
from wrought.lang.core.static import static

__all__ = ["UartPlace", "clear_receive_interrupt", "close_console", "console_at",
           "enable_receive_interrupt", "find_console", "get", "open_console", "put", "put_text"]

POLLS = 100_000
"""Looks at a UART that is not ready before its byte is dropped.  A look takes 0.1 µs or more, a
byte 1 ms at 9600 baud."""

console = static(UartPlace)
is_open = static(bool)
stuck = static(bool)
"""The last byte was dropped: until the device moves again, each further one gets one look."""
dropped = static(u64)
"""Bytes that the device never took."""


@fn
def open_console(place: UartPlace) -> bool:
    """Take the UART at `place`, whose registers are mapped, as the console from now on."""
    global console, is_open, stuck
    if place.driver >= len(DRIVERS):
        return False
    console = place
    is_open = True
    stuck = False
    OPEN[place.driver](addr_of(console.port))
    return True


@fn
def close_console() -> None:
    """Drop what is put from now on, as when the UART is given to a domain."""
    global is_open
    is_open = False


@fn
def wait_ready() -> bool:
    """Whether the UART takes a byte, within `POLLS` looks."""
    global stuck
    for _ in range(u32(1 if stuck else POLLS)):
        if READY[console.driver](addr_of(console.port)):
            stuck = False
            return True
        cpu_relax()
    stuck = True
    return False


@fn
def put(byte: u8) -> None:
    """Send a byte; it is dropped where the UART does not take it in time."""
    global dropped
    if not is_open:
        return
    if wait_ready():
        SEND[console.driver](addr_of(console.port), byte)
    else:
        dropped += 1


@fn
def put_text(text: Slice[u8]) -> None:
    """Send `text`, with a carriage return before each newline; fits `Program(console=…)`."""
    for byte in text:
        if byte == 10:
            put(13)
        put(byte)


@fn
def get() -> i32:
    """The next byte that has arrived, or -1."""
    if not is_open:
        return NOTHING
    return GET[console.driver](addr_of(console.port))


@fn
def enable_receive_interrupt() -> None:
    """Let arriving bytes raise the interrupt that the place names."""
    if is_open:
        RX_IRQ_ENABLE[console.driver](addr_of(console.port))


@fn
def clear_receive_interrupt() -> None:
    """To be called in the interrupt's handler before bytes are taken with `get`."""
    if is_open:
        RX_IRQ_CLEAR[console.driver](addr_of(console.port))
