"""A UART driver and a page-table walker, run against models in this process.

Both are bare-metal code.  Here the driver's registers are a Python object, and the walker's
tables lie in this process's memory; `tests/rt` holds the tests that hypothesis drives.
"""

from __future__ import annotations

from typing import Any

from changes import map_range, unmap
from driver import Port, on_interrupt, receive, send, set_up
from model import Uart
from registers import Pl011
from rights import Rights, Stage
from translation import PAGE, Space, translate

from wrought.lang.build.call import mmio_window

UART = 0x0900_0000
"""Nothing is at this address but the model."""


def driver() -> None:
    """Set up, send more than the FIFO holds, receive with an error."""
    uart = Uart()
    with mmio_window(UART, Pl011.size, uart.read, uart.write):
        port = Port(uart=UART)
        print("set up:", set_up(UART, 24_000_000, 115_200))
        print("divisor:", uart.registers["divisor"], "+", uart.registers["fraction"], "/ 64")
        print("queued:", send(port, b"more than sixteen bytes"), "at once:", len(uart.tx))
        while uart.tx:
            uart.drain(9)
            if uart.pending():
                on_interrupt(port)
        print("sent:", uart.sent.decode())
        for character in (*b"ab", 0x100, *b"c"):
            uart.feed(character)
        uart.idle()
        on_interrupt(port)
        buffer = bytearray(8)
        n = receive(port, buffer)
        print("received:", buffer[:n].decode(), "damaged:", port.damaged)


def show(space: Any, address: int) -> None:
    """Print what an address becomes."""
    t = translate(space, address)
    print(f"  {address:#x} ->", f"{t.output:#x} {t.rights}" if t.found else "nothing",
          f"(level {t.level})")


def tables() -> None:
    """A gigabyte in one entry, then a hole of one page in the middle of it."""
    space = Space(base=0x8000_0000, taken=[1], stage=Stage.TWO)
    rights = Rights(read=True, write=True)
    print("map:", map_range(space, 0x4000_0000, 0x1_0000_0000, 1 << 30, rights))
    show(space, 0x4567_89AB)
    print("unmap a page:", unmap(space, 0x4567_8000, PAGE))
    show(space, 0x4567_89AB)
    show(space, 0x4567_7FFF)
    print("tables:", int(space.taken[0]).bit_count())
    print("map over it:", map_range(space, 0x4567_7000, 0, 2 * PAGE, rights))


if __name__ == "__main__":
    driver()
    tables()
