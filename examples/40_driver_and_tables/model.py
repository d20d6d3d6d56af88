"""A PL011 in ordinary Python, for tests: registers, FIFOs of 16, interrupts at half."""

from __future__ import annotations

from collections import deque

from registers import Pl011

DEPTH = 16
OFFSETS = {f.offset: name for name, f in Pl011.fields.items()}
RX, TX, TIMEOUT, OVERRUN = 1 << 4, 1 << 5, 1 << 6, 1 << 10


class ModelError(Exception):
    """The driver did what the manual forbids."""


class Uart:
    """`read` and `write` serve an MMIO window; the rest is the other end of the line."""

    def __init__(self) -> None:
        self.registers = dict.fromkeys(OFFSETS.values(), 0)
        self.tx: deque[int] = deque()
        self.rx: deque[int] = deque()
        self.sent = bytearray()
        self.latched = 0
        self.lost = False
        self.stuck = False
        """Nothing leaves any more, as when flow control holds the line."""

    def read(self, offset: int, size: int) -> int:
        """A device access of 4 bytes."""
        name = self.name(offset, size)
        if name == "flags":
            return (self.busy() << 3 | (not self.rx) << 4 | (len(self.tx) == DEPTH) << 5
                    | (len(self.rx) == DEPTH) << 6 | (not self.tx) << 7)
        if name == "data":
            if not self.rx:
                raise ModelError("read from an empty FIFO")
            return self.rx.popleft()
        if name == "raised":
            return self.interrupts()
        return self.registers[name]

    def write(self, offset: int, size: int, value: int) -> None:
        """A device access of 4 bytes."""
        name = self.name(offset, size)
        if name == "data":
            if len(self.tx) == DEPTH:
                raise ModelError("written to a full FIFO")
            self.tx.append(value & 0xFF)
        elif name == "clear":
            self.latched &= ~value
        elif name in ("line", "divisor", "fraction") and self.registers["control"] & 1:
            raise ModelError(f"{name} changed while the UART is on")
        else:
            self.registers[name] = value

    @staticmethod
    def name(offset: int, size: int) -> str:
        if size != 4 or offset not in OFFSETS:
            raise ModelError(f"{size} bytes at {offset:#x}")
        return OFFSETS[offset]

    def busy(self) -> bool:
        return bool(self.tx)

    def interrupts(self) -> int:
        """Levels first, then what is latched."""
        rx = RX if len(self.rx) >= DEPTH // 2 else 0
        tx = TX if len(self.tx) <= DEPTH // 2 else 0
        return rx | tx | self.latched

    def pending(self) -> bool:
        """Whether the interrupt line is up."""
        return bool(self.interrupts() & self.registers["mask"])

    def drain(self, n: int) -> None:
        """Send up to n bytes."""
        while n and self.tx and not self.stuck:
            self.sent.append(self.tx.popleft())
            n -= 1

    def feed(self, character: int) -> None:
        """A character with its error bits (8 framing, 9 parity, 10 break) arrives."""
        if len(self.rx) == DEPTH:
            self.lost, self.latched = True, self.latched | OVERRUN
            return
        self.rx.append(character | self.lost << 11)
        self.lost = False

    def idle(self) -> None:
        """32 bit times without a character."""
        if self.rx:
            self.latched |= TIMEOUT
