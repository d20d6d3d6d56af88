"""The console's UART against the model of the example's driver."""

from __future__ import annotations

from rt.example import model, registers
from wrought.lang.build.call import mmio_window
from wrought.rt.a64.pl011 import Pl011, put_text

BASE = 0x0900_0000


class Draining(model.Uart):
    """Sends a byte at each look at the flags while the FIFO is full."""

    def read(self, offset: int, size: int) -> int:
        flags = super().read(offset, size)
        if len(self.tx) == model.DEPTH:
            self.drain(1)
        return flags


def test_text_waits_for_room_and_gets_carriage_returns():
    uart, text = Draining(), b"a line that is longer than the FIFO\nand another one\n"
    with mmio_window(BASE, registers.Pl011.size, uart.read, uart.write):
        put_text(BASE, text)
    uart.drain(model.DEPTH)
    assert uart.sent == text.replace(b"\n", b"\r\n")


def test_registers_agree_with_the_whole_driver():
    offsets = {n: f.offset for n, f in registers.Pl011.fields.items()}
    assert Pl011.fields["dr"].offset == offsets["data"]
    assert Pl011.fields["fr"].offset == offsets["flags"]
