"""What models of UARTs share: bytes on the line, a transmitter that is slow, misuse found.

Offsets and bits are written as numbers here, as the manuals print them, so that they do not
repeat a mistake of the driver.
"""

from __future__ import annotations

from collections import deque

LOOKS = 3
"""Times that the transmitter is seen busy after each byte."""


class ModelError(AssertionError):
    """The driver did what the manual forbids."""


class Model:
    """A UART; subclasses add the registers.  `on` are those halves that the driver has enabled."""

    compatible = b""
    size = 4
    """Bytes of each access, where registers do not differ."""

    def __init__(self) -> None:
        self.sent = bytearray()
        self.waiting: deque[int] = deque()
        self.busy = 0
        self.stuck = False
        self.registers: dict[int, int] = {}
        self.log: list[tuple[int, int]] = []

    def read(self, offset: int, size: int) -> int:
        self.check(offset, size)
        return self.load(offset)

    def write(self, offset: int, size: int, value: int) -> None:
        self.check(offset, size)
        self.log.append((offset, value))
        self.store(offset, value)

    def check(self, offset: int, size: int) -> None:
        if size != self.size:
            raise ModelError(f"{size} bytes at {offset:#x}")

    def load(self, offset: int) -> int:
        """A register without effects."""
        if offset not in self.registers:
            raise ModelError(f"no register at {offset:#x}")
        return self.registers[offset]

    def store(self, offset: int, value: int) -> None:
        """A register without effects."""
        if offset not in self.registers:
            raise ModelError(f"no register at {offset:#x}")
        self.registers[offset] = value

    def feed(self, data: bytes) -> None:
        """Bytes arrive."""
        self.waiting.extend(data)

    def look(self) -> bool:
        """Whether the transmitter is free; each look takes some of a byte's time."""
        if self.stuck:
            return False
        self.busy = max(self.busy - 1, 0)
        return self.busy == 0

    def transmit(self, byte: int) -> None:
        if self.busy or self.stuck:
            raise ModelError("a byte is written while the transmitter is busy")
        if not self.sending():
            raise ModelError("a byte is written while the transmitter is off")
        self.sent.append(byte & 0xFF)
        self.busy = LOOKS

    def take(self) -> int:
        if not self.waiting:
            raise ModelError("an empty FIFO is read")
        if not self.receiving():
            raise ModelError("a byte is read while the receiver is off")
        return self.waiting.popleft()

    def sending(self) -> bool:
        raise NotImplementedError

    def receiving(self) -> bool:
        raise NotImplementedError

    def interrupting(self) -> bool:
        """The level of the receive interrupt."""
        raise NotImplementedError
